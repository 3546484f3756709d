import type { EventId } from "../../domain/ids.ts";
import type { EventState, Tier } from "../../domain/state.ts";
import { emptyLine } from "../../domain/waitlist.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { readCodes, readHolds, readLine, readSeatMap, readWithdrawals } from "./state-parts.ts";

type StateRow = Omit<
  EventState,
  | "tiers"
  | "seatMap"
  | "holds"
  | "holdsByUser"
  | "promoCodes"
  | "line"
  | "cancellation"
  | "refunds"
  | "withdrawn"
> & {
  readonly isSeated: boolean;
  readonly cancellationTotal: number | null;
  readonly cancellationDone: number;
  readonly refundsCount: number;
  readonly refundsMinor: number;
};

/** The stored states of events, in the order asked for. All rows but seats are read in one round trip. */
export async function loadStates(tx: Queryable, eventIds: readonly EventId[]): Promise<EventState[]> {
  const [events, tiers, holds, codes, entries, withdrawals] = await Promise.all([
    tx.query<StateRow>({ name: "state-events", text: EVENTS, values: [eventIds] }),
    tx.query<Tier & { eventId: EventId }>({ name: "state-tiers", text: TIERS, values: [eventIds] }),
    readHolds(tx, eventIds),
    readCodes(tx, eventIds),
    readLine(tx, eventIds),
    readWithdrawals(tx, eventIds),
  ]);
  const seatMaps = await seatMapsOf(tx, events.rows);
  const found = new Map(
    events.rows.map((row) => [row.eventId, stateOf(row, seatMaps.get(row.eventId) ?? null)]),
  );
  for (const { eventId, ...tier } of tiers.rows) found.get(eventId)?.tiers.push(tier);
  for (const { eventId, ...held } of holds) addHold(found.get(eventId), held);
  for (const { eventId, ...code } of codes) found.get(eventId)?.promoCodes.set(code.code, code);
  for (const { eventId, ...entry } of entries)
    found.get(eventId)?.line[entry.priority].set(entry.userId, entry);
  for (const { eventId, bookingId } of withdrawals) found.get(eventId)?.withdrawn.add(bookingId);
  return eventIds.map((eventId) => {
    const state = found.get(eventId);
    if (state === undefined) throw new Error(`invariant: actor ${eventId} has no event`);
    return state;
  });
}

async function seatMapsOf(tx: Queryable, rows: readonly StateRow[]) {
  const seated = rows.filter(({ isSeated }) => isSeated).map(({ eventId }) => eventId);
  const maps = await Promise.all(
    seated.map(async (eventId) => [eventId, await readSeatMap(tx, eventId)] as const),
  );
  return new Map(maps);
}

function addHold(state: EventState | undefined, held: Parameters<EventState["holds"]["set"]>[1]): void {
  state?.holds.set(held.id, held);
  if (held.entryId !== null) return;
  state?.holdsByUser.set(held.userId, (state.holdsByUser.get(held.userId) ?? 0) + 1);
}

const EVENTS = `select e.event_id as "eventId", e.version, e.status, e.sale_status as "saleStatus",
    a.is_paused as "isPaused", a.is_line_unserved as "isLineUnserved", e.is_seated as "isSeated",
    ${ms("e.starts_at")} as "startsAt", ${ms("e.ends_at")} as "endsAt",
    ${ms("e.sale_starts_at")} as "saleStartsAt", ${ms("e.sale_ends_at")} as "saleEndsAt",
    e.tickets_per_booking_max as "ticketsPerBookingMax", e.tickets_per_user_max as "ticketsPerUserMax",
    e.requires_payment as "requiresPayment", e.hold_ttl_ms as "holdTtlMs", e.offer_ttl_ms as "offerTtlMs",
    e.holds_per_user_max as "holdsPerUserMax", e.refund_policy as "refundPolicy",
    a.bookings_live as bookings, e.cancellation_total as "cancellationTotal",
    e.cancellation_done as "cancellationDone", e.refunds_count as "refundsCount", e.refunds_minor as "refundsMinor"
  from event e join actor a using (event_id) where e.event_id = any($1::uuid[])`;

const TIERS = `select event_id as "eventId", name, price_minor as "priceMinor", capacity, held, sold, blocked,
    is_seated as "isSeated", is_restricted as "isRestricted", priced_at as "pricedAt",
    price_version as "priceVersion"
  from tier where event_id = any($1::uuid[]) order by event_id, position`;

function stateOf(row: StateRow, seatMap: EventState["seatMap"]): EventState {
  const { isSeated: _, cancellationTotal, cancellationDone, refundsCount, refundsMinor, ...rest } = row;
  return {
    ...rest,
    tiers: [],
    seatMap,
    holds: new Map(),
    holdsByUser: new Map(),
    promoCodes: new Map(),
    line: emptyLine(),
    cancellation: cancellationTotal === null ? null : { total: cancellationTotal, done: cancellationDone },
    refunds: { count: refundsCount, minor: refundsMinor },
    withdrawn: new Set(),
  };
}
