import type { EventChanges } from "../../domain/event-draft.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { ActorTurn } from "../../engine/ports.ts";
import { columnsOf, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { outcomesOf, turnsWith } from "./outcomes-of.ts";

const TOUCHES_STOCK: ReadonlySet<Outcome["type"]> = new Set([
  "BookingConfirmed",
  "BookingHeld",
  "OfferMade",
  "HoldExpired",
  "BookingCancelled",
  "BookingReduced",
  "TicketsExchanged",
  "SeatsBlocked",
  "SeatsReleased",
  "EventChanged",
]);

/** Writes the tiers, new ones included, of every event whose stock or prices a turn touched. */
export async function writeTiers(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const rows = turnsWith(turns, TOUCHES_STOCK).flatMap(({ actor, state }) =>
    state.tiers.map((tier, position) => ({ eventId: actor.eventId, position, ...tier })),
  );
  if (rows.length === 0) return;
  await tx.query({
    name: "tier-write",
    text: `insert into tier (event_id, position, name, price_minor, capacity, held, sold, blocked, is_restricted, priced_at,
                             price_version)
           select * from unnest($1::uuid[], $2::smallint[], $3::text[], $4::bigint[], $5::integer[], $6::integer[],
                                $7::integer[], $8::integer[], $9::boolean[], $10::integer[], $11::integer[])
           on conflict (event_id, position) do update
              set price_minor = excluded.price_minor, capacity = excluded.capacity, held = excluded.held,
                  sold = excluded.sold, blocked = excluded.blocked, is_restricted = excluded.is_restricted,
                  priced_at = excluded.priced_at, price_version = excluded.price_version`,
    values: columnsOf(
      rows,
      ({ eventId }) => eventId,
      ({ position }) => position,
      ({ name }) => name,
      ({ priceMinor }) => priceMinor,
      ({ capacity }) => capacity,
      ({ held }) => held,
      ({ sold }) => sold,
      ({ blocked }) => blocked,
      ({ isRestricted }) => isRestricted,
      ({ pricedAt }) => pricedAt,
      ({ priceVersion }) => priceVersion,
    ),
  });
}

/** Outcomes after which the event's own row differs. */
const TOUCHES_EVENT: ReadonlySet<Outcome["type"]> = new Set([
  "EventChanged",
  "EventCancelled",
  "SaleOpened",
  "SaleClosed",
  "EventCompleted",
  "BookingCancelled",
]);

/** Writes the event rows that a turn touched: their status, times and progress, and what an organiser changed. */
export async function changeEvents(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const touched = turnsWith(turns, TOUCHES_EVENT);
  const described = outcomesOf(touched, "EventChanged");
  await Promise.all([
    ...touched.map((turn) => writeState(tx, turn)),
    ...described.map(({ turn, outcome }) => describeEvent(tx, turn, outcome.changes)),
  ]);
}

async function writeState(tx: Queryable, { actor, state }: ActorTurn): Promise<void> {
  const optional = (at: number | null) => (at === null ? null : timestamp(at));
  await tx.query({
    name: "event-state",
    text: `update event set version = $2, status = $3, sale_status = $4, starts_at = $5, ends_at = $6,
                  sale_starts_at = $7, sale_ends_at = $8, tickets_per_booking_max = $9, tickets_per_user_max = $10,
                  cancellation_total = $11, cancellation_done = $12, refunds_count = $13, refunds_minor = $14,
                  updated_at = case when version = $2 and status = $3 then updated_at else $15::timestamptz end,
                  requires_payment = $16, hold_ttl_ms = $17, offer_ttl_ms = $18, holds_per_user_max = $19,
                  refund_policy = $20
            where event_id = $1`,
    values: [
      actor.eventId,
      state.version,
      state.status,
      state.saleStatus,
      timestamp(state.startsAt),
      optional(state.endsAt),
      optional(state.saleStartsAt),
      optional(state.saleEndsAt),
      state.ticketsPerBookingMax,
      state.ticketsPerUserMax,
      state.cancellation?.total ?? null,
      state.cancellation?.done ?? 0,
      state.refunds.count,
      state.refunds.minor,
      timestamp(actor.now),
      state.requiresPayment,
      state.holdTtlMs,
      state.offerTtlMs,
      state.holdsPerUserMax,
      JSON.stringify(state.refundPolicy),
    ],
  });
}

/** After these the actor's row says something else about the sale. */
const TOUCHES_SALE: ReadonlySet<Outcome["type"]> = new Set([
  "SalePaused",
  "SaleResumed",
  "SaleClosed",
  "EventCompleted",
  "EventCancelled",
  "EventChanged",
  "WaitlistToContinue",
  "WaitlistProcessed",
]);

/** Writes whether a sale is paused and whether its line is still to be served. */
export async function writeSales(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const touched = turnsWith(turns, TOUCHES_SALE);
  if (touched.length === 0) return;
  await tx.query({
    name: "actor-sale",
    text: `update actor a set is_paused = u.paused, is_line_unserved = u.unserved
             from unnest($1::uuid[], $2::boolean[], $3::boolean[]) as u (event_id, paused, unserved)
            where a.event_id = u.event_id`,
    values: columnsOf(
      touched,
      ({ actor }) => actor.eventId,
      ({ state }) => state.isPaused,
      ({ state }) => state.isLineUnserved,
    ),
  });
}

/** Words about an event: no decision reads them, so they are not part of the actor's state. */
async function describeEvent(tx: Queryable, { actor }: ActorTurn, changes: EventChanges): Promise<void> {
  const { name, description, venue, venueId, category } = changes;
  if ([name, description, venue, venueId, category].every((word) => word === undefined)) return;
  await tx.query(
    `update event set name = coalesce($2, name), venue = coalesce($3, venue),
            description = case when $4 then $5 else description end,
            category = case when $6 then $7 else category end,
            venue_id = case when $8 then $9 else venue_id end
      where event_id = $1`,
    [
      actor.eventId,
      name ?? null,
      venue ?? null,
      description !== undefined,
      description ?? null,
      category !== undefined,
      category ?? null,
      venueId !== undefined,
      venueId ?? null,
    ],
  );
}
