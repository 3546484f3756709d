import {
  applyCancelled,
  applyCheckedIn,
  applyConfirmed,
  applyExchanged,
  applyExpired,
  applyHeld,
  applyReduced,
  applyTransferred,
} from "./apply/bookings.ts";
import { applyChanged, applyEventCancelled, applySaleMoved, applySeatsBlocked } from "./apply/event.ts";
import {
  applyCaptured,
  applyPaymentFailed,
  applyPaymentRequested,
  applyRefundOwed,
  markCancelling,
} from "./apply/payments.ts";
import { applyJoined, applyLeft, applyOffer } from "./apply/waitlist.ts";
import type { Outcome } from "./outcome.ts";
import type { World } from "./state.ts";

/** The only pen: writes an outcome into the state and the cold rows beside it. */
export function apply(world: World, outcome: Outcome): void {
  const { state } = world;
  switch (outcome.type) {
    case "BookingConfirmed":
      applyConfirmed(world, outcome);
      return;
    case "BookingHeld":
      applyHeld(world, outcome);
      return;
    case "OfferMade":
      applyOffer(world, outcome);
      return;
    case "HoldExpired":
      applyExpired(world, outcome);
      return;
    case "BookingCancelled":
      applyCancelled(world, outcome);
      return;
    case "BookingReduced":
      applyReduced(world, outcome);
      return;
    case "BookingTransferred":
      applyTransferred(world, outcome);
      return;
    case "TicketsExchanged":
      applyExchanged(world, outcome);
      return;
    case "TicketCheckedIn":
      applyCheckedIn(world, outcome);
      return;
    case "BookingRejected":
      if (outcome.reason === "Withdrawn") state.withdrawn.delete(outcome.bookingId);
      return;
    case "BookingWithdrawn":
      state.withdrawn.add(outcome.bookingId);
      return;
    case "PaymentRequested":
      applyPaymentRequested(world, outcome);
      return;
    case "PaymentFailed":
      applyPaymentFailed(world, outcome);
      return;
    case "PaymentCancelRequested":
      markCancelling(world, outcome);
      return;
    case "PaymentCaptured":
      applyCaptured(world, outcome);
      return;
    case "RefundOwed":
      applyRefundOwed(world, outcome);
      return;
    case "WaitlistJoined":
      applyJoined(world, outcome);
      return;
    case "WaitlistLeft":
      applyLeft(world, outcome);
      return;
    case "WaitlistToContinue":
      state.isLineUnserved = true;
      return;
    case "WaitlistProcessed":
      state.isLineUnserved = false;
      return;
    case "EventChanged":
      applyChanged(state, outcome);
      return;
    case "EventCancelled":
      applyEventCancelled(state, outcome);
      return;
    case "SeatsBlocked":
    case "SeatsReleased":
      applySeatsBlocked(state, outcome);
      return;
    case "PromoCodeAdded":
      state.promoCodes.set(outcome.code.code, { ...outcome.code, used: 0 });
      return;
    case "SaleOpened":
    case "SaleClosed":
    case "SalePaused":
    case "SaleResumed":
    case "EventCompleted":
      applySaleMoved(state, outcome);
      return;
    case "EventCreated":
    case "PaymentOpened":
    case "RefundSettled":
    case "CommandRefused":
      return;
    default:
      outcome satisfies never;
  }
}
