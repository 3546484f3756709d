import type { Log } from "../ops/log.ts";

/** What is counted of one event, or of none in particular, on one day. */
export interface Counted {
  readonly event: string | number | null;
  readonly day: string;
  readonly what: "viewed" | "turned_away";
  readonly reason: string;
  requests: number;
  tickets: number;
}

export interface CounterPorts {
  readonly save: (counted: readonly Counted[]) => Promise<void>;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly log: Log;
}

const FLUSH_MS = 5_000;
/** Different events, days and reasons that wait to be saved. What comes beyond them is not counted. */
const KEYS_MAX = 20_000;
const DAY_LENGTH = "2026-11-21".length;

/**
 * Counts what no ledger hears of: pages of events that were shown, and requests that were refused before the line. In memory,
 * and saved together every few seconds: no request waits for it. A process that is killed loses what it had not saved.
 */
export class VisitCounter {
  readonly #ports: CounterPorts;
  #counted = new Map<string, Counted>();
  #timer: NodeJS.Timeout | null = null;
  #saving: Promise<void> = Promise.resolve();

  constructor(ports: CounterPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = setInterval(() => this.#flush(), FLUSH_MS);
    this.#timer.unref();
  }

  /** Somebody was shown an event. @param event its id, or its number */
  viewed(event: string | number): void {
    this.#count({ event, what: "viewed", reason: "", tickets: 0 });
  }

  /** A request for tickets was refused without a decision. @param event null where it is not known which */
  turnedAway(event: string | null, reason: string, tickets: number): void {
    this.#count({ event, what: "turned_away", reason, tickets });
  }

  /** Saves what is left. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#flush();
    await this.#saving;
  }

  #count({ event, what, reason, tickets }: Pick<Counted, "event" | "what" | "reason" | "tickets">): void {
    const day = new Date(this.#ports.now()).toISOString().slice(0, DAY_LENGTH);
    const key = `${day} ${what} ${event} ${reason}`;
    const known = this.#counted.get(key);
    if (known !== undefined) {
      known.requests += 1;
      known.tickets += tickets;
    } else if (this.#counted.size < KEYS_MAX) {
      this.#counted.set(key, { event, day, what, reason, requests: 1, tickets });
    }
  }

  #flush(): void {
    if (this.#counted.size === 0) return;
    const counted = [...this.#counted.values()];
    this.#counted = new Map();
    const { save, log } = this.#ports;
    this.#saving = this.#saving
      .then(() => save(counted))
      .catch((error) => log.warn({ error: String(error) }, "visits could not be saved and are not counted"));
  }
}
