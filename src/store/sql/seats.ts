import type { BookingId } from "../../domain/ids.ts";
import type { Outcome } from "../../domain/outcome.ts";
import { SEAT } from "../../domain/seat-map.ts";
import type { ActorTurn } from "../../engine/ports.ts";
import { columnsOf } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** A list of integers as a parameter for a column of text that is cast to integer[]: `unnest` flattens nested arrays. */
export function integers(values: readonly number[] | null | undefined): string | null {
  return values == null ? null : `{${values.join(",")}}`;
}

interface Touched {
  readonly turn: ActorTurn;
  readonly seat: number;
  readonly bookingId: BookingId | null;
}

/**
 * Writes what became of seats: rows of released seats go, then rows of taken seats come, and holds that were paid
 * change theirs. A row that is there already when a seat is taken aborts the turn: somebody else has that seat.
 */
export async function writeSeats(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const seated = turns.filter(({ world }) => world.state.seatMap !== null);
  if (seated.length === 0) return;
  const released = seated.flatMap((turn) => touched(turn, releasedBy));
  const taken = seated.flatMap((turn) => stillTaken(touched(turn, takenBy)));
  const isTaken = new Set(taken.map(keyOf));
  const paid = seated.flatMap((turn) =>
    stillTaken(touched(turn, paidBy)).filter((seat) => !isTaken.has(keyOf(seat))),
  );
  await Promise.all([
    released.length === 0 ? null : deleteSeats(tx, released),
    taken.length === 0 ? null : insertSeats(tx, taken),
    paid.length === 0 ? null : sellSeats(tx, paid),
  ]);
}

function keyOf({ turn, seat }: Touched): string {
  return `${turn.actor.eventId}/${seat}`;
}

type SeatsIn = (outcome: Outcome) => readonly number[] | undefined;

function releasedBy(outcome: Outcome): readonly number[] | undefined {
  switch (outcome.type) {
    case "HoldExpired":
    case "BookingCancelled":
    case "BookingReduced":
    case "SeatsReleased":
      return outcome.seats;
    case "TicketsExchanged":
      return outcome.from.seats;
    default:
      return undefined;
  }
}

function takenBy(outcome: Outcome): readonly number[] | undefined {
  switch (outcome.type) {
    case "BookingHeld":
    case "OfferMade":
    case "TicketsExchanged":
    case "SeatsBlocked":
      return outcome.seats;
    case "BookingConfirmed":
      return outcome.wasHeld ? undefined : outcome.seats;
    default:
      return undefined;
  }
}

function paidBy(outcome: Outcome): readonly number[] | undefined {
  return outcome.type === "BookingConfirmed" && outcome.wasHeld ? outcome.seats : undefined;
}

/** Each seat once, with the booking that touched it last. */
function touched(turn: ActorTurn, pick: SeatsIn): Touched[] {
  const bySeat = new Map<number, BookingId | null>();
  for (const { decision } of turn.entries) {
    for (const outcome of decision) {
      const bookingId = "bookingId" in outcome ? (outcome.bookingId as BookingId) : null;
      for (const seat of pick(outcome) ?? []) bySeat.set(seat, bookingId);
    }
  }
  return [...bySeat].map(([seat, bookingId]) => ({ turn, seat, bookingId }));
}

function statusOf({ turn, seat }: Touched): number {
  return turn.world.state.seatMap?.status[seat] ?? SEAT.free;
}

function stillTaken(seats: readonly Touched[]): Touched[] {
  return seats.filter((seat) => statusOf(seat) !== SEAT.free);
}

const KEY = [({ turn }: Touched) => turn.actor.eventId, ({ seat }: Touched) => seat] as const;

async function deleteSeats(tx: Queryable, seats: readonly Touched[]): Promise<void> {
  await tx.query({
    name: "seat-release",
    text: `delete from seat_taken s using unnest($1::uuid[], $2::integer[]) as u (event_id, seat)
            where s.event_id = u.event_id and s.seat = u.seat`,
    values: columnsOf(seats, ...KEY),
  });
}

async function insertSeats(tx: Queryable, seats: readonly Touched[]): Promise<void> {
  await tx.query({
    name: "seat-take",
    text: `insert into seat_taken (event_id, seat, status, booking_id)
           select * from unnest($1::uuid[], $2::integer[], $3::smallint[], $4::uuid[])`,
    values: columnsOf(seats, ...KEY, statusOf, ({ bookingId }) => bookingId),
  });
}

async function sellSeats(tx: Queryable, seats: readonly Touched[]): Promise<void> {
  await tx.query({
    name: "seat-sell",
    text: `update seat_taken s set status = ${SEAT.sold}
             from unnest($1::uuid[], $2::integer[]) as u (event_id, seat)
            where s.event_id = u.event_id and s.seat = u.seat`,
    values: columnsOf(seats, ...KEY),
  });
}
