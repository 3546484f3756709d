import type { BookingId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { Outcome, PaymentRequested, RefundOwed, WaitlistJoined } from "../domain/outcome.ts";
import type { World } from "../domain/state.ts";
import type { EntryRow, PaymentRow, RefundRow } from "./ports.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type ToldPayment = Mutable<Pick<PaymentRow, "provider" | "method" | "resultId" | "until" | "isCancelling">>;

/**
 * What a ledger tells that no decision asks about again, so that the actor's world does not keep it: how waiting ended,
 * what became of refunds, what the refund policy kept of which payment.
 */
export class Told {
  readonly refunds = new Map<string, Mutable<RefundRow>>();
  readonly entries = new Map<string, Mutable<EntryRow>>();
  readonly payments = new Map<string, ToldPayment>();
  /** By payment, the price of tickets that were given back less what was owed for them. */
  readonly keptMinor = new Map<string, number>();
  /** Bookings that were offers, with the entry that they were offers to. */
  readonly offers = new Map<string, string>();
  /** Bookings that stand in for a lapsed one. */
  readonly replaces = new Map<string, string>();
  #unitPriceBeforeMinor = 0;

  /** Before the entry is applied: an exchange overwrites what the tickets cost that it took back. */
  before(world: World, { decision: [head] }: LedgerEntry): void {
    if (head.type !== "TicketsExchanged") return;
    this.#unitPriceBeforeMinor = world.bookings.get(head.bookingId)?.unitPriceMinor ?? 0;
  }

  /** After it was. */
  after(world: World, { seq, decision }: LedgerEntry): void {
    for (const outcome of decision) {
      if ("passedOver" in outcome && outcome.passedOver !== undefined) {
        const entry = this.entries.get(outcome.passedOver);
        if (entry !== undefined) entry.passedOver += 1;
      }
      this.#hear(world, outcome, seq);
    }
  }

  #hear(world: World, outcome: Outcome, seq: number): void {
    switch (outcome.type) {
      case "BookingConfirmed":
        if (outcome.replaces !== undefined) this.replaces.set(outcome.bookingId, outcome.replaces);
        if (outcome.wasHeld) this.#endOffer(outcome.bookingId, "converted");
        return;
      case "OfferMade":
        this.offers.set(outcome.bookingId, outcome.entryId);
        this.#move(outcome.entryId, "offered");
        return;
      case "HoldExpired":
        this.#endOffer(outcome.bookingId, "lapsed");
        return;
      case "BookingCancelled":
        if (outcome.wasHeld) this.#endOffer(outcome.bookingId, "left");
        else this.#release(world, outcome);
        return;
      case "BookingReduced":
        this.#release(world, outcome);
        return;
      case "TicketsExchanged": {
        const { bookingId, quantity, unitPriceMinor } = outcome;
        const lessMinor = (this.#unitPriceBeforeMinor - unitPriceMinor) * quantity;
        this.#keep(world.bookings.get(bookingId)?.paymentId ?? null, lessMinor);
        return;
      }
      case "WaitlistJoined":
        this.#join(outcome, seq);
        return;
      case "WaitlistLeft":
        this.#move(outcome.entryId, "left");
        return;
      case "EventCancelled":
      case "EventCompleted":
        for (const entry of this.entries.values()) if (entry.status === "waiting") entry.status = "left";
        return;
      default:
        this.#hearOfMoney(outcome);
    }
  }

  #hearOfMoney(outcome: Outcome): void {
    switch (outcome.type) {
      case "PaymentRequested":
        this.payments.set(outcome.paymentId, requested(outcome));
        return;
      case "PaymentCancelRequested": {
        const payment = this.payments.get(outcome.paymentId);
        if (payment !== undefined) payment.isCancelling = true;
        return;
      }
      case "RefundOwed":
        this.refunds.set(outcome.refundId, owed(outcome));
        if (outcome.reason !== "late") this.#keep(outcome.paymentId, -outcome.amountMinor);
        return;
      case "RefundSettled": {
        const refund = this.refunds.get(outcome.refundId);
        if (refund === undefined || refund.state === "refunded") return;
        refund.state = outcome.failure === null ? "refunded" : "failed";
        refund.failure = outcome.failure;
        return;
      }
      default:
        return;
    }
  }

  #release(
    world: World,
    { bookingId, quantity }: { readonly bookingId: BookingId; readonly quantity: number },
  ): void {
    const booking = world.bookings.get(bookingId);
    if (booking !== undefined) this.#keep(booking.paymentId, booking.unitPriceMinor * quantity);
  }

  #keep(paymentId: string | null, minor: number): void {
    if (paymentId !== null) this.keptMinor.set(paymentId, (this.keptMinor.get(paymentId) ?? 0) + minor);
  }

  #join({ type: _, entryId, owned: __, tiers, ...entry }: WaitlistJoined, seq: number): void {
    const place = { id: entryId, status: "waiting", passedOver: 0, joinedSeq: seq, tiers };
    this.entries.set(entryId, { ...entry, ...place });
  }

  #move(entryId: string, status: string): void {
    const entry = this.entries.get(entryId);
    if (entry !== undefined) entry.status = status;
  }

  #endOffer(bookingId: string, status: string): void {
    const entry = this.entries.get(this.offers.get(bookingId) ?? "");
    if (entry?.status === "offered") entry.status = status;
  }
}

function requested({ provider, method, resultId, expiresAt: until }: PaymentRequested): ToldPayment {
  return { provider, method, resultId, until, isCancelling: false };
}

function owed({ refundId: id, paymentId, bookingId, amountMinor, reason }: RefundOwed): Mutable<RefundRow> {
  return { id, paymentId, bookingId, amountMinor, reason, state: "owed", failure: null };
}
