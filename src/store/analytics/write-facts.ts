import type { FoldedEvent } from "../../analytics/folded-event.ts";
import { columnsOf } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** What later entries will take for known: bookings that stand, refunds that are owed. */
export async function writeFacts(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  await Promise.all([
    keepBookings(tx, folded),
    dropBookings(tx, folded),
    keepRefunds(tx, folded),
    dropRefunds(tx, folded),
  ]);
}

async function keepBookings(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  const rows = folded.flatMap(({ standing: { eventId }, bookings, changedBookings }) =>
    [...changedBookings].flatMap((id) => {
      const booking = bookings.get(id);
      return booking == null ? [] : [{ eventId, id, ...booking }];
    }),
  );
  if (rows.length === 0) return;
  await tx.query({
    name: "analytics-keep-bookings",
    text: `insert into analytics_booking (event_id, booking_id, user_id, tier, quantity, unit_price_minor, is_held, is_offer)
           select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::smallint[], $5::integer[], $6::bigint[],
                                $7::boolean[], $8::boolean[])
               on conflict (event_id, booking_id) do update
              set user_id = excluded.user_id, tier = excluded.tier, quantity = excluded.quantity,
                  unit_price_minor = excluded.unit_price_minor, is_held = excluded.is_held`,
    values: columnsOf(
      rows,
      ({ eventId }) => eventId,
      ({ id }) => id,
      ({ userId }) => userId,
      ({ tier }) => tier,
      ({ quantity }) => quantity,
      ({ unitPriceMinor }) => unitPriceMinor,
      ({ isHeld }) => isHeld,
      ({ isOffer }) => isOffer,
    ),
  });
}

async function dropBookings(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  const rows = folded.flatMap(({ standing: { eventId }, bookings, changedBookings }) =>
    [...changedBookings].filter((id) => bookings.get(id) === null).map((id) => ({ eventId, id })),
  );
  if (rows.length === 0) return;
  await tx.query({
    name: "analytics-drop-bookings",
    text: `delete from analytics_booking b using unnest($1::uuid[], $2::uuid[]) as u (event_id, id)
            where b.event_id = u.event_id and b.booking_id = u.id`,
    values: columnsOf(
      rows,
      ({ eventId }) => eventId,
      ({ id }) => id,
    ),
  });
}

async function keepRefunds(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  const rows = folded.flatMap(({ standing: { eventId }, refunds, changedRefunds }) =>
    [...changedRefunds].flatMap((id) => {
      const amountMinor = refunds.get(id);
      return amountMinor == null ? [] : [{ eventId, id, amountMinor }];
    }),
  );
  if (rows.length === 0) return;
  await tx.query({
    name: "analytics-keep-refunds",
    text: `insert into analytics_refund (event_id, refund_id, amount_minor)
           select * from unnest($1::uuid[], $2::uuid[], $3::bigint[])`,
    values: columnsOf(
      rows,
      ({ eventId }) => eventId,
      ({ id }) => id,
      ({ amountMinor }) => amountMinor,
    ),
  });
}

async function dropRefunds(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  const rows = folded.flatMap(({ standing: { eventId }, refunds, changedRefunds }) =>
    [...changedRefunds].filter((id) => refunds.get(id) === null).map((id) => ({ eventId, id })),
  );
  if (rows.length === 0) return;
  await tx.query({
    name: "analytics-drop-refunds",
    text: `delete from analytics_refund r using unnest($1::uuid[], $2::uuid[]) as u (event_id, id)
            where r.event_id = u.event_id and r.refund_id = u.id`,
    values: columnsOf(
      rows,
      ({ eventId }) => eventId,
      ({ id }) => id,
    ),
  });
}
