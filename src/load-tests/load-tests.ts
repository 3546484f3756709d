import { availableParallelism } from "node:os";
import type {
  LoadFigures,
  LoadLane,
  LoadStage,
  LoadTest,
  LoadTestStore,
  RunningLoad,
  StartLoad,
  WantedLoad,
} from "./ports.ts";

/** A test of which nobody has heard for so long is over: whoever ran it was killed. */
const SILENT_MS_MAX = 15_000;
const ALIVE_MS = 1_000;
/** Whoever could tell nobody for so long stops by itself, before another takes it for over and begins. */
const UNHEARD_MS_MAX = SILENT_MS_MAX - 2 * ALIVE_MS;
const CLEARED_AT_ONCE_MAX = 10;
const BENCHMARKS_MAX = 100;

export interface LoadTestsOptions {
  readonly store: LoadTestStore;
  readonly stage: LoadStage;
  readonly startLoad: StartLoad;
  /** Where this process can be asked on the loopback; null where it cannot. */
  readonly origin: () => string | null;
  readonly newId: () => string;
  readonly version: string;
  /** How often a test says that it is alive. */
  readonly aliveMs?: number;
  /** For how long it may say so to nobody. */
  readonly unheardMsMax?: number;
  /** Told what went wrong where nobody waits for it. */
  readonly warn: (facts: Readonly<Record<string, unknown>>, message: string) => void;
}

/** Why a load test was not started. */
export type NotStarted = "running" | "unreachable";

/** A load test that this process runs. */
class Running {
  readonly id: string;
  done: Promise<void> = Promise.resolve();
  #load: RunningLoad | null = null;
  #reason: string | null = null;

  constructor(id: string) {
    this.id = id;
  }

  /** Why it was stopped; null where it was not. */
  get reason(): string | null {
    return this.#reason;
  }

  /** @throws Error where it was stopped before it asked anything */
  begin(startLoad: () => RunningLoad): RunningLoad {
    if (this.#reason !== null) throw new Error(this.#reason);
    this.#load = startLoad();
    return this.#load;
  }

  /** The first reason stands. */
  stop(reason: string): void {
    this.#reason ??= reason;
    this.#load?.stop();
  }
}

const SHUT_DOWN = "the server was shut down";
const TAKEN_FOR_OVER = "another process took it for over";
const UNHEARD = "the database did not answer";

/**
 * Load tests of this installation, one at a time.
 *
 *   running ──prepared, asked, cleared──▶ completed
 *      │────its process died, could not be prepared, or could tell nobody that it is alive──▶ failed
 *      └────whoever ran it is silent, found by the next who looks──▶ failed
 *
 * Whoever looks also clears away what ended tests left behind, such as those that ended while PostgreSQL was away.
 */
export class LoadTests {
  readonly #options: LoadTestsOptions;
  #running: Running | null = null;
  #tidying: Promise<void> | null = null;
  #isClosed = false;

  constructor(options: LoadTestsOptions) {
    this.#options = options;
  }

  /** Starts one, and goes on while it runs. */
  async start(wanted: WantedLoad): Promise<LoadTest | NotStarted> {
    const { store, newId, version, origin } = this.#options;
    const at = origin();
    if (at === null || this.#isClosed) return "unreachable";
    await this.#tidy();
    const id = newId();
    if (!(await store.begin(id, wanted, { version, cpus: availableParallelism() }))) return "running";
    const before = this.#running;
    // Its row is not running any more, and so it must not ask any more.
    before?.stop(TAKEN_FOR_OVER);
    const running = new Running(id);
    if (this.#isClosed) running.stop(SHUT_DOWN);
    this.#running = running;
    running.done = this.#run(running, { wanted, origin: at, before: before?.done });
    const test = await store.find(id);
    if (test === null) throw new Error(`invariant: no load test ${id}`);
    return test;
  }

  async find(id: string): Promise<LoadTest | null> {
    await this.#tidy();
    return await this.#options.store.find(id);
  }

  /** The latest first. */
  async latest(limit: number = BENCHMARKS_MAX): Promise<readonly LoadTest[]> {
    await this.#tidy();
    return await this.#options.store.latest(limit);
  }

  /** Ends the one that runs here, as failed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#running?.stop(SHUT_DOWN);
    await this.#running?.done;
  }

  async #run(
    running: Running,
    {
      wanted,
      origin,
      before,
    }: { readonly wanted: WantedLoad; readonly origin: string; readonly before: Promise<void> | undefined },
  ): Promise<void> {
    const { store, stage, warn } = this.#options;
    const { id } = running;
    let figures: LoadFigures | null = null;
    let failure: string | null = null;
    const silence = this.#sayAlive(running, () => figures);
    try {
      await before;
      const lanes = await this.#lanes(id, wanted);
      figures = await this.#load(running, { wanted, origin, lanes }, (seen) => {
        figures = seen;
      });
    } catch (error) {
      failure = running.reason ?? wordsOf(error);
      warn({ test: id, error: wordsOf(error) }, "a load test failed");
    }
    await stage
      .clear(id)
      .catch((error) => warn({ test: id, error: wordsOf(error) }, "a load test was not cleared"));
    silence();
    const status = failure === null ? "completed" : "failed";
    await store
      .end(id, status, { failure, figures })
      .catch((error) => warn({ test: id, error: wordsOf(error) }, "the end of a load test was not kept"));
    if (this.#running === running) this.#running = null;
  }

  /** Says all the while that it is alive, and stops it where that is not believed any more. @returns what ends that */
  #sayAlive(running: Running, figures: () => LoadFigures | null): () => void {
    const { store, warn, aliveMs = ALIVE_MS, unheardMsMax = UNHEARD_MS_MAX } = this.#options;
    let heardMs = performance.now();
    const say = async () => {
      const nowMs = performance.now();
      if (nowMs - heardMs > unheardMsMax) running.stop(UNHEARD);
      try {
        if (await store.progress(running.id, figures())) heardMs = Math.max(heardMs, nowMs);
        else running.stop(TAKEN_FOR_OVER);
      } catch (error) {
        warn({ test: running.id, error: wordsOf(error) }, "a load test could not say how far it is");
      }
    };
    const alive = setInterval(say, aliveMs);
    return () => clearInterval(alive);
  }

  /** Who asks what: a buyer for each connection, and events in turn. */
  async #lanes(id: string, wanted: WantedLoad): Promise<LoadLane[]> {
    const { stage } = this.#options;
    const { path, method, isSeated } = wanted.scenario;
    const tokens = await stage.hireBuyers(id, wanted.users);
    const events = await stage.openEvents(id, wanted);
    return tokens.map((token, at) => {
      const eventId = events[at % Math.max(1, events.length)] ?? "";
      const body = { event_id: eventId, quantity: 1, ...(isSeated ? { best_available: true } : {}) };
      return {
        token,
        path: path.replace(":id", eventId),
        body: method === "GET" ? null : JSON.stringify(body),
      };
    });
  }

  async #load(
    running: Running,
    {
      wanted,
      origin,
      lanes,
    }: { readonly wanted: WantedLoad; readonly origin: string; readonly lanes: readonly LoadLane[] },
    onProgress: (figures: LoadFigures) => void,
  ): Promise<LoadFigures> {
    const { scenario, durationS, rampUpS, requestsMax } = wanted;
    const times = { durationMs: durationS * 1_000, rampUpMs: rampUpS * 1_000 };
    const order = { origin, method: scenario.method, lanes, requestsMax, ...times };
    return await running.begin(() => this.#options.startLoad(order, onProgress)).done;
  }

  /** Ends what others left behind, and clears what any left behind. Who looks meanwhile waits for the same. */
  async #tidy(): Promise<void> {
    this.#tidying ??= this.#tidyUp().finally(() => {
      this.#tidying = null;
    });
    await this.#tidying;
  }

  async #tidyUp(): Promise<void> {
    const { store, stage, warn } = this.#options;
    await store.abandon(SILENT_MS_MAX);
    for (const id of await store.uncleared(CLEARED_AT_ONCE_MAX)) {
      await stage
        .clear(id)
        .catch((error) => warn({ test: id, error: wordsOf(error) }, "a load test was not cleared"));
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
