import { setTimeout as sleep } from "node:timers/promises";
import { type Ask, Lane } from "../lib/lane.ts";
import { LatencyHistogram } from "../lib/statistics.ts";

/** Who asks has given up by then. */
const ANSWER_MS_MAX = 10_000;

export interface PacedAsks {
  readonly origin: string;
  readonly everyMs: number;
  /** What is asked next; null: nothing, this time. */
  readonly next: () => Ask | null;
}

export interface ProbeReading {
  /** Of answers with 2xx; encoded. */
  readonly latency: string;
  /** No answer within ten seconds, or another than 2xx. */
  readonly failed: number;
  /** Of those that failed: told to come again later. */
  readonly shed: number;
}

/** Asks at a fixed pace, whatever the answers are. */
export class PacedProbe {
  readonly #asks: PacedAsks;
  readonly #idle: Lane[] = [];
  readonly #all: Lane[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #latency = new LatencyHistogram();
  #failed = 0;
  #shed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(asks: PacedAsks) {
    this.#asks = asks;
  }

  start(): void {
    this.#timer = setInterval(() => {
      const ask = this.#asks.next();
      if (ask === null) return;
      const asking = this.#ask(ask).finally(() => this.#underWay.delete(asking));
      this.#underWay.add(asking);
    }, this.#asks.everyMs);
  }

  /** Asks no more; what is under way still counts. */
  pause(): void {
    clearInterval(this.#timer);
  }

  async stop(): Promise<ProbeReading> {
    this.pause();
    const waiting = new AbortController();
    const late = sleep(ANSWER_MS_MAX, undefined, { signal: waiting.signal }).catch(() => {});
    await Promise.race([Promise.all(this.#underWay), late]);
    waiting.abort();
    const failed = this.#failed + this.#underWay.size;
    await Promise.all(this.#all.map((lane) => lane.close()));
    return { latency: this.#latency.encode(), failed, shed: this.#shed };
  }

  /** On a connection that is free: one slow answer must not hold back the next question. */
  async #ask(ask: Ask): Promise<void> {
    const lane = this.#idle.pop() ?? this.#open();
    const askedMs = performance.now();
    const status = await lane.ask(ask).then(
      (reply) => reply.status,
      () => 0,
    );
    if (status >= 200 && status < 300) this.#latency.add(performance.now() - askedMs);
    else this.#failed += 1;
    if (status === 503) this.#shed += 1;
    this.#idle.push(lane);
  }

  #open(): Lane {
    const lane = new Lane(this.#asks.origin);
    this.#all.push(lane);
    return lane;
  }
}
