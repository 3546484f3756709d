import type { Outcome } from "../../../../src/domain/outcome.ts";

/** States of one thing, from which to which, by outcome. `none`: there is no such thing yet. */
type Moves = Readonly<Partial<Record<Outcome["type"], Readonly<Record<string, string>>>>>;

/**
 *   none ──▶ held ──▶ confirmed ──▶ cancelled      none ──▶ confirmed, rejected, waitlisted
 *             │──▶ expired, cancelled               none ──▶ withdrawn ──▶ rejected
 */
export const BOOKING_MOVES: Moves = {
  BookingHeld: { none: "held" },
  OfferMade: { none: "held" },
  HoldExpired: { held: "expired" },
  BookingRejected: { none: "rejected", withdrawn: "rejected" },
  BookingWithdrawn: { none: "withdrawn" },
  BookingReduced: { confirmed: "confirmed" },
  BookingTransferred: { confirmed: "confirmed" },
  TicketsExchanged: { confirmed: "confirmed" },
  TicketCheckedIn: { confirmed: "confirmed" },
};

/** none ──▶ open ──▶ captured, failed      failed ──▶ captured: money that comes late all the same */
export const PAYMENT_MOVES: Moves = {
  PaymentRequested: { none: "open" },
  PaymentOpened: { open: "open" },
  PaymentCancelRequested: { open: "open" },
  PaymentFailed: { open: "failed" },
  PaymentCaptured: { open: "captured", failed: "captured" },
  RefundOwed: { captured: "captured" },
  RefundSettled: { captured: "captured" },
};

export const WAITLIST_MOVES: Moves = {
  WaitlistJoined: { none: "waiting" },
  WaitlistLeft: { waiting: "left" },
  OfferMade: { waiting: "offered" },
};

/** Where a thing is after an outcome; null where it cannot have come. */
export function moved(moves: Moves, { type }: Outcome, from: string): string | null {
  return moves[type]?.[from] ?? null;
}
