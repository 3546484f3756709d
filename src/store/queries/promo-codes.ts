import type { PromoCode } from "../../domain/promo-code.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** A page of an event's codes, oldest first, and how many there are. */
export async function promoCodesOf(
  db: Queryable,
  page: { readonly eventId: string; readonly limit: number; readonly offset: number },
): Promise<{ readonly codes: PromoCode[]; readonly total: number }> {
  const { eventId, limit, offset } = page;
  const [rows, count] = await Promise.all([
    db.query<PromoCode & Record<string, unknown>>({
      name: "promo-codes-of",
      text: `select code, discount, uses_max as "usesMax", tiers, ${ms("valid_until")} as "validUntil", used
               from promo_code where event_id = $1 order by created_at, code limit $2 offset $3`,
      values: [eventId, limit, offset],
    }),
    db.query<{ total: number }>({
      name: "promo-code-count",
      text: "select count(*) as total from promo_code where event_id = $1",
      values: [eventId],
    }),
  ]);
  return { codes: rows.rows, total: count.rows[0]?.total ?? 0 };
}
