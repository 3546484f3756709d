import type { BookingId, EventId } from "../../domain/ids.ts";
import type { EventState, Tier } from "../../domain/state.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

interface StateRow extends Omit<EventState, "tiers" | "cancellation" | "refunds" | "withdrawn"> {
  readonly cancellationTotal: number | null;
  readonly cancellationDone: number;
  readonly refundsCount: number;
  readonly refundsMinor: number;
}

/** The stored states of events, in the order asked for. All rows are read in one round trip. */
export async function loadStates(tx: Queryable, eventIds: readonly EventId[]): Promise<EventState[]> {
  const [events, tiers, withdrawals] = await Promise.all([
    tx.query<StateRow>({ name: "state-events", text: EVENTS, values: [eventIds] }),
    tx.query<Tier & { eventId: EventId }>({ name: "state-tiers", text: TIERS, values: [eventIds] }),
    tx.query<{ eventId: EventId; bookingId: BookingId }>({
      name: "state-withdrawals",
      text: WITHDRAWALS,
      values: [eventIds],
    }),
  ]);
  const found = new Map(events.rows.map((row) => [row.eventId, stateOf(row)]));
  for (const { eventId, ...tier } of tiers.rows) found.get(eventId)?.tiers.push(tier);
  for (const { eventId, bookingId } of withdrawals.rows) found.get(eventId)?.withdrawn.add(bookingId);
  return eventIds.map((eventId) => {
    const state = found.get(eventId);
    if (state === undefined) throw new Error(`invariant: actor ${eventId} has no event`);
    return state;
  });
}

const EVENTS = `select e.event_id as "eventId", e.version, e.status, e.sale_status as "saleStatus",
    ${ms("e.starts_at")} as "startsAt", ${ms("e.ends_at")} as "endsAt",
    ${ms("e.sale_starts_at")} as "saleStartsAt", ${ms("e.sale_ends_at")} as "saleEndsAt",
    e.tickets_per_booking_max as "ticketsPerBookingMax", e.tickets_per_user_max as "ticketsPerUserMax",
    a.bookings_live as bookings, e.cancellation_total as "cancellationTotal",
    e.cancellation_done as "cancellationDone", e.refunds_count as "refundsCount", e.refunds_minor as "refundsMinor"
  from event e join actor a using (event_id) where e.event_id = any($1::uuid[])`;

const TIERS = `select event_id as "eventId", name, price_minor as "priceMinor", capacity, held, sold
  from tier where event_id = any($1::uuid[]) order by event_id, position`;

const WITHDRAWALS = `select event_id as "eventId", booking_id as "bookingId"
  from withdrawal where event_id = any($1::uuid[])`;

function stateOf(row: StateRow): EventState {
  const { cancellationTotal, cancellationDone, refundsCount, refundsMinor, ...rest } = row;
  return {
    ...rest,
    tiers: [],
    cancellation: cancellationTotal === null ? null : { total: cancellationTotal, done: cancellationDone },
    refunds: { count: refundsCount, minor: refundsMinor },
    withdrawn: new Set(),
  };
}
