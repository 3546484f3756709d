import { fromMinor } from "../../domain/money.ts";
import type { EventView } from "../../domain/views.ts";
import type { PricedEvent, TierAdvice } from "../../pricing/advice.ts";
import type { PriceChange } from "../../pricing/history.ts";
import type { Estimate } from "../../pricing/pricing.ts";
import { underAllNames } from "../names.ts";
import { presentChange, presentSettings } from "./price-record.ts";
import { iso } from "./time.ts";

type Shown = Record<string, unknown>;

/** A recommendation under the names of both documents. */
export function presentRecommendation({ event }: PricedEvent, { tier, advice }: TierAdvice): Shown {
  const amount = (minor: number) => fromMinor(minor, event.currency);
  const { factors, effect, elasticity } = advice;
  return underAllNames("pricing", {
    event_id: event.eventId,
    event_name: event.name,
    tier,
    currency: event.currency,
    current_price: amount(advice.currentPriceMinor),
    recommended_price: amount(advice.recommendedPriceMinor),
    action: advice.action,
    confidence: rounded(advice.confidence),
    reason: advice.reasons[0] ?? "",
    reasoning: advice.reasons,
    expected_revenue_increase: effect === null ? null : rounded(effect.revenueChange.mean),
    expected_revenue_interval: effect === null ? null : interval(effect.revenueChange),
    expected_demand_change: effect === null ? null : rounded(effect.demandChange.mean),
    held_back_by: advice.heldBackBy,
    applicable_from: iso(advice.waitsUntil),
    ideal_price: amount(advice.idealPriceMinor),
    elasticity: { mean: rounded(elasticity.mean), ...interval(elasticity) },
    factors: presentFactors(factors),
    rule_version: advice.ruleVersion,
  });
}

function presentFactors({ demand, availability, timeToEvent }: TierAdvice["advice"]["factors"]): Shown {
  return {
    demand: rounded(demand),
    availability: rounded(availability),
    time_to_event: rounded(timeToEvent),
  };
}

function interval({ low, high }: Estimate): Shown {
  return { low: rounded(low), high: rounded(high) };
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** What everybody may see of an event's prices: what they are, what they were, and since when. */
export function presentPrices(event: EventView, history: readonly PriceChange[]): Shown {
  const amount = (minor: number) => fromMinor(minor, event.currency);
  const tiers = event.tiers
    .filter(({ isRestricted }) => !isRestricted)
    .map(({ name, priceMinor }) => {
      const base = history.find(({ tier }) => tier === name)?.priceMinor ?? priceMinor;
      return { tier: name, base, current: priceMinor };
    });
  const open = new Set(tiers.map(({ tier }) => tier));
  const shown = tiers.map(({ tier, base, current }) => ({
    tier,
    base_price: amount(base),
    current_price: amount(current),
    dynamic_multiplier: base === 0 ? null : rounded(current / base),
  }));
  const cheapest = shown.toSorted((a, b) => a.current_price - b.current_price)[0];
  const { base_price = null, current_price = null, dynamic_multiplier = null } = cheapest ?? {};
  return underAllNames("pricing", {
    event_id: event.eventId,
    currency: event.currency,
    base_price,
    current_price,
    dynamic_multiplier,
    tiers: shown,
    price_history: history
      .filter(({ tier }) => open.has(tier))
      .map(({ tier, at, priceMinor, version }) => ({
        date: (iso(at) as string).slice(0, 10),
        at: iso(at),
        tier,
        price: amount(priceMinor),
        price_version: version,
      })),
  });
}

/** What the organiser sees besides. */
export function presentOwnPrices(priced: PricedEvent, advised: readonly TierAdvice[], now: number): Shown {
  const { event, history } = priced;
  const prices = presentPrices(event, history);
  const [first] = advised;
  return {
    ...prices,
    factors: first === undefined ? null : presentFactors(first.advice.factors),
    recommendations: advised.map((one) => presentRecommendation(priced, one)),
    price_changes: history.map((change) => presentChange(change, event.currency)),
    settings: presentSettings(priced, now),
  };
}
