import { expect } from "chai";
import { LoadTests, type LoadTestsOptions } from "../../src/load-tests/load-tests.ts";
import type {
  LoadStage,
  LoadTest,
  LoadTestStore,
  RunningLoad,
  WantedLoad,
} from "../../src/load-tests/ports.ts";
import { scenarioNamed } from "../../src/load-tests/scenarios.ts";
import { until } from "../support/until.ts";

const ALIVE_MS = 5;
/** Longer than a busy machine stops a process. */
const UNHEARD_MS_MAX = 60_000;
const WANTED: WantedLoad = {
  scenario: scenarioNamed("event-list"),
  users: 1,
  durationS: 600,
  rampUpS: 0,
  requestsMax: 1_000,
  startedBy: "an admin",
};

type Ends = Parameters<LoadTestStore["end"]>;

/** Load tests of one process whose database answers as `progress` says. */
class World {
  readonly ended: Ends[] = [];
  loads = 0;
  stopped = 0;
  readonly tests: LoadTests;

  constructor(parts: {
    readonly progress: LoadTestStore["progress"];
    readonly hireBuyers?: LoadStage["hireBuyers"];
    readonly unheardMsMax?: number;
  }) {
    const store: LoadTestStore = {
      begin: async () => true,
      progress: parts.progress,
      end: async (...ends) => void this.ended.push(ends),
      abandon: async () => undefined,
      uncleared: async () => [],
      find: async (id) => ({ id }) as LoadTest,
      latest: async () => [],
    };
    const stage: LoadStage = {
      hireBuyers: parts.hireBuyers ?? (async () => ["a token"]),
      openEvents: async () => [],
      clear: async () => undefined,
    };
    const options: LoadTestsOptions = {
      store,
      stage,
      startLoad: () => this.#load(),
      origin: () => "http://127.0.0.1:1",
      newId: () => `test ${this.loads}`,
      version: "0",
      warn: () => undefined,
      aliveMs: ALIVE_MS,
      unheardMsMax: parts.unheardMsMax ?? UNHEARD_MS_MAX,
    };
    this.tests = new LoadTests(options);
  }

  /** Asks until it is stopped. */
  #load(): RunningLoad {
    this.loads += 1;
    const { promise, reject } = Promise.withResolvers<never>();
    const stop = () => {
      this.stopped += 1;
      reject(new Error("its process ended with SIGKILL"));
    };
    return { done: promise, stop };
  }

  async failure(): Promise<string | null> {
    const [, status, last] = await until("the end of the test", () => this.ended[0]);
    expect(status).to.equal("failed");
    return last.failure;
  }
}

describe("a load test that is not the only one any more", () => {
  it("stops where another process has taken it for over", async () => {
    let isRunning = true;
    const world = new World({ progress: async () => isRunning });
    await world.tests.start(WANTED);
    await until("the load", () => world.loads === 1);
    isRunning = false;
    expect(await world.failure()).to.equal("another process took it for over");
    expect(world.stopped).to.equal(1);
  });

  it("asks nothing where that happened while it was being prepared", async () => {
    const hired = Promise.withResolvers<readonly string[]>();
    let told = 0;
    const progress = async () => {
      told += 1;
      return false;
    };
    const world = new World({ progress, hireBuyers: () => hired.promise });
    await world.tests.start(WANTED);
    await until("it was told", () => told > 0);
    hired.resolve(["a token"]);
    expect(await world.failure()).to.equal("another process took it for over");
    expect(world.loads).to.equal(0);
  });

  it("stops before others may begin where it can tell nobody that it is alive", async () => {
    const away = () => Promise.reject(new Error("connect ECONNREFUSED"));
    const world = new World({ progress: away, unheardMsMax: 50 });
    await world.tests.start(WANTED);
    expect(await world.failure()).to.equal("the database did not answer");
    expect([world.loads, world.stopped]).to.deep.equal([1, 1]);
  });

  it("stops so where the database neither answers nor refuses", async () => {
    const world = new World({ progress: () => new Promise(() => undefined), unheardMsMax: 50 });
    await world.tests.start(WANTED);
    expect(await world.failure()).to.equal("the database did not answer");
    expect(world.stopped).to.equal(1);
  });

  it("goes on where the database is away for less", async () => {
    let failures = 3;
    let told = 0;
    const progress = async () => {
      if (failures-- > 0) throw new Error("connect ECONNREFUSED");
      told += 1;
      return true;
    };
    const world = new World({ progress });
    await world.tests.start(WANTED);
    await until("it says again that it is alive", () => told > 3);
    expect(world.ended).to.deep.equal([]);
    await world.tests.close();
    expect(await world.failure()).to.equal("the server was shut down");
  });

  it("stops the load of its own process where the next one begins there", async () => {
    const world = new World({ progress: async () => true });
    await world.tests.start(WANTED);
    await until("the load", () => world.loads === 1);
    // Somebody ended its row meanwhile, which it has not heard yet.
    await world.tests.start(WANTED);
    await until("the next load", () => world.loads === 2);
    expect(world.stopped).to.equal(1);
    expect(await world.failure()).to.equal("another process took it for over");
    await world.tests.close();
    expect(world.stopped).to.equal(2);
  });
});
