import type { Seating } from "../../domain/seating.ts";
import { seatPlace } from "../../domain/seating.ts";
import type { BookingView, EventView, NotificationView, WaitlistEntryView } from "../../domain/views.ts";
import type { Aliases } from "../aliases.ts";
import { type PickedNames, picked } from "../picked.ts";
import { presentBooking } from "../presenters/booking.ts";
import { presentEvent } from "../presenters/event.ts";
import { iso } from "../presenters/time.ts";
import { presentEntry } from "../presenters/waitlist.ts";
import type { Reads } from "../reads.ts";
import { seatNumberOf } from "./numbers.ts";

const EVENT: PickedNames = {
  name: "name",
  description: "description",
  venue: "venue",
  start_time: "start_time",
  end_time: "end_time",
  total_seats: "capacity",
  available_seats: "available_seats",
};

const BOOKING: PickedNames = {
  quantity: "quantity",
  status: "status",
  expires_at: "expires_at",
  created_at: "created_at",
};

const ENTRY: PickedNames = {
  position: "position",
  status: "status",
  quantity: "quantity",
  expires_at: "expires_at",
  created_at: "joined_at",
};

/** A confirmed booking is an active one here. */
const CONFIRMED = { status: "active" } as const;

export function eventOfB(event: EventView): Record<string, unknown> {
  return { id: event.number, ...picked(EVENT, presentEvent(event, Date.now())) };
}

export function seatOfB(
  { number: eventNumber }: EventView,
  seating: Seating,
  { seat, status }: { readonly seat: number; readonly status: string | undefined },
): Record<string, unknown> {
  const { section, row, number } = seatPlace(seating, seat);
  const id = seatNumberOf(eventNumber, seat);
  return { id, event_id: eventNumber, seat_number: number, row, section, status };
}

/** Shows what has integers that somebody has to give out. */
export class PresenterOfB {
  readonly #aliases: Aliases;
  readonly #reads: Pick<Reads, "eventCard">;

  constructor(aliases: Aliases, reads: Pick<Reads, "eventCard">) {
    this.#aliases = aliases;
    this.#reads = reads;
  }

  async booking(booking: BookingView): Promise<Record<string, unknown>> {
    const [shown] = await this.bookings([booking]);
    return shown as Record<string, unknown>;
  }

  async bookings(bookings: readonly BookingView[]): Promise<Record<string, unknown>[]> {
    const [ids, users] = await Promise.all([
      this.#aliases.numbersOf(
        "booking",
        bookings.map(({ id }) => id),
      ),
      this.#aliases.numbersOf(
        "user",
        bookings.map(({ userId }) => userId),
      ),
    ]);
    return bookings.map((booking, at) => {
      const { eventNumber, seats } = booking;
      const seatIds = (seats ?? []).map((seat) => seatNumberOf(eventNumber, seat));
      return {
        id: ids[at],
        user_id: users[at],
        event_id: eventNumber,
        seat_id: seatIds[0] ?? null,
        seat_ids: seatIds,
        ...picked(BOOKING, presentBooking(booking, null)),
        ...(booking.status === "confirmed" ? CONFIRMED : {}),
      };
    });
  }

  async entries(entries: readonly WaitlistEntryView[]): Promise<Record<string, unknown>[]> {
    const offers = entries.flatMap(({ offer }) => (offer === null ? [] : [offer.bookingId]));
    const [ids, users, bookings, events] = await Promise.all([
      this.#aliases.numbersOf(
        "waitlist_entry",
        entries.map(({ id }) => id),
      ),
      this.#aliases.numbersOf(
        "user",
        entries.map(({ userId }) => userId),
      ),
      this.#aliases.numbersOf("booking", offers),
      this.#eventNumbers(entries),
    ]);
    return entries.map((entry, at) => ({
      id: ids[at],
      user_id: users[at],
      event_id: events[at],
      // The booking that is offered.
      booking_id: entry.offer === null ? null : bookings[offers.indexOf(entry.offer.bookingId)],
      ...picked(ENTRY, presentEntry(entry)),
    }));
  }

  async notifications(notifications: readonly NotificationView[]): Promise<Record<string, unknown>[]> {
    const [ids, users, events] = await Promise.all([
      this.#aliases.numbersOf(
        "notification",
        notifications.map(({ id }) => id),
      ),
      this.#aliases.numbersOf(
        "user",
        notifications.map(({ userId }) => userId),
      ),
      this.#eventNumbers(notifications),
    ]);
    return notifications.map(({ type, text, createdAt, readAt }, at) => ({
      id: ids[at],
      user_id: users[at],
      event_id: events[at],
      type,
      message: text,
      is_read: readAt !== null,
      created_at: iso(createdAt),
    }));
  }

  #eventNumbers(of: readonly { readonly eventId: string | null }[]): Promise<(number | null)[]> {
    return Promise.all(
      of.map(async ({ eventId }) =>
        eventId === null ? null : ((await this.#reads.eventCard(eventId))?.number ?? null),
      ),
    );
  }
}
