import { monitorEventLoopDelay } from "node:perf_hooks";
import { ALL_GRANTED, type Grant, nextGrant } from "./adaptive.ts";

const TICK_MS = 1_000;
const LOOP_RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;
/** Assumed of an event that has decided nothing yet, so that nobody knows its pace. */
const PACE_UNKNOWN_PER_S = 1_000;

/** Watches how far behind this process and the mailboxes are, and says how much of the limits is granted. */
export class Grants {
  readonly #loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  readonly #ticking: NodeJS.Timeout;
  #grant: Grant = ALL_GRANTED;
  readonly #loopDelayMsMax: number;
  #mailboxWaitMs = 0;

  /** @param loopDelayMsMax the process is behind where its event loop is later (p99) */
  constructor(loopDelayMsMax: number) {
    this.#loopDelayMsMax = loopDelayMsMax;
    this.#loop.enable();
    this.#ticking = setInterval(() => this.#tick(), TICK_MS).unref();
  }

  /** 1, or less while something is behind. */
  get factor(): number {
    return this.#grant.factor;
  }

  /** A command got this place in line, in a mailbox that is decided at this pace. */
  accepted(position: number, decidedPerSecond: number | null): void {
    const pace = decidedPerSecond === null || decidedPerSecond <= 0 ? PACE_UNKNOWN_PER_S : decidedPerSecond;
    this.#mailboxWaitMs = Math.max(this.#mailboxWaitMs, (position / pace) * 1_000);
  }

  close(): void {
    clearInterval(this.#ticking);
    this.#loop.disable();
  }

  #tick(): void {
    // The timer behind the histogram fires every so often anyway; what is above that is delay.
    const loopDelayP99Ms = this.#loop.percentile(99) / NS_PER_MS - LOOP_RESOLUTION_MS;
    const load = { loopDelayP99Ms, mailboxWaitMs: this.#mailboxWaitMs };
    this.#grant = nextGrant(this.#grant, load, this.#loopDelayMsMax);
    this.#loop.reset();
    this.#mailboxWaitMs = 0;
  }
}
