import { setTimeout as sleep } from "node:timers/promises";
import { openEvents } from "../lib/bench-events.ts";
import { contestantOf } from "../lib/contestants.ts";
import { whole } from "../lib/format.ts";
import { measure, type Sample } from "../lib/measure.ts";
import { HOT } from "../lib/scenarios.ts";
import type { Stage } from "../lib/stage.ts";
import type { MeasuredState, PinnedPoint, QueueState } from "./queue-result.ts";
import { deadRows, learnStatistics, startReader } from "./queue-states.ts";
import { type TakeClock, takeClock } from "./take-clock.ts";

const MEASURE_MS = { full: 6_000, quick: 1_000 } as const;
const PINNED_MS = { full: 60_000, quick: 4_000 } as const;
/** So many stand together, where a run is long enough for it. */
const BASELINES = { full: 2, quick: 1 } as const;
const INTERVAL_MS = { full: 5_000, quick: 1_000 } as const;
const WARM_UP_MS = { full: 2_000, quick: 500 } as const;

export type Length = keyof typeof MEASURE_MS;

interface RoundsOptions {
  readonly stage: Stage;
  readonly length: Length;
  readonly say: (line: string) => void;
  /** Where rows are added; without it a list of their own. */
  readonly rows?: MeasuredState[];
}

interface Taking {
  /** How many other events there are, where the state is about them. */
  readonly others?: number | null;
  readonly measureMs?: number;
  /** Called when the load is over and decided, before people are told of it. */
  readonly whenDecided?: () => Promise<void>;
}

/** Measures one state of a server after the other. */
export class Rounds {
  readonly rows: MeasuredState[];
  readonly pinned: PinnedPoint[] = [];
  readonly #options: RoundsOptions;
  readonly #stage: Stage;
  readonly #length: Length;
  readonly #say: (line: string) => void;

  constructor(options: RoundsOptions) {
    this.rows = options.rows ?? [];
    this.#options = options;
    this.#stage = options.stage;
    this.#length = options.length;
    this.#say = options.say;
  }

  /** The same on another server, among the same rows. */
  on(stage: Stage): Rounds {
    return new Rounds({ ...this.#options, stage, rows: this.rows });
  }

  /** Works, and has the planner learn what the queue's table looks like at work. */
  async warmUp(): Promise<void> {
    const timing = { warmUpMs: WARM_UP_MS[this.#length], measureMs: MEASURE_MS[this.#length] };
    const learning = sleep(timing.warmUpMs + timing.measureMs / 2).then(() => learnStatistics(this.#stage));
    const { eventIds, contestant } = await this.#newEvent();
    await Promise.all([measure(this.#stage.arena(timing), contestant, HOT, eventIds), learning]);
  }

  async baseline(): Promise<void> {
    for (let at = 0; at < BASELINES[this.#length]; at += 1) await this.state("baseline");
  }

  async state(
    state: QueueState,
    { others = null, measureMs = MEASURE_MS[this.#length], whenDecided = async () => {} }: Taking = {},
  ): Promise<void> {
    await this.#measure(state, { others, measureMs, whenDecided });
  }

  /**
   * The reader is there until all of the load is decided, and the rate is looked at interval by interval.
   * @returns the dead rows of the queue when it went
   */
  async pin(): Promise<number> {
    const reader = await startReader(this.#stage.postgres.url);
    let dead = 0;
    const whenDecided = async () => {
      dead = await deadRows(this.#stage);
      await reader.stop();
    };
    try {
      await this.state("pinned-xmin", { measureMs: PINNED_MS[this.#length], whenDecided });
    } finally {
      await reader.stop();
    }
    return dead;
  }

  async #measure(state: QueueState, { others, measureMs, whenDecided }: Required<Taking>): Promise<void> {
    const { cast } = this.#stage;
    const { eventIds, contestant: product } = await this.#newEvent();
    const carryNews = async () => {
      await whenDecided();
      return (await product.carryNews?.()) ?? 0;
    };
    const contestant = { ...product, carryNews };
    const timing = { warmUpMs: WARM_UP_MS[this.#length], measureMs };
    const take = await takeClock(cast.bookingWorker.port);
    const watch = state === "pinned-xmin" ? this.#watch(eventIds, timing.warmUpMs + measureMs) : null;
    const sample = await measure(this.#stage.arena(timing), contestant, HOT, eventIds);
    await watch;
    this.rows.push(await rowOf(state, { others, measureMs, sample, take }));
    this.#say(`${state.padEnd(16)}  ${whole(sample.decidedPerS)} decided/s`);
  }

  async #newEvent() {
    const { cast, pool, origin, adminToken } = this.#stage;
    const eventIds = await openEvents({ origin, adminToken, db: pool }, HOT);
    return { eventIds, contestant: contestantOf("evently", cast, pool) };
  }

  async #watch(eventIds: readonly string[], ms: number): Promise<void> {
    const { cast, pool } = this.#stage;
    const { decided } = contestantOf("evently", cast, pool);
    const began = performance.now();
    let [before, beforeMs] = [0, began];
    while (performance.now() - began + INTERVAL_MS[this.#length] <= ms) {
      await sleep(INTERVAL_MS[this.#length]);
      const [now, nowMs] = [(await decided?.(eventIds)) ?? 0, performance.now()];
      const perS = ((now - before) * 1_000) / (nowMs - beforeMs);
      this.pinned.push({ at_s: Math.round((nowMs - began) / 1_000), decided_per_s: Math.round(perS) });
      [before, beforeMs] = [now, nowMs];
    }
  }
}

async function rowOf(
  state: QueueState,
  seen: { others: number | null; measureMs: number; sample: Sample; take: TakeClock },
): Promise<MeasuredState> {
  const { decidedPerS, cpu, violations } = seen.sample;
  return {
    state,
    others: seen.others,
    measured_s: seen.measureMs / 1_000,
    decided_per_s: Math.round(decidedPerS),
    take_ms: await seen.take.meanMs(),
    cpu,
    violations,
  };
}
