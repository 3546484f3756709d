import type { ActorTurn } from "../../engine/ports.ts";
import { columnsOf, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** Writes the codes of an event, new ones included, with how often they are used. */
export async function writePromoCodes(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  const rows = turns
    .filter(({ entries }) => entries.length > 0)
    .flatMap(({ actor, state }) =>
      [...state.promoCodes.values()].map((code) => ({ eventId: actor.eventId, now: actor.now, ...code })),
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
