import { setTimeout as sleep } from "node:timers/promises";
import type { EventId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { Log } from "../ops/log.ts";
import { WorkLoop } from "../ops/work-loop.ts";

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
  readonly readLedger: (ranges: readonly Owed[]) => Promise<LedgerEntry[]>;
  readonly sinks: Readonly<Record<string, Sink>>;
  readonly observe: (delivery: {
    readonly sink: string;
    readonly ok: boolean;
    readonly ranges: number;
  }) => void;
  readonly log: Log;
}

const CLAIM_MAX = 200;
const IDLE_MS = 1_000;
/** Between two deliveries: what turns owe in the meantime is carried together, in one transaction and not in twenty. */
const REST_MS = 50;
const FAULT_PAUSE_MS = 1_000;

/** Delivers what turns owe to the world, until told to stop. Several relays share the work. */
export class Relay {
  readonly #ports: RelayPorts;
  readonly #loop = new WorkLoop((signal) => this.#round(signal));

  constructor(ports: RelayPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#loop.start();
  }

  /** Something new is owed. A hint: without it the relay looks every second. */
  hint(): void {
    this.#loop.hint();
  }

  close(): Promise<void> {
    return this.#loop.close();
  }

  async #round(signal: AbortSignal): Promise<number> {
    const claimed = await this.#ports
      .withClaimed(CLAIM_MAX, (owed) => this.#deliverAll(owed))
      .catch((error) => {
        this.#ports.log.warn({ error: String(error) }, "the outbox cannot be read; trying again");
        return -1;
      });
    if (claimed < 0) return FAULT_PAUSE_MS;
    if (claimed === 0) return IDLE_MS;
    // A full claim is a backlog, which is worked off without a rest; else whatever is hinted at waits for the rest.
    if (claimed < CLAIM_MAX) await sleep(REST_MS, undefined, { signal }).catch(() => undefined);
    return 0;
  }

  /** What is owed to a sink is handed over together; where that fails, each alone, so that one fault holds up one range. */
  async #deliverAll(owed: readonly Owed[]): Promise<Owed[]> {
    const done: Owed[] = [];
    for (const [sink, items] of Map.groupBy(owed, (item) => item.sink)) {
      if (await this.#deliver(sink, items)) done.push(...items);
      else if (items.length > 1) {
        for (const item of items) if (await this.#deliver(sink, [item])) done.push(item);
      }
    }
    return done;
  }

  async #deliver(name: string, owed: readonly Owed[]): Promise<boolean> {
    const { sinks, readLedger, observe, log } = this.#ports;
    const sink = sinks[name];
    try {
      if (sink === undefined) throw new Error(`no sink is called ${name}`);
      const entries = await readLedger(owed);
      await sink.deliver(entries);
      observe({ sink: name, ok: true, ranges: owed.length });
      return true;
    } catch (error) {
      observe({ sink: name, ok: false, ranges: owed.length });
      const attempts = Math.max(...owed.map((item) => item.attempts));
      log.warn({ sink: name, attempts, error: String(error) }, "an effect failed; it is tried again");
      return false;
    }
  }
}
