import { availableIn } from "../domain/state.ts";
import type { Play } from "./play.ts";
import type { RuleName } from "./pricing-rule.ts";
import type { RuleResult, Series, TierResult } from "./result.ts";
import { lineResult, seriesOf, stretchOf } from "./series.ts";
import { type Came, GRANTED, type Tally } from "./tally.ts";

const NO_SERIES: Series = {
  fromMs: 0,
  stepMs: 1,
  share: 1,
  line: null,
  refused: {},
  granted: [],
  free: [],
  waiting: [],
  revenueMinor: [],
};

/** What a play came to. */
export function ruleResult(
  play: Play,
  {
    rule,
    startsAt,
    firstPrices,
    isLineKnown,
  }: {
    readonly rule: RuleName;
    readonly startsAt: number;
    /** By tier position. */
    readonly firstPrices: readonly number[];
    readonly isLineKnown: boolean;
  },
): RuleResult {
  const { tally, trace, whole, world } = play.performance;
  const stretch = stretchOf(trace, whole.firstFullAt);
  const { grossMinor, refundedMinor } = tally;
  return {
    rule,
    startsAt,
    endsAt: play.now,
    ...requestsOf(tally),
    pricedOut: { ...play.pricedOut },
    holds: { ...tally.holds, open: world.state.holds.size },
    offers: { ...tally.offers },
    waitlist: {
      ...tally.waitlist,
      waiting: trace.waiting.values().at(-1) ?? 0,
      longest: trace.waiting.values().reduce((most, one) => Math.max(most, one), 0),
    },
    revenue: { grossMinor, refundedMinor, netMinor: grossMinor - refundedMinor },
    firstFullAt: whole.firstFullAt,
    soldOutAt: whole.fullSince,
    tiers: tiersOf(play, firstPrices),
    line: isLineKnown ? lineResult(trace) : null,
    priceChanges: play.priceChanges,
    conflicts: play.conflicts,
    series: stretch === null ? NO_SERIES : seriesOf(trace, stretch, isLineKnown),
  };
}

function requestsOf({ came }: Tally): Pick<RuleResult, "requests" | "granted" | "refused"> {
  const isGranted = (word: string) => (GRANTED as readonly string[]).includes(word);
  const all = [...came].map(([reason, count]) => ({ reason, ...count }));
  const sum = (of: readonly Came[]): Came => ({
    requests: of.reduce((total, { requests }) => total + requests, 0),
    tickets: of.reduce((total, { tickets }) => total + tickets, 0),
  });
  return {
    requests: sum(all),
    granted: Object.fromEntries(
      GRANTED.map((word) => [word, { ...(came.get(word) ?? { requests: 0, tickets: 0 }) }]),
    ),
    refused: all
      .filter(({ reason }) => !isGranted(reason))
      .toSorted((a, b) => b.requests - a.requests || (a.reason < b.reason ? -1 : 1)),
  };
}

function tiersOf({ performance }: Play, firstPrices: readonly number[]): TierResult[] {
  const { tally, full, world } = performance;
  return world.state.tiers.map((tier, position) => {
    const { grossMinor = 0, refundedMinor = 0 } = tally.tiers[position] ?? {};
    return {
      tier: tier.name,
      capacity: tier.capacity,
      sold: tier.sold,
      held: tier.held,
      free: availableIn(tier),
      firstFullAt: full[position]?.firstFullAt ?? null,
      soldOutAt: full[position]?.fullSince ?? null,
      netMinor: grossMinor - refundedMinor,
      firstPriceMinor: firstPrices[position] ?? tier.priceMinor,
      lastPriceMinor: tier.priceMinor,
    };
  });
}
