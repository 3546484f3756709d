import type { AwakeActor } from "./activations.ts";

export type WorkerState = "working" | "draining" | "drained";

/** An actor awake in a worker, with its ages at the time of telling. */
export interface ToldActor {
  readonly eventId: string;
  readonly awakeMs: number;
  readonly idleMs: number;
  readonly version: number;
}

export interface PresencePorts {
  /** Reports this worker; tells whether it is to take turns, and whether somebody wants to know who is awake. */
  readonly report: (self: {
    readonly state: WorkerState;
    readonly awakeCount: number;
  }) => Promise<{ readonly isWanted: boolean; readonly isAsked: boolean }>;
  readonly tell: (actors: readonly ToldActor[]) => Promise<void>;
  readonly leave: () => Promise<void>;
  readonly worker: {
    start(): void;
    /** Finishes the turns under way and takes no more. */
    close(): Promise<void>;
    readonly activations: { readonly size: number; awake(countMax: number): AwakeActor[] };
  };
  readonly onFault: (error: unknown) => void;
}

const REPORT_INTERVAL_MS = 5_000;
const TOLD_MAX = 1_000;

/**
 * A booking worker as operators see it: it reports itself every few seconds, and does what they want of it.
 *
 *   working ──not wanted──▶ draining ──turns finished──▶ drained ──wanted──▶ working
 *
 * What they want stands in the database, so that a notice may be lost, and any machine will do.
 */
export class Presence {
  readonly #ports: PresencePorts;
  #state: WorkerState = "working";
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  /** Something was wanted while it looked. */
  #isToLookAgain = false;
  #isClosed = false;

  constructor(ports: PresencePorts) {
    this.#ports = ports;
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** Reports this worker from now on. */
  async start(): Promise<void> {
    await this.look();
    this.#timer = setInterval(() => void this.look(), REPORT_INTERVAL_MS);
  }

  /** Ends the reports. Also takes back what was reported, so that nobody waits for this worker. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#looking;
    await this.#ports.leave().catch(() => undefined);
  }

  /** Reports and does what is wanted; faults are told, not thrown: the next report comes soon. */
  look(): Promise<void> {
    this.#isToLookAgain = true;
    this.#looking ??= this.#lookOn().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookOn(): Promise<void> {
    while (this.#isToLookAgain && !this.#isClosed) {
      this.#isToLookAgain = false;
      await this.#look().catch(this.#ports.onFault);
    }
  }

  async #look(): Promise<void> {
    const { worker, tell } = this.#ports;
    const { isWanted, isAsked } = await this.#report();
    if (this.#isClosed) return;
    if (isAsked) await tell(this.#awake());
    if (!isWanted && this.#state === "working") {
      this.#state = "draining";
      await this.#report();
      await worker.close();
      this.#state = "drained";
      await this.#report();
    } else if (isWanted && this.#state === "drained") {
      worker.start();
      this.#state = "working";
      await this.#report();
    }
  }

  #report() {
    return this.#ports.report({ state: this.#state, awakeCount: this.#ports.worker.activations.size });
  }

  #awake(): ToldActor[] {
    const nowMs = performance.now();
    return this.#ports.worker.activations.awake(TOLD_MAX).map(({ eventId, sinceMs, usedMs, version }) => ({
      eventId,
      awakeMs: Math.round(nowMs - sinceMs),
      idleMs: Math.round(nowMs - usedMs),
      version,
    }));
  }
}
