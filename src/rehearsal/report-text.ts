import { whole } from "../charts/numbers.ts";
import type { RehearsalResult, RuleResult } from "./result.ts";
import { amount, lasted, RULE_WORDS } from "./words.ts";

/** What a rehearsal came to, for a person at a terminal. */
export function reportText(result: RehearsalResult): string {
  const { event, demand, check, assumptions, rules } = result;
  const who = demand.source === "file" ? "a stated demand" : `the recorded demand × ${demand.times}`;
  return `${[
    `${event.name} (${event.id}), rehearsed with ${who}, seed ${demand.seed}`,
    `${whole(demand.people)} people, ${whole(demand.requests)} requests, of these ${whole(demand.latent)} assumed; nothing was sold, and no event was touched`,
    ...rules.flatMap((rule) => ["", ...ruleLines(rule, event.currency)]),
    "",
    ...(check === null ? [] : checkLines(check)),
    "What this rests on:",
    ...assumptions.map((sentence) => `- ${sentence}`),
  ].join("\n")}\n`;
}

function ruleLines(rule: RuleResult, currency: string): string[] {
  const { revenue, holds, offers, waitlist, line, pricedOut } = rule;
  const at = (moment: number | null) =>
    moment === null ? "never" : `after ${lasted(moment - openedAt(rule))}`;
  const granted = Object.entries(rule.granted)
    .filter(([, { requests }]) => requests > 0)
    .map(([word, { requests }]) => `${whole(requests)} ${word}`);
  return [
    `${RULE_WORDS[rule.rule]}: ${amount(revenue.netMinor, currency)}${revenue.refundedMinor === 0 ? "" : ` (${amount(revenue.grossMinor, currency)} less ${amount(revenue.refundedMinor, currency)} given back)`}`,
    `  sold out      ${at(rule.soldOutAt)}${rule.firstFullAt === rule.soldOutAt ? "" : `; nothing was left for the first time ${at(rule.firstFullAt)}`}`,
    ...rule.tiers.map(
      (tier) =>
        `  ${tier.tier.padEnd(13)} ${whole(tier.sold)} of ${whole(tier.capacity)} sold, ${whole(tier.free)} free, full ${at(tier.soldOutAt)}, ${amount(tier.netMinor, currency)}`,
    ),
    `  requests      ${whole(rule.requests.requests)}: ${granted.join(", ") || "none granted"}`,
    ...rule.refused.map(
      ({ reason, requests, tickets }) =>
        `  refused       ${whole(requests)} ${reason} (${whole(tickets)} tickets)`,
    ),
    ...(pricedOut.requests === 0 ? [] : [`  too dear for  ${whole(pricedOut.requests)} who did not ask`]),
    `  holds         ${whole(holds.made)}: ${whole(holds.paid)} paid, ${whole(holds.expired)} expired, ${whole(holds.cancelled)} given up, ${whole(holds.open)} open`,
    `  waitlist      ${whole(waitlist.joined)} joined, ${whole(offers.made)} offers: ${whole(offers.paid)} taken, ${whole(offers.expired)} lapsed, ${whole(offers.cancelled)} declined; ${whole(waitlist.longest)} at the longest`,
    line === null
      ? "  line          not known"
      : `  line          ${whole(line.longest)} at the longest, ${at(line.longestAt)}; waited ${lasted(line.waitedMs.p50)} (half), ${lasted(line.waitedMs.p95)} (95 %), ${lasted(line.waitedMs.max)} at most`,
    ...rule.priceChanges
      .slice(-3)
      .map(
        ({ at: moment, tier, priceMinor }) =>
          `  price         ${tier} ${amount(priceMinor, currency)} ${at(moment)}`,
      ),
    ...rule.conflicts.map(({ command, reason }) => `  not possible  ${command}: ${reason}`),
  ];
}

/** When the first request came: before that nothing is worth counting from. */
function openedAt({ series, startsAt }: RuleResult): number {
  return series.granted.length === 0 ? startsAt : series.fromMs;
}

function checkLines({ agrees, differences }: NonNullable<RehearsalResult["check"]>): string[] {
  return agrees
    ? ["The repetition came to what the ledger says, figure by figure.", ""]
    : ["The repetition differs from the ledger:", ...differences.map((one) => `- ${one}`), ""];
}
