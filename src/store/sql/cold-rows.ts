import type { BookingId, CommandId, EventId, UserId } from "../../domain/ids.ts";
import type { Booking } from "../../domain/state.ts";
import type { ColdRequest, ColdRows } from "../../engine/ports.ts";
import type { Queryable } from "../database.ts";

/** Reads the rows that one turn's commands name: one query per kind, none where nothing is asked. */
export async function prefetchRows(tx: Queryable, request: ColdRequest): Promise<ColdRows> {
  const { eventId, bookingIds, ticketsOf, confirmedMax } = request;
  const [named, swept, rejected, tickets] = await Promise.all([
    bookingIds.length > 0 ? bookingsById(tx, eventId, bookingIds) : [],
    confirmedMax > 0 ? confirmedBookings(tx, eventId, confirmedMax) : [],
    bookingIds.length > 0 ? rejectedAmong(tx, eventId, bookingIds) : [],
    ticketsOf.length > 0 ? ticketsByUser(tx, eventId, ticketsOf) : [],
  ]);
  return { bookings: [...named, ...swept], rejected, tickets };
}

const BOOKING = `select id, user_id as "userId", tier, quantity, unit_price_minor as "unitPriceMinor", status,
  refund_minor as "refundMinor" from booking where event_id = $1`;

async function bookingsById(tx: Queryable, eventId: EventId, ids: readonly BookingId[]): Promise<Booking[]> {
  const text = `${BOOKING} and id = any($2::uuid[])`;
  const { rows } = await tx.query<Booking>({ name: "booking-by-id", text, values: [eventId, ids] });
  return rows;
}

async function confirmedBookings(tx: Queryable, eventId: EventId, countMax: number): Promise<Booking[]> {
  const text = `${BOOKING} and status = 'confirmed' order by id limit $2`;
  const { rows } = await tx.query<Booking>({ name: "booking-confirmed", text, values: [eventId, countMax] });
  return rows;
}

async function rejectedAmong(
  tx: Queryable,
  eventId: EventId,
  ids: readonly BookingId[],
): Promise<BookingId[]> {
  const { rows } = await tx.query<{ id: BookingId }>({
    name: "ledger-rejected",
    text: `select command_id as id from ledger
            where event_id = $1 and command_id = any($2::uuid[]) and type = 'BookingRejected'`,
    values: [eventId, ids],
  });
  return rows.map(({ id }) => id);
}

async function ticketsByUser(
  tx: Queryable,
  eventId: EventId,
  userIds: readonly UserId[],
): Promise<{ userId: UserId; quantity: number }[]> {
  const { rows } = await tx.query<{ userId: UserId; quantity: number }>({
    name: "booking-tickets",
    text: `select user_id as "userId", sum(quantity) as quantity from booking
            where user_id = any($2::uuid[]) and event_id = $1 and status = 'confirmed' group by user_id`,
    values: [eventId, userIds],
  });
  return rows;
}

/** Which of these commands the ledger of this event already holds. */
export async function decidedAmong(
  tx: Queryable,
  eventId: EventId,
  ids: readonly CommandId[],
): Promise<Set<CommandId>> {
  const { rows } = await tx.query<{ id: CommandId }>(
    "select command_id as id from ledger where event_id = $1 and command_id = any($2::uuid[])",
    [eventId, ids],
  );
  return new Set(rows.map(({ id }) => id));
}
