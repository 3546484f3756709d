import type { EventId } from "../domain/ids.ts";
import { seatIdOf } from "../domain/seat-ids.ts";
import { availableSeats } from "../domain/state.ts";
import type { EventView } from "../domain/views.ts";
import type { Log } from "../ops/log.ts";
import { EventNews, type NewsKind } from "./event-news.ts";
import type { EventReader } from "./event-reader.ts";
import { FigurePushes, type FigurePushesOptions } from "./figure-pushes.ts";
import { type Presenters, presentAvailability } from "./present.ts";
import { eventRoom } from "./pushes.ts";
import type { RawSockets } from "./raw/raw-sockets.ts";
import type { SeatChange } from "./seat-news.ts";

const READ_RETRY_MS = 1_000;
/**
 * An event with thousands of followers rests longer: telling them takes no more than a tenth of the process, which has
 * bookings to answer. Figures are never older than this for it.
 */
const REST_PER_WORK = 10;
const REST_MS_MAX = 2_000;

interface EventPushesOptions extends FigurePushesOptions {
  readonly reader: EventReader;
  readonly presenters: Presenters;
  readonly raw: Pick<RawSockets, "follows" | "tell" | "tellSeats">;
  readonly intervalMs: number;
  readonly log: Log;
}

/**
 * Tells an event's followers what it has become, at most once every `intervalMs`, or less often where there are very many: the first news at once, what comes
 * within the interval together at its end, with figures read then. All events that are due share one query.
 *
 *   quiet ──news──▶ due ──read, pushed──▶ resting ──interval over, no news──▶ quiet
 *                    ▲                       │
 *                    └──── interval over ────┘  with news, or with sockets that missed the push
 */
export class EventPushes {
  readonly #options: EventPushesOptions;
  readonly #figures: FigurePushes;
  readonly #news = new Map<EventId, EventNews>();
  #timer: NodeJS.Timeout | null = null;
  #wakesAtMs = Number.POSITIVE_INFINITY;
  #isFlushing = false;

  constructor(options: EventPushesOptions) {
    this.#options = options;
    this.#figures = new FigurePushes(options);
  }

  /** Notes what a ledger entry did to the event, if anybody here follows it. */
  hear(eventId: EventId, seq: number, kind: NewsKind): void {
    if (!this.#hasFollowers(eventId)) return;
    const news = this.#news.get(eventId) ?? new EventNews(eventId);
    this.#news.set(eventId, news);
    news.note(seq, kind);
    if (!this.#isFlushing) this.#wakeAt(news.restsUntilMs);
  }

  /** Notes seats that changed, to be told with the news of the same entry. */
  hearSeats(eventId: EventId, seq: number, changes: readonly SeatChange[]): void {
    this.#news.get(eventId)?.seats.note(seq, changes);
  }

  close(): void {
    this.#news.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #hasFollowers(eventId: EventId): boolean {
    const { namespace, raw } = this.#options;
    return namespace.adapter.rooms.has(eventRoom(eventId)) || raw.follows(eventId);
  }

  #wakeAt(atMs: number): void {
    if (this.#wakesAtMs <= atMs) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#wakesAtMs = atMs;
    this.#timer = setTimeout(() => void this.#flush(), Math.max(0, Math.ceil(atMs - performance.now())));
    this.#timer.unref();
  }

  async #flush(): Promise<void> {
    this.#isFlushing = true;
    const now = performance.now();
    const due = [...this.#news.values()].filter(({ restsUntilMs }) => restsUntilMs <= now);
    const told = await Promise.allSettled(due.map((news) => this.#tell(news)));
    const failed = told.filter((result) => result.status === "rejected");
    if (failed[0] !== undefined) {
      const fields = { error: String(failed[0].reason), events: failed.length };
      this.#options.log.warn(fields, "events cannot be read for their followers; they are read again");
    }
    this.#isFlushing = false;
    this.#wakesAtMs = Number.POSITIVE_INFINITY;
    for (const { restsUntilMs } of this.#news.values()) this.#wakeAt(restsUntilMs);
  }

  async #tell(news: EventNews): Promise<void> {
    if (news.isQuiet || !this.#hasFollowers(news.eventId)) {
      this.#news.delete(news.eventId);
      return;
    }
    news.rest(READ_RETRY_MS);
    let workedMs = 0;
    if (!news.hasNews) workedMs = await this.#figures.pushAgain(news);
    else {
      const event = await this.#options.reader.read(news.eventId);
      if (event === null) this.#news.delete(news.eventId);
      else workedMs = await this.#push(news, event);
    }
    news.rest(Math.max(this.#options.intervalMs, Math.min(workedMs * REST_PER_WORK, REST_MS_MAX)));
  }

  /** @returns how long this process worked on telling the figures, ms */
  async #push(news: EventNews, event: EventView): Promise<number> {
    const { namespace, presenters, observePush, raw } = this.#options;
    const room = eventRoom(news.eventId);
    const { fromSeq, availability, changes } = news.take(event.seq);
    if (availability) {
      news.figures = { ...presentAvailability(event), from_seq: fromSeq };
      raw.tell(news.eventId, "availability_update", news.figures);
    }
    if (news.seats.hasNews) this.#pushSeats(news, event, fromSeq);
    if (changes.length > 0) {
      const shown = { event_id: news.eventId, ...presenters.event(event) };
      const fields = { ...shown, changes, from_seq: fromSeq, seq: event.seq };
      namespace.local.to(room).emit("event_update", fields);
      raw.tell(news.eventId, "event_update", fields);
      observePush("event_update", namespace.adapter.rooms.get(room)?.size ?? 0);
    }
    // Last, because it takes rounds of the event loop: what is heard meanwhile belongs to the next news.
    return availability ? await this.#figures.push(news) : 0;
  }

  /** Which seats changed; too many at once are not told one by one. */
  #pushSeats({ eventId, seats }: EventNews, event: EventView, fromSeq: number): void {
    const { namespace, observePush, raw } = this.#options;
    const room = eventRoom(eventId);
    const changed = seats.take();
    const fields = {
      event_id: eventId,
      available_seats: availableSeats(event),
      from_seq: fromSeq,
      seq: event.seq,
    };
    const shown = changed?.map(({ seat, status }) => ({ seat_id: seatIdOf(event.number, seat), status }));
    namespace.local
      .to(room)
      .emit(
        "seat_update",
        shown === undefined ? { ...fields, resync: true, seats: [] } : { ...fields, seats: shown },
      );
    raw.tellSeats(eventId, shown ?? null, fields);
    observePush("seat_update", namespace.adapter.rooms.get(room)?.size ?? 0);
  }
}
