import type { EventId } from "../domain/ids.ts";
import { SeatNews } from "./seat-news.ts";

/** What happened to an event as `event_update` names it. */
export type EventChange =
  | "changed"
  | "cancelled"
  | "sale_opened"
  | "sale_closed"
  | "sale_paused"
  | "sale_resumed"
  | "completed";

/** What a ledger entry means to an event's followers: other figures, another event, or both. */
export interface NewsKind {
  readonly availability: boolean;
  readonly change: EventChange | null;
}

/** What the followers of one event have not been told yet. Entries may be heard in any order, and twice. */
export class EventNews {
  readonly eventId: EventId;
  readonly seats = new SeatNews();
  /** Sockets that were too far behind to get the last figures. */
  readonly missedBy = new Set<string>();
  /** The figures that were pushed last. */
  figures: Readonly<Record<string, unknown>> | null = null;
  #fromSeq = Number.POSITIVE_INFINITY;
  #availabilitySeq = 0;
  #toldSeq = 0;
  #restsUntilMs = 0;
  readonly #changes = new Map<EventChange, number>();

  constructor(eventId: EventId) {
    this.eventId = eventId;
  }

  /** When followers may hear of this event again, on the clock of `performance.now()`. */
  get restsUntilMs(): number {
    return this.#restsUntilMs;
  }

  get hasNews(): boolean {
    return this.#availabilitySeq > 0 || this.#changes.size > 0 || this.seats.hasNews;
  }

  /** Nothing to tell, and nobody who missed it. */
  get isQuiet(): boolean {
    return !this.hasNews && this.missedBy.size === 0;
  }

  note(seq: number, { availability, change }: NewsKind): void {
    // Figures that were read later include this entry already.
    const isNewFigure = availability && seq > this.#toldSeq;
    if (!isNewFigure && change === null) return;
    this.#fromSeq = Math.min(this.#fromSeq, seq);
    if (isNewFigure) this.#availabilitySeq = Math.max(this.#availabilitySeq, seq);
    if (change !== null) this.#changes.set(change, Math.max(this.#changes.get(change) ?? 0, seq));
  }

  /** What to tell now that the event was read at `seq`. What came after that stays news. */
  take(seq: number): {
    readonly fromSeq: number;
    readonly availability: boolean;
    readonly changes: readonly EventChange[];
  } {
    const changes = [...this.#changes].filter(([, at]) => at <= seq).map(([change]) => change);
    const told = { fromSeq: Math.min(this.#fromSeq, seq), availability: this.#availabilitySeq > 0, changes };
    for (const change of changes) this.#changes.delete(change);
    if (this.#availabilitySeq <= seq) this.#availabilitySeq = 0;
    this.#fromSeq = this.hasNews ? seq + 1 : Number.POSITIVE_INFINITY;
    this.#toldSeq = Math.max(this.#toldSeq, seq);
    return told;
  }

  rest(ms: number): void {
    this.#restsUntilMs = performance.now() + ms;
  }
}
