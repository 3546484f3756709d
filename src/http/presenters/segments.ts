import type { Segmentation } from "../../analytics/segments.ts";
import { fromMinor } from "../../domain/money.ts";
import { ratioOf } from "./analytics.ts";

/** People in segments, each with the rule by which it is made. */
export function presentSegments({ people, segments, spendFrom }: Segmentation, currency: string) {
  return {
    currency,
    people,
    segments: segments.map(({ name, rule, ...counts }) => ({
      segment: name,
      rule,
      people: counts.people,
      share: ratioOf(counts.people, people),
      bookings: counts.bookings,
      revenue: fromMinor(counts.spendMinor, currency),
      average_spend:
        counts.people === 0 ? null : fromMinor(Math.round(counts.spendMinor / counts.people), currency),
    })),
    spend_fifths_from: spendFrom.map((minor) => fromMinor(minor, currency)),
  };
}
