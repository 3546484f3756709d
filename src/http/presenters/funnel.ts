import type { Measures } from "../../analytics/measures.ts";
import type { Tally } from "../analytics-desk.ts";
import { ratioOf, requestsOf, triedOf, turnedAwayOf } from "./analytics.ts";

/**
 * What became of those who looked. The steps are in their order, but no step is a part of the one before by definition: who
 * pays twice looked once, and who was offered a place never tried.
 */
export function presentFunnel(measures: Measures, tallies: readonly Tally[]) {
  const viewed = requestsOf(tallies, "viewed");
  const tried = triedOf(measures, tallies);
  const { held, paid, bookings: confirmed, waitlisted, offers: offered, converted } = measures;
  const { refused, expired, abandoned, cancelled, withdrawn, lapsed, declined } = measures;
  return {
    steps: [
      { step: "viewed", count: viewed, of_viewed: ratioOf(viewed, viewed) },
      { step: "tried", count: tried, of_viewed: ratioOf(tried, viewed) },
      { step: "held", count: held, of_viewed: ratioOf(held, viewed) },
      { step: "paid", count: paid, of_viewed: ratioOf(paid, viewed) },
      { step: "confirmed", count: confirmed, of_viewed: ratioOf(confirmed, viewed) },
    ],
    viewed,
    tried,
    held,
    paid,
    confirmed,
    conversion_rate: ratioOf(confirmed - converted, tried),
    lost: { refused, turned_away: turnedAwayOf(tallies), withdrawn, expired, abandoned, cancelled },
    refused_by_reason: byReason(tallies, "refused"),
    turned_away_by_reason: byReason(tallies, "turned_away"),
    waitlist: {
      waitlisted,
      offered,
      converted,
      lapsed,
      declined,
      left: measures.waitlist_left,
      conversion_rate: ratioOf(converted, offered),
    },
  };
}

function byReason(
  tallies: readonly Tally[],
  what: Tally["what"],
): Record<string, { requests: number; tickets: number }> {
  const own = tallies.filter((tally) => tally.what === what && tally.requests > 0);
  return Object.fromEntries(own.map(({ reason, requests, tickets }) => [reason, { requests, tickets }]));
}
