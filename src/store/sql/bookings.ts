import { referenceOf, timeOf } from "../../domain/ids.ts";
import type { ActorTurn } from "../../engine/ports.ts";
import { columnsOf, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { outcomesOf } from "./outcomes-of.ts";

export async function insertBookings(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const confirmed = outcomesOf(turns, "BookingConfirmed");
  if (confirmed.length === 0) return;
  await tx.query({
    name: "booking-insert",
    text: `insert into booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor, total_minor,
                                status, created_at, updated_at)
           select event_id, id, user_id, reference, tier, quantity, unit, unit * quantity, 'confirmed', made, decided
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::smallint[], $6::integer[], $7::bigint[],
                         $8::timestamptz[], $9::timestamptz[])
               as u (event_id, id, user_id, reference, tier, quantity, unit, made, decided)`,
    values: columnsOf(
      confirmed,
      ({ turn }) => turn.actor.eventId,
      ({ outcome }) => outcome.bookingId,
      ({ outcome }) => outcome.userId,
      ({ outcome }) => referenceOf(outcome.bookingId),
      ({ outcome }) => outcome.tier,
      ({ outcome }) => outcome.quantity,
      ({ outcome }) => outcome.unitPriceMinor,
      ({ outcome }) => timestamp(timeOf(outcome.bookingId)),
      ({ turn }) => timestamp(turn.actor.now),
    ),
  });
}

export async function cancelBookings(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const cancelled = outcomesOf(turns, "BookingCancelled");
  if (cancelled.length === 0) return;
  await tx.query({
    name: "booking-cancel",
    text: `update booking b set status = 'cancelled', refund_minor = u.refund, updated_at = u.decided
             from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[]) as u (event_id, id, refund, decided)
            where b.event_id = u.event_id and b.id = u.id`,
    values: columnsOf(
      cancelled,
      ({ turn }) => turn.actor.eventId,
      ({ outcome }) => outcome.bookingId,
      ({ outcome }) => outcome.refundMinor,
      ({ turn }) => timestamp(turn.actor.now),
    ),
  });
}
