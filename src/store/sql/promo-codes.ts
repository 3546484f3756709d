import type { PromoCode } from "../../domain/promo-code.ts";
import type { ActorTurn } from "../../engine/ports.ts";
import { columnsOf, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** Writes the codes that a turn added or that are used more or less often after it. */
export async function writePromoCodes(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const rows = turns
    .filter(({ state }) => state.promoCodes.size > 0)
    .flatMap((turn) =>
      [...touchedBy(turn)].map((code) => ({
        eventId: turn.actor.eventId,
        now: turn.actor.now,
        ...(turn.state.promoCodes.get(code) as PromoCode),
      })),
    );
  if (rows.length === 0) return;
  await tx.query({
    name: "promo-write",
    text: `insert into promo_code as p (event_id, code, discount, uses_max, used, tiers, valid_until, created_at)
           select event_id, code, discount, uses_max, used,
                  (select array_agg(name) from json_array_elements_text(tiers) as t (name)), valid_until, decided
             from unnest($1::uuid[], $2::text[], $3::json[], $4::integer[], $5::integer[], $6::json[],
                         $7::timestamptz[], $8::timestamptz[])
               as u (event_id, code, discount, uses_max, used, tiers, valid_until, decided)
           on conflict (event_id, code) do update set used = excluded.used where p.used <> excluded.used`,
    values: columnsOf(
      rows,
      ({ eventId }) => eventId,
      ({ code }) => code,
      ({ discount }) => JSON.stringify(discount),
      ({ usesMax }) => usesMax,
      ({ used }) => used,
      ({ tiers }) => (tiers === null ? null : JSON.stringify(tiers)),
      ({ validUntil }) => (validUntil === null ? null : timestamp(validUntil)),
      ({ now }) => timestamp(now),
    ),
  });
}

/** Codes that were added, and those of bookings that were made or ended. An event may have thousands of codes. */
function touchedBy({ entries, world }: ActorTurn): Set<string> {
  const codes = new Set<string>();
  for (const outcome of entries.flatMap(({ decision }) => decision)) {
    if (outcome.type === "PromoCodeAdded") codes.add(outcome.code.code);
    if ("promoCode" in outcome && outcome.promoCode !== undefined) codes.add(outcome.promoCode);
    if (outcome.type === "HoldExpired" || outcome.type === "BookingCancelled") {
      const code = world.bookings.get(outcome.bookingId)?.promoCode ?? null;
      if (code !== null) codes.add(code);
    }
  }
  return codes;
}
