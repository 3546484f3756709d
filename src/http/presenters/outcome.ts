import type { LedgerEntry } from "../../domain/ledger.ts";
import type { Outcome } from "../../domain/outcome.ts";
import { presentBookingOutcome } from "./booking-outcome.ts";
import { presentChanges, presentDraft } from "./event-changes.ts";
import { type Fields, type OutcomeCard, refusalOf, seatIds, tierName } from "./outcome-parts.ts";
import { outcomeTypeOf } from "./outcome-types.ts";
import { presentPaymentOutcome } from "./payment-outcome.ts";
import { presentPromoCode } from "./promo-code.ts";
import { iso } from "./time.ts";

export type ShownOutcome = Readonly<Record<string, unknown>> & { readonly type: string };

/**
 * What was decided, for the event's organizer: names of the API, amounts as decimals, times in ISO 8601, seats by id.
 * The outcomes of one decision share its `seq` and are told apart by `position`. The same entry always looks the same.
 */
export function presentOutcomes(entry: LedgerEntry, card: OutcomeCard): ShownOutcome[] {
  const { seq, decidedAt, decision } = entry;
  const decided_at = iso(decidedAt);
  return decision.map((outcome, position) => ({
    seq,
    position,
    type: outcomeTypeOf(outcome),
    decided_at,
    ...fieldsOf(outcome, entry, card),
  }));
}

function fieldsOf(outcome: Outcome, entry: LedgerEntry, card: OutcomeCard): Fields {
  switch (outcome.type) {
    case "EventCreated":
      return { ...presentDraft(outcome.draft), sale_status: outcome.saleStatus };
    case "EventChanged": {
      const { changes, saleStatus, version } = outcome;
      return { changes: presentChanges(changes, card.currency), sale_status: saleStatus, version };
    }
    case "EventCancelled":
      return { bookings: outcome.bookings };
    case "SeatsBlocked":
    case "SeatsReleased":
      return { seat_ids: seatIds(outcome.seats, card) };
    case "PromoCodeAdded":
      return presentPromoCode({ ...outcome.code, used: 0 }, card);
    case "BookingConfirmed":
    case "BookingHeld":
    case "OfferMade":
    case "HoldExpired":
    case "BookingRejected":
    case "BookingCancelled":
    case "BookingReduced":
    case "BookingWithdrawn":
    case "BookingTransferred":
    case "TicketsExchanged":
    case "TicketCheckedIn":
      return presentBookingOutcome(outcome, card);
    case "PaymentRequested":
    case "PaymentOpened":
    case "PaymentCancelRequested":
    case "PaymentFailed":
    case "PaymentCaptured":
    case "RefundOwed":
    case "RefundSettled":
      return presentPaymentOutcome(outcome, card);
    case "WaitlistJoined": {
      const { entryId, userId, quantity, priority, tiers } = outcome;
      const names = tiers?.map((tier) => tierName(tier, card)) ?? null;
      return { waitlist_id: entryId, user_id: userId, quantity, priority, tiers: names };
    }
    case "WaitlistLeft":
      return { waitlist_id: outcome.entryId, user_id: outcome.userId, reason: outcome.why };
    case "CommandRefused":
      return { ...subjectOf(entry), ...refusalOf(outcome, card) };
    case "SaleOpened":
    case "SaleClosed":
    case "SalePaused":
    case "SaleResumed":
    case "EventCompleted":
    case "WaitlistProcessed":
    case "WaitlistToContinue":
      return {};
    default:
      return outcome satisfies never;
  }
}

/** What a refused command was to do, and whose it was, as far as it says. */
function subjectOf({ command }: LedgerEntry): Fields {
  const asked = command as { readonly bookingId?: string; readonly userId?: string };
  return {
    command: command.type.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase(),
    booking_id: asked.bookingId ?? null,
    user_id: asked.userId ?? null,
  };
}
