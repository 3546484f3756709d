import { standing } from "../../analytics/measures.ts";
import { fromMinor } from "../../domain/money.ts";
import type { CurrencyMeasures } from "../analytics-desk.ts";
import { inCurrency, revenueByCurrency } from "./analytics.ts";

/** What was sold in one currency, what was taken back of it, and what went through providers. */
export function presentRevenue(totals: readonly CurrencyMeasures[], currency: string) {
  const own = inCurrency(totals, currency);
  const money = (minor: number) => fromMinor(minor, currency);
  return {
    currency,
    total_revenue: money(standing(own).minor),
    gross_revenue: money(own.booked_minor),
    cancelled_revenue: money(own.cancelled_minor),
    exchanged_revenue: money(0 - own.exchanged_minor),
    captured: money(own.captured_minor),
    refunded: money(own.refunded_minor),
    refunds_owed: money(own.refunds_owed_minor - own.refunded_minor),
    revenue_by_currency: revenueByCurrency(totals),
  };
}
