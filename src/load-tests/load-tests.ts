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
const BENCHMARKS_MAX = 100;

export interface LoadTestsOptions {
  readonly store: LoadTestStore;
  readonly stage: LoadStage;
  readonly startLoad: StartLoad;
  /** Where this process can be asked on the loopback; null where it cannot. */
  readonly origin: () => string | null;
  readonly newId: () => string;
  readonly version: string;
  /** Told what went wrong where nobody waits for it. */
  readonly warn: (facts: Readonly<Record<string, unknown>>, message: string) => void;
}

/** Why a load test was not started. */
export type NotStarted = "running" | "unreachable";

/**
 * Load tests of this installation, one at a time.
 *
 *   running ──prepared, asked, cleared──▶ completed
 *      │────its process died, or could not be prepared──▶ failed
 *      └────whoever ran it is silent, found by the next who looks──▶ failed
 */
export class LoadTests {
  readonly #options: LoadTestsOptions;
  #running: { readonly id: string; load: RunningLoad | null; readonly done: Promise<void> } | null = null;
  #isClosed = false;

  constructor(options: LoadTestsOptions) {
    this.#options = options;
  }

  /** Starts one, and goes on while it runs. */
  async start(wanted: WantedLoad): Promise<LoadTest | NotStarted> {
    const { store, newId, version, origin } = this.#options;
    const at = origin();
    if (at === null || this.#isClosed) return "unreachable";
    await this.#abandon();
    const id = newId();
    if (!(await store.begin(id, wanted, { version, cpus: availableParallelism() }))) return "running";
    const running = { id, load: null, done: Promise.resolve() };
    this.#running = { ...running, done: this.#run(id, wanted, at) };
    const test = await store.find(id);
    if (test === null) throw new Error(`invariant: no load test ${id}`);
    return test;
  }

  async find(id: string): Promise<LoadTest | null> {
    await this.#abandon();
    return await this.#options.store.find(id);
  }

  /** The latest first. */
  async latest(limit: number = BENCHMARKS_MAX): Promise<readonly LoadTest[]> {
    await this.#abandon();
    return await this.#options.store.latest(limit);
  }

  /** Ends the one that runs here, as failed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#running?.load?.stop();
    await this.#running?.done;
  }

  async #run(id: string, wanted: WantedLoad, origin: string): Promise<void> {
    const { store, stage, warn } = this.#options;
    let figures: LoadFigures | null = null;
    let failure: string | null = null;
    const note = () =>
      store.progress(id, figures).catch((error) => warn({ error: String(error) }, "load test"));
    const alive = setInterval(note, ALIVE_MS);
    try {
      const lanes = await this.#lanes(id, wanted);
      if (this.#isClosed) throw new Error("the server is shutting down");
      figures = await this.#load(wanted, { origin, lanes }, (seen) => {
        figures = seen;
      });
    } catch (error) {
      failure = this.#isClosed ? "the server was shut down" : wordsOf(error);
      warn({ test: id, error: wordsOf(error) }, "a load test failed");
    }
    await stage
      .clear(id)
      .catch((error) => warn({ test: id, error: wordsOf(error) }, "a load test was not cleared"));
    clearInterval(alive);
    const status = failure === null ? "completed" : "failed";
    await store
      .end(id, status, { failure, figures })
      .catch((error) => warn({ test: id, error: wordsOf(error) }, "the end of a load test was not kept"));
    if (this.#running?.id === id) this.#running = null;
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
    wanted: WantedLoad,
    { origin, lanes }: { readonly origin: string; readonly lanes: readonly LoadLane[] },
    onProgress: (figures: LoadFigures) => void,
  ): Promise<LoadFigures> {
    const { scenario, durationS, rampUpS, requestsMax } = wanted;
    const times = { durationMs: durationS * 1_000, rampUpMs: rampUpS * 1_000 };
    const order = { origin, method: scenario.method, lanes, requestsMax, ...times };
    const load = this.#options.startLoad(order, onProgress);
    if (this.#running !== null) this.#running.load = load;
    return await load.done;
  }

  /** Ends what others left behind. */
  async #abandon(): Promise<void> {
    const { store, stage, warn } = this.#options;
    for (const id of await store.abandon(SILENT_MS_MAX)) {
      await stage
        .clear(id)
        .catch((error) => warn({ test: id, error: wordsOf(error) }, "a load test was not cleared"));
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
