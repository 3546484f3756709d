import { percentOf } from "./money.ts";

/** What a customer who cancels gets back; who is cancelled gets everything back. */
export type RefundPolicy =
  | { readonly type: "full" }
  | { readonly type: "none" }
  /** The step with the most hours that are still left decides; with fewer than the fewest there is nothing. */
  | { readonly type: "percentage"; readonly steps: readonly RefundStep[] };

export interface RefundStep {
  /** At least so many hours before the event starts … */
  readonly hoursBefore: number;
  /** … so much is paid back, 0 … 100. */
  readonly percent: number;
}

const HOUR_MS = 3_600_000;

/** The part of an amount in minor units that is paid back for a cancellation at `now`, rounded down. */
export function refundOf(
  policy: RefundPolicy,
  amountMinor: number,
  { startsAt, now }: { readonly startsAt: number; readonly now: number },
): number {
  // Who has been there, or could have been, gets nothing back by cancelling.
  if (now >= startsAt) return 0;
  switch (policy.type) {
    case "full":
      return amountMinor;
    case "none":
      return 0;
    case "percentage": {
      const hoursLeft = (startsAt - now) / HOUR_MS;
      const step = policy.steps
        .filter(({ hoursBefore }) => hoursBefore <= hoursLeft)
        .reduce<RefundStep | null>(
          (best, one) => (best === null || one.hoursBefore > best.hoursBefore ? one : best),
          null,
        );
      return percentOf(amountMinor, step?.percent ?? 0);
    }
    default:
      return policy satisfies never;
  }
}
