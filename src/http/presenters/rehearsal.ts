import { fromMinor } from "../../domain/money.ts";
import type { RehearsalResult, RuleResult, TierResult } from "../../rehearsal/result.ts";
import type { RehearsalView } from "../rehearsals.ts";
import { iso } from "./time.ts";

/** A rehearsal: how it is doing, and what it came to. */
export function presentRehearsal(rehearsal: RehearsalView) {
  const { id, eventId, askedBy, state, asked, progress, result, failure, askedAt, endedAt } = rehearsal;
  return {
    id,
    rehearsal_id: id,
    event_id: eventId,
    status: state,
    progress,
    asked,
    asked_by: askedBy,
    asked_at: iso(askedAt),
    ended_at: iso(endedAt),
    failure,
    result: result === null ? null : presentResult(result as RehearsalResult),
  };
}

function presentResult({ event, demand, line, elasticity, rules, check, assumptions }: RehearsalResult) {
  return {
    currency: event.currency,
    ledger_seq: event.seq,
    demand,
    decided_per_second: line.decidedPerSecond,
    rate_source: line.source,
    elasticity,
    rules: rules.map((rule) => presentRule(rule, event.currency)),
    check,
    assumptions,
  };
}

function presentRule(rule: RuleResult, currency: string) {
  const { revenue, pricedOut, line, series } = rule;
  const money = (minor: number) => fromMinor(minor, currency);
  return {
    pricing: rule.rule,
    starts_at: iso(rule.startsAt),
    ends_at: iso(rule.endsAt),
    requests: rule.requests,
    granted: rule.granted,
    refused: rule.refused,
    priced_out: pricedOut,
    holds: rule.holds,
    offers: rule.offers,
    waitlist: rule.waitlist,
    revenue: {
      gross: money(revenue.grossMinor),
      refunded: money(revenue.refundedMinor),
      net: money(revenue.netMinor),
    },
    first_full_at: iso(rule.firstFullAt),
    sold_out_at: iso(rule.soldOutAt),
    tiers: rule.tiers.map((tier) => presentTier(tier, currency)),
    line:
      line === null
        ? null
        : { longest: line.longest, longest_at: iso(line.longestAt), waited_ms: line.waitedMs },
    price_changes: rule.priceChanges.map(({ at, tier, priceMinor }) => ({
      at: iso(at),
      tier,
      price: money(priceMinor),
    })),
    conflicts: rule.conflicts.map(({ at, ...conflict }) => ({ at: iso(at), ...conflict })),
    series: {
      from: iso(Math.round(series.fromMs)),
      step_ms: series.stepMs,
      share: series.share,
      line: series.line,
      refused: series.refused,
      granted: series.granted,
      free: series.free,
      waiting: series.waiting,
      revenue: series.revenueMinor.map(money),
    },
  };
}

function presentTier({ tier, capacity, sold, held, free, ...rest }: TierResult, currency: string) {
  return {
    tier,
    capacity,
    sold,
    held,
    free,
    first_full_at: iso(rest.firstFullAt),
    sold_out_at: iso(rest.soldOutAt),
    revenue: fromMinor(rest.netMinor, currency),
    first_price: fromMinor(rest.firstPriceMinor, currency),
    last_price: fromMinor(rest.lastPriceMinor, currency),
  };
}
