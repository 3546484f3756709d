import type { EventId } from "../domain/ids.ts";
import { seatIdOf } from "../domain/seat-ids.ts";
import { availableSeats } from "../domain/state.ts";
import type { EventView } from "../domain/views.ts";
import type { Log } from "../ops/log.ts";
import { EventNews, type NewsKind } from "./event-news.ts";
import type { EventReader } from "./event-reader.ts";
import { type Presenters, presentAvailability } from "./present.ts";
import { type Connection, eventRoom, type ObservePush, type PushNamespace } from "./pushes.ts";
import type { SeatChange } from "./seat-news.ts";

const READ_RETRY_MS = 1_000;

interface EventPushesOptions {
  readonly namespace: PushNamespace;
  readonly reader: EventReader;
  readonly presenters: Presenters;
  readonly intervalMs: number;
  /** Whether a connection has so much waiting for it that figures had better wait, too. */
  readonly isBehind: (connection: Connection) => boolean;
  readonly log: Log;
  readonly observePush: ObservePush;
}

/**
 * Tells an event's followers what it has become, at most once every `intervalMs`: the first news at once, what comes
 * within the interval together at its end, with figures read then. All events that are due share one query.
 *
 *   quiet ──news──▶ due ──read, pushed──▶ resting ──interval over, no news──▶ quiet
 *                    ▲                       │
 *                    └──── interval over ────┘  with news, or with sockets that missed the push
 */
export class EventPushes {
  readonly #options: EventPushesOptions;
  readonly #news = new Map<EventId, EventNews>();
  #timer: NodeJS.Timeout | null = null;
  #wakesAtMs = Number.POSITIVE_INFINITY;
  #isFlushing = false;

  constructor(options: EventPushesOptions) {
    this.#options = options;
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
    return this.#options.namespace.adapter.rooms.has(eventRoom(eventId));
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
    if (!news.hasNews) this.#tellAgain(news);
    else {
      const event = await this.#options.reader.read(news.eventId);
      if (event === null) this.#news.delete(news.eventId);
      else this.#push(news, event);
    }
    news.rest(this.#options.intervalMs);
  }

  #push(news: EventNews, event: EventView): void {
    const { namespace, presenters, observePush } = this.#options;
    const room = eventRoom(news.eventId);
    const { fromSeq, availability, changes } = news.take(event.seq);
    if (availability) {
      news.figures = { ...presentAvailability(event), from_seq: fromSeq };
      this.#pushFigures(news, namespace.adapter.rooms.get(room) ?? new Set());
    }
    if (news.seats.hasNews) this.#pushSeats(news, event, fromSeq);
    if (changes.length > 0) {
      const fields = { event_id: news.eventId, ...presenters.event(event) };
      namespace.local
        .to(room)
        .emit("event_update", { ...fields, changes, from_seq: fromSeq, seq: event.seq });
      observePush("event_update", namespace.adapter.rooms.get(room)?.size ?? 0);
    }
  }

  /** Which seats changed; too many at once are not told one by one. */
  #pushSeats({ eventId, seats }: EventNews, event: EventView, fromSeq: number): void {
    const { namespace, observePush } = this.#options;
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
    observePush("seat_update", namespace.adapter.rooms.get(room)?.size ?? 0);
  }

  /** The last figures for those who were behind, as far as they still follow the event. */
  #tellAgain(news: EventNews): void {
    const followers = this.#options.namespace.adapter.rooms.get(eventRoom(news.eventId)) ?? new Set();
    this.#pushFigures(news, new Set([...news.missedBy].filter((id) => followers.has(id))));
  }

  /**
   * Figures replace each other: they are not queued behind what a slow reader has not read yet. Such a socket gets the
   * latest ones when it has caught up, rather than each of them late.
   */
  #pushFigures(news: EventNews, to: ReadonlySet<string>): void {
    const { namespace, isBehind, observePush } = this.#options;
    const { figures } = news;
    const ready: string[] = [];
    news.missedBy.clear();
    for (const id of to) {
      const socket = namespace.sockets.get(id);
      if (socket === undefined) continue;
      if (isBehind(socket.conn)) news.missedBy.add(id);
      else ready.push(id);
    }
    if (figures === null || ready.length === 0) return;
    namespace.local.to(ready).emit("availability_update", figures);
    observePush("availability_update", ready.length);
  }
}
