import { fromMinor } from "../../domain/money.ts";
import type { PromoCode } from "../../domain/promo-code.ts";
import type { EventView } from "../../domain/views.ts";
import { iso } from "./time.ts";

/** A code as its organizer sees it; one without a discount only opens tiers. */
export function presentPromoCode(
  { code, discount, usesMax, used, tiers, validUntil }: PromoCode,
  { eventId, currency }: Pick<EventView, "eventId" | "currency">,
): Record<string, unknown> {
  return {
    event_id: eventId,
    code,
    discount_percent: discount.type === "percent" ? discount.percent : null,
    discount_amount: discount.type === "amount" ? fromMinor(discount.amountMinor, currency) : null,
    max_uses: usesMax,
    used,
    tiers,
    valid_until: iso(validUntil),
  };
}
