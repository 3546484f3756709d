import { referenceOf, timeOf } from "../../domain/ids.ts";
import type { BookingConfirmed, BookingHeld, OfferMade } from "../../domain/outcome.ts";
import type { ActorTurn } from "../../engine/ports.ts";
import { columnsOf, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { outcomesOf, type Placed } from "./outcomes-of.ts";
import { integers } from "./seats.ts";

type Made = Placed<BookingConfirmed | BookingHeld | OfferMade>;

/** Inserts the bookings that a turn made. Most are nothing but confirmed; for them a shorter statement does. */
export async function insertBookings(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const confirmed = outcomesOf(turns, "BookingConfirmed").filter(({ outcome }) => !outcome.wasHeld);
  const made: Made[] = [...confirmed, ...outcomesOf(turns, "BookingHeld"), ...outcomesOf(turns, "OfferMade")];
  const { plain = [], special = [] } = Object.groupBy(made, ({ outcome }) =>
    isPlain(outcome) ? "plain" : "special",
  );
  await Promise.all([
    plain.length > 0 ? insertPlain(tx, plain) : null,
    special.length > 0 ? insertSpecial(tx, special) : null,
  ]);
}

function isPlain(outcome: Made["outcome"]): boolean {
  return (
    outcome.type === "BookingConfirmed" &&
    outcome.seats === undefined &&
    outcome.promoCode === undefined &&
    outcome.priceVersion === undefined &&
    outcome.paymentId === undefined
  );
}

const COMMON = [
  ({ turn }: Made) => turn.actor.eventId,
  ({ outcome }: Made) => outcome.bookingId,
  ({ outcome }: Made) => outcome.userId,
  ({ outcome }: Made) => referenceOf(outcome.bookingId),
  ({ outcome }: Made) => outcome.tier,
  ({ outcome }: Made) => outcome.quantity,
  ({ outcome }: Made) => outcome.unitPriceMinor,
  ({ outcome }: Made) => timestamp(timeOf(outcome.bookingId)),
  ({ turn }: Made) => timestamp(turn.actor.now),
] as const;

async function insertPlain(tx: Queryable, made: readonly Made[]): Promise<void> {
  await tx.query({
    name: "booking-insert",
    text: `insert into booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor, total_minor,
                                status, created_at, updated_at)
           select event_id, id, user_id, reference, tier, quantity, unit, unit * quantity, 'confirmed', made, decided
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::smallint[], $6::integer[], $7::bigint[],
                         $8::timestamptz[], $9::timestamptz[])
               as u (event_id, id, user_id, reference, tier, quantity, unit, made, decided)`,
    values: columnsOf(made, ...COMMON),
  });
}

async function insertSpecial(tx: Queryable, made: readonly Made[]): Promise<void> {
  await tx.query({
    name: "booking-insert-special",
    text: `insert into booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor, total_minor,
                                created_at, updated_at, status, seats, expires_at, held_until, promo_code, entry_id, payment_id,
                                replaces, price_version)
           select event_id, id, user_id, reference, tier, quantity, unit, unit * quantity, made, decided, status,
                  seats::integer[], expires, expires, promo, entry, payment, replaces, price_version
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::smallint[], $6::integer[], $7::bigint[],
                         $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[], $12::timestamptz[],
                         $13::text[], $14::uuid[], $15::uuid[], $16::uuid[], $17::integer[])
               as u (event_id, id, user_id, reference, tier, quantity, unit, made, decided, status, seats, expires,
                     promo, entry, payment, replaces, price_version)`,
    values: columnsOf(
      made,
      ...COMMON,
      ({ outcome }) => (outcome.type === "BookingConfirmed" ? "confirmed" : "pending"),
      ({ outcome }) => integers(outcome.seats),
      ({ outcome }) => (outcome.type === "BookingConfirmed" ? null : timestamp(outcome.expiresAt)),
      ({ outcome }) => outcome.promoCode ?? null,
      ({ outcome }) => (outcome.type === "OfferMade" ? outcome.entryId : null),
      ({ outcome }) => (outcome.type === "BookingConfirmed" ? (outcome.paymentId ?? null) : null),
      ({ outcome }) => (outcome.type === "BookingConfirmed" ? (outcome.replaces ?? null) : null),
      ({ outcome }) => outcome.priceVersion ?? null,
    ),
  });
}
