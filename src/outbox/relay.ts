import type { EventId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { Log } from "../ops/log.ts";
import { WorkLoop } from "../ops/work-loop.ts";
import { type RestLimits, WorkRest } from "../ops/work-rest.ts";

/** Ledger entries that are owed to a sink. */
export interface Owed {
  readonly eventId: EventId;
  readonly sink: string;
  readonly from: number;
  readonly to: number;
  readonly attempts: number;
  /** Ledger number → W3C `traceparent`, of those that are traced; null where none is. */
  readonly traces: Readonly<Record<string, string>> | null;
}

/** A decision that is owed to a sink. */
export interface OwedEntry extends LedgerEntry {
  /** Where its request is traced: a W3C `traceparent`. */
  readonly trace?: string;
}

/** Turns decisions into something the world notices. Idempotent: the same entries may come again. */
export interface Sink {
  deliver(entries: readonly OwedEntry[]): Promise<void>;
}

export interface RelayPorts {
  /**
   * Claims up to `max` owed ranges, lets `work` deliver them, and deletes those that it returns as done; the others
   * come back after a pause that doubles with every attempt. A relay that dies leaves everything claimed as it was.
   */
  readonly withClaimed: (
    asked: { readonly sink: string; readonly max: number },
    work: (owed: readonly Owed[]) => Promise<readonly Owed[]>,
  ) => Promise<number>;
  readonly readLedger: (ranges: readonly Owed[]) => Promise<LedgerEntry[]>;
  readonly observe: (delivery: {
    readonly sink: string;
    readonly ok: boolean;
    readonly ranges: number;
  }) => void;
  /** Does work as a part of these traces. */
  readonly tracing?: {
    around(
      work: { readonly name: string; readonly carriers: readonly string[] },
      run: () => Promise<void>,
    ): Promise<void>;
  };
  readonly log: Log;
}

export interface RelayOptions extends RelayPorts {
  /** What is owed to it stands in the outbox under this name. */
  readonly name: string;
  readonly sink: Sink;
  /** How long to rest after a delivery; see `WorkRest`. */
  readonly rest: Omit<RestLimits, "restMsMax">;
}

/** Of up to 500 entries each: what one transaction carries takes a second at most, and may be idle for five. */
const CLAIM_MAX = 50;
const IDLE_MS = 1_000;
/** Between two deliveries: what turns owe in the meantime is carried together, in one transaction and not in twenty. */
const REST_MS = 50;
const REST_MS_MAX = 5_000;
const FAULT_PAUSE_MS = 1_000;

/** Delivers what turns owe to one sink, until told to stop. Several processes share the work. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #rest: WorkRest;
  readonly #loop = new WorkLoop((signal) => this.#round(signal));

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#rest = new WorkRest({ ...options.rest, restMsMax: REST_MS_MAX });
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
    const { name, withClaimed, log } = this.#options;
    await this.#rest.untilOver(signal);
    if (signal.aborted) return 0;
    const asked = { sink: name, max: CLAIM_MAX };
    const deliver = () => withClaimed(asked, (owed) => this.#deliverAll(owed));
    const claimed = await this.#rest.after(deliver).catch((error) => {
      log.warn({ sink: name, error: String(error) }, "the outbox cannot be read; trying again");
      return -1;
    });
    if (claimed < 0) return FAULT_PAUSE_MS;
    if (claimed === 0) return IDLE_MS;
    // A full claim is a backlog, which is worked off without more rest; else whatever is hinted at waits for the rest.
    if (claimed < CLAIM_MAX) this.#rest.atLeast(REST_MS);
    return 0;
  }

  /** What is owed is handed over together; where that fails, each alone, so that one fault holds up one range. */
  async #deliverAll(owed: readonly Owed[]): Promise<readonly Owed[]> {
    if (await this.#deliver(owed)) return owed;
    const done: Owed[] = [];
    if (owed.length > 1) for (const item of owed) if (await this.#deliver([item])) done.push(item);
    return done;
  }

  async #deliver(owed: readonly Owed[]): Promise<boolean> {
    const { name, sink, readLedger, observe, log } = this.#options;
    try {
      await this.#trace(owed, async () => sink.deliver(withTraces(await readLedger(owed), owed)));
      observe({ sink: name, ok: true, ranges: owed.length });
      return true;
    } catch (error) {
      observe({ sink: name, ok: false, ranges: owed.length });
      const attempts = Math.max(...owed.map((item) => item.attempts));
      log.warn({ sink: name, attempts, error: String(error) }, "an effect failed; it is tried again");
      return false;
    }
  }

  #trace(owed: readonly Owed[], deliver: () => Promise<void>): Promise<void> {
    const { name, tracing } = this.#options;
    const carriers = owed.flatMap(({ traces }) => (traces === null ? [] : Object.values(traces)));
    if (tracing === undefined || carriers.length === 0) return deliver();
    return tracing.around({ name: `outbox ${name}`, carriers }, deliver);
  }
}

function withTraces(entries: readonly LedgerEntry[], owed: readonly Owed[]): readonly OwedEntry[] {
  const traced = owed.filter(({ traces }) => traces !== null);
  if (traced.length === 0) return entries;
  return entries.map((entry) => {
    const trace = traced.find(({ eventId, from, to }) => {
      return entry.eventId === eventId && entry.seq >= from && entry.seq <= to;
    })?.traces?.[entry.seq];
    return trace === undefined ? entry : { ...entry, trace };
  });
}
