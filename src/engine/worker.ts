import type { EventId } from "../domain/ids.ts";
import { Activations } from "./activations.ts";
import { Catalog } from "./catalog.ts";
import type { TurnLimits } from "./conclude.ts";
import { drain } from "./drain.ts";
import type {
  ActivationMarks,
  IdSource,
  OutcomeNotice,
  TracedTurn,
  TurnReport,
  TurnTransaction,
} from "./ports.ts";
import { Sweep, type SweepPorts } from "./sweep.ts";

export interface WorkerPorts
  extends Pick<SweepPorts, "eventsWithMail" | "dueEvents" | "endStuckTurns" | "onStuck"> {
  /** One connection per turn that may be under way at once. */
  readonly transactions: readonly TurnTransaction[];
  readonly marks: ActivationMarks;
  readonly notice: OutcomeNotice;
  readonly ids: IdSource;
  readonly observe: (report: TurnReport) => void;
  /** Told of turns in which something was decided that is traced. */
  readonly traced?: (turn: TracedTurn) => void;
  readonly onFault: (error: unknown, eventIds: readonly EventId[]) => void;
}

export interface WorkerLimits extends TurnLimits {
  readonly turnEventsMax: number;
  readonly sweepIntervalMs: number;
  readonly activationsMax: number;
  readonly activationIdleMs: number;
}

const HELD_RETRY_MS = 25;
const FAULT_PAUSE_MS = 50;
const FAULT_PAUSE_MS_MAX = 1_000;

/** A worker: the actors awake in one process, and the connections on which they take their turns. */
export class Worker {
  readonly catalog = new Catalog();
  readonly activations: Activations;
  readonly #sweep: Sweep;
  readonly #ports: WorkerPorts;
  readonly #limits: WorkerLimits;
  #stop = new AbortController();
  #lanes: Promise<void>[] = [];

  constructor(ports: WorkerPorts, limits: WorkerLimits) {
    const { activationsMax, activationIdleMs, sweepIntervalMs } = limits;
    this.#ports = ports;
    this.#limits = limits;
    this.activations = new Activations({ countMax: activationsMax, idleMs: activationIdleMs });
    this.#sweep = new Sweep(
      {
        ...ports,
        catalog: this.catalog,
        activations: this.activations,
        onFault: (error) => ports.onFault(error, []),
      },
      sweepIntervalMs,
    );
  }

  /** Takes turns from now on. Also after a `close`: what was hinted at meanwhile was not forgotten. */
  start(): void {
    this.#stop = new AbortController();
    const { transactions, marks, notice, ids, observe, traced, onFault } = this.#ports;
    const { turnEventsMax, batchMax, sharedBatchMax } = this.#limits;
    const { catalog, activations } = this;
    const turns = {
      activations,
      marks,
      notice,
      ids,
      observe,
      ...(traced === undefined ? {} : { traced }),
      limits: { batchMax, sharedBatchMax },
    };
    const limits = {
      turnEventsMax,
      heldRetryMs: HELD_RETRY_MS,
      faultPauseMs: FAULT_PAUSE_MS,
      faultPauseMsMax: FAULT_PAUSE_MS_MAX,
    };
    this.#sweep.start();
    this.#lanes = transactions.map((tx) => drain({ catalog, turns, limits, onFault }, tx, this.#stop.signal));
  }

  /** Something may wait; null: anywhere. */
  hint(eventIds: readonly EventId[] | null): void {
    if (eventIds === null) void this.#sweep.pass();
    else this.catalog.hint(eventIds);
  }

  /** Finishes the turns under way and takes no more. What waits stays in the mailboxes. */
  async close(): Promise<void> {
    this.#sweep.close();
    this.#stop.abort();
    await Promise.all(this.#lanes);
    this.activations.passivateAll();
  }
}
