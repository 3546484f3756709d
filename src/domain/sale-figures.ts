import type { BookingCancelled, BookingReduced, SaleStatus } from "./outcome.ts";

/** What became of the tickets of one tier. Money is in minor units. */
export interface TierFigures {
  readonly tier: string;
  readonly priceMinor: number;
  readonly capacity: number;
  /** Tickets of confirmed bookings, and what they cost when they were booked. */
  readonly sold: number;
  readonly soldMinor: number;
  /** Tickets kept for buyers who have not decided yet. */
  readonly held: number;
  /** Tickets that were sold and given back, and how many of these for money. */
  readonly cancelled: number;
  readonly refunded: number;
  /** Tickets of refused requests that named this tier. */
  readonly refused: number;
}

/** Requests for tickets that were refused for one reason, as the ledger calls it. */
export interface Refusals {
  readonly reason: string;
  readonly requests: number;
  readonly tickets: number;
}

/** What an event's ledger comes to after so many entries. Times are Unix milliseconds, money is in minor units. */
export interface SaleFigures {
  readonly eventNumber: number;
  readonly name: string;
  readonly currency: string;
  readonly status: "active" | "cancelled" | "completed";
  readonly saleStatus: SaleStatus;
  /** The last entry they are of. */
  readonly seq: number;
  readonly digest: string;
  readonly decidedAt: number;
  readonly tiers: readonly TierFigures[];
  /** By reason, in the order of its letters. */
  readonly refusals: readonly Refusals[];
  /** What providers took, what they gave back, and what they are still to give back. */
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly refundsOwedMinor: number;
}

/** Whether tickets that were sold were given back; those of a hold were never sold. */
export function wereSold(outcome: BookingCancelled | BookingReduced): boolean {
  return outcome.type === "BookingReduced" || outcome.wasHeld !== true;
}

/** Nothing is sold any more and nobody has tickets on hold. What was sold can still be given back. */
export function isFinal({
  status,
  saleStatus,
  held,
}: Pick<SaleFigures, "status" | "saleStatus"> & { readonly held: number }): boolean {
  return (status !== "active" || saleStatus === "closed") && held === 0;
}

/** A request that its own sender took back while it waited was not refused. */
export const NOT_REFUSED = "Withdrawn";
