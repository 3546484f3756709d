import type { EventId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { Log } from "../ops/log.ts";

/** Ledger entries that are owed to a sink. */
export interface Owed {
  readonly eventId: EventId;
  readonly sink: string;
  readonly from: number;
  readonly to: number;
  readonly attempts: number;
}

/** Turns decisions into something the world notices. Idempotent: the same entries may come again. */
export interface Sink {
  deliver(entries: readonly LedgerEntry[]): Promise<void>;
}

export interface RelayPorts {
  /**
   * Claims up to `max` owed ranges, lets `work` deliver them, and deletes those that it returns as done; the others
   * come back after a pause that doubles with every attempt. A relay that dies leaves everything claimed as it was.
   */
  readonly withClaimed: (
    max: number,
    work: (owed: readonly Owed[]) => Promise<readonly Owed[]>,
  ) => Promise<number>;
  readonly readLedger: (range: { eventId: EventId; from: number; to: number }) => Promise<LedgerEntry[]>;
  readonly sinks: Readonly<Record<string, Sink>>;
  readonly observe: (delivery: {
    readonly sink: string;
    readonly ok: boolean;
    readonly entries: number;
  }) => void;
  readonly log: Log;
}

const CLAIM_MAX = 50;
const IDLE_MS = 1_000;
const FAULT_PAUSE_MS = 1_000;

/** Delivers what turns owe to the world, until told to stop. Several relays share the work. */
export class Relay {
  readonly #ports: RelayPorts;
  readonly #stop = new AbortController();
  #wake: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(ports: RelayPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Something new is owed. A hint: without it the relay looks every second. */
  hint(): void {
    this.#wake();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const claimed = await this.#ports
        .withClaimed(CLAIM_MAX, (owed) => this.#deliverAll(owed))
        .catch((error) => {
          this.#ports.log.warn({ error: String(error) }, "the outbox cannot be read; trying again");
          return -1;
        });
      if (claimed < CLAIM_MAX) await this.#pause(claimed < 0 ? FAULT_PAUSE_MS : IDLE_MS);
    }
  }

  async #deliverAll(owed: readonly Owed[]): Promise<Owed[]> {
    const done: Owed[] = [];
    for (const item of owed) if (await this.#deliver(item)) done.push(item);
    return done;
  }

  async #deliver(item: Owed): Promise<boolean> {
    const { sinks, readLedger, observe, log } = this.#ports;
    const sink = sinks[item.sink];
    try {
      if (sink === undefined) throw new Error(`no sink is called ${item.sink}`);
      const entries = await readLedger(item);
      await sink.deliver(entries);
      observe({ sink: item.sink, ok: true, entries: entries.length });
      return true;
    } catch (error) {
      observe({ sink: item.sink, ok: false, entries: 0 });
      log.warn(
        { sink: item.sink, attempts: item.attempts, error: String(error) },
        "an effect failed; it is tried again",
      );
      return false;
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#stop.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
