import { seatIdOf } from "../../../../src/domain/seat-ids.ts";
import type { EventBooks, Evidence } from "../evidence.ts";
import { type Judgement, judged } from "../judgement.ts";

interface Seen {
  readonly booking: string;
  readonly event: string;
  readonly operation: number;
  readonly status: number | null;
  /** Null where anybody may have asked. */
  readonly user: string | null;
  readonly quantity: number | undefined;
  readonly seats: readonly string[] | undefined;
}

/** What the ledger tells of a booking that was confirmed at some time. */
interface Story {
  /** Every owner that it ever had. */
  readonly owners: Set<string>;
  /** Every number of tickets, and every set of seats, that it ever had. */
  readonly quantities: Set<number>;
  readonly seats: Set<string>;
  wasGivenUp: boolean;
}

/**
 * Every confirmation that a client saw: the ledger has it, the table has it, and where it has gone since, somebody
 * cancelled it in the ledger. A reply that was read before a cancellation is held against what the booking was then.
 */
export function judgeConfirmations({ history, events }: Evidence): Judgement {
  const stories = new Map(events.map((books) => [books.eventId, storiesOf(books)]));
  const rows = new Map(events.flatMap(({ bookings }) => bookings.map((row) => [row.id, row])));
  const seen = history.attempts.flatMap(({ invoke: { op, id }, done }): Seen[] => {
    if (done?.type !== "ok" || done.body.state !== "confirmed" || done.body.booking === undefined) return [];
    if (!("event" in op) || op.type === "callback" || op.type === "page") return [];
    const { booking, quantity, seats } = done.body;
    const user = "user" in op ? op.user : null;
    return [{ booking, event: op.event, operation: id, status: done.status, user, quantity, seats }];
  });
  return judged(
    seen.flatMap((one) => {
      const who = `booking ${one.booking}, confirmed to a client (operation ${one.operation}, ${one.status}),`;
      const story = stories.get(one.event)?.get(one.booking);
      if (story === undefined) return [`${who} is not in the ledger`];
      const row = rows.get(one.booking);
      if (row === undefined) return [`${who} has no row`];
      if (row.status !== "confirmed" && !story.wasGivenUp)
        return [`${who} is ${row.status} now, and nobody cancelled it`];
      return wrongTickets(who, one, story);
    }),
  );
}

function wrongTickets(who: string, { user, quantity, seats }: Seen, story: Story): string[] {
  if (user !== null && !story.owners.has(user)) return [`${who} never belonged to ${user}`];
  if (quantity !== undefined && !story.quantities.has(quantity))
    return [`${who} never had ${quantity} tickets`];
  return seats === undefined || seats.length === 0 || story.seats.has(seats.toSorted().join())
    ? []
    : [`${who} never had the seats ${seats.join(", ")}`];
}

function storiesOf({ ledger }: EventBooks): ReadonlyMap<string, Story> {
  const stories = new Map<string, Story>();
  let number = 0;
  for (const { decision } of ledger) {
    for (const outcome of decision) {
      if (outcome.type === "EventCreated") number = outcome.draft.number;
      const ids = (seats: readonly number[] | undefined) =>
        (seats ?? [])
          .map((seat) => seatIdOf(number, seat))
          .sort()
          .join();
      if (outcome.type === "BookingConfirmed") {
        const { bookingId, userId, quantity, seats } = outcome;
        stories.set(bookingId, {
          owners: new Set([userId]),
          quantities: new Set([quantity]),
          seats: new Set([ids(seats)]),
          wasGivenUp: false,
        });
        continue;
      }
      if (!("bookingId" in outcome)) continue;
      const story = stories.get(outcome.bookingId);
      if (story === undefined) continue;
      if (outcome.type === "BookingCancelled") story.wasGivenUp = true;
      if (outcome.type === "BookingTransferred") story.owners.add(outcome.toUserId);
      if (outcome.type === "TicketsExchanged") story.seats.add(ids(outcome.seats));
      if (outcome.type === "BookingReduced")
        reduce(
          story,
          outcome.quantity,
          (outcome.seats ?? []).map((seat) => seatIdOf(number, seat)),
        );
    }
  }
  return stories;
}

/** The newest number and the newest seats are those added last. */
function reduce({ quantities, seats }: Story, quantity: number, gone: readonly string[]): void {
  quantities.add(([...quantities].at(-1) ?? 0) - quantity);
  const left = ([...seats].at(-1) ?? "").split(",").filter((seat) => !gone.includes(seat));
  seats.add(left.join());
}
