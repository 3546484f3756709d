import { setTimeout as sleep } from "node:timers/promises";
import { Lane } from "../lib/lane.ts";
import { LatencyHistogram } from "../lib/statistics.ts";

const INTERVAL_MS = 100;
/** Who asks after the health of a process has given up by then. */
const ANSWER_MS_MAX = 10_000;

/** Asks an API process how it is, at a fixed pace whatever it answers. */
export class HealthProbe {
  readonly #origin: string;
  readonly #idle: Lane[] = [];
  readonly #all: Lane[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #latency = new LatencyHistogram();
  #failed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(origin: string) {
    this.#origin = origin;
  }

  start(): void {
    this.#timer = setInterval(() => {
      const asking = this.#ask().finally(() => this.#underWay.delete(asking));
      this.#underWay.add(asking);
    }, INTERVAL_MS);
  }

  /** Asks no more; what is under way still counts. */
  pause(): void {
    clearInterval(this.#timer);
  }

  /** @returns the latencies, encoded, and how often there was no answer within ten seconds or another than 200 */
  async stop(): Promise<{ readonly latency: string; readonly failed: number }> {
    this.pause();
    const waiting = new AbortController();
    const late = sleep(ANSWER_MS_MAX, undefined, { signal: waiting.signal }).catch(() => {});
    await Promise.race([Promise.all(this.#underWay), late]);
    waiting.abort();
    const failed = this.#failed + this.#underWay.size;
    await Promise.all(this.#all.map((lane) => lane.close()));
    return { latency: this.#latency.encode(), failed };
  }

  /** On a connection that is free: one slow answer must not hold back the next question. */
  async #ask(): Promise<void> {
    const lane = this.#idle.pop() ?? this.#open();
    const askedMs = performance.now();
    const status = await lane.ask({ method: "GET", path: "/health" }).then(
      (reply) => reply.status,
      () => null,
    );
    if (status === 200) this.#latency.add(performance.now() - askedMs);
    else this.#failed += 1;
    this.#idle.push(lane);
  }

  #open(): Lane {
    const lane = new Lane(this.#origin);
    this.#all.push(lane);
    return lane;
  }
}
