import type { RouterContext } from "@koa/router";
import type { ConfirmBooking } from "../../domain/command.ts";
import type { BookingId, PaymentId } from "../../domain/ids.ts";
import type { LedgerEntry } from "../../domain/ledger.ts";
import type { CommandRefused, PaymentRequested } from "../../domain/outcome.ts";
import type { BookingView } from "../../domain/views.ts";
import type { IdempotencyKey } from "../idempotency.ts";
import type { PaymentPorts } from "../payment-desk.ts";
import type { AppState } from "../state.ts";
import type { BookingCommands } from "./booking-commands.ts";
import { type Failure, refuseUndecided } from "./payment-errors.ts";

type Context = RouterContext<AppState>;

/** How somebody pays. */
export interface Means {
  readonly provider: string;
  /** Null: on the provider's own page. */
  readonly token: string | null;
}

/** How a booking stands after an attempt to pay it. */
export type Paid =
  | { readonly type: "booked"; readonly bookingId: BookingId; readonly paymentId: PaymentId | null }
  | { readonly type: "failed"; readonly failure: Failure }
  /** The provider has it and has not decided, or has not answered at all. */
  | {
      readonly type: "open";
      readonly payment: PaymentRequested;
      readonly isAnswered: boolean;
      readonly isNew: boolean;
    }
  /** The booking ended without it; money that came, or comes, goes back or buys tickets in its place. */
  | { readonly type: "lost"; readonly payment: PaymentRequested; readonly isReplayed: boolean }
  | { readonly type: "refused"; readonly refusal: CommandRefused };

interface Asked {
  /** Whether the payment is this request's own, or one that was under way already. */
  readonly isNew: boolean;
  /** Whether its key was used before. */
  readonly isReplayed: boolean;
}

/** Pays held bookings: asks for the payment, then waits a bounded time for what the provider says. */
export class PaymentSteps {
  readonly #commands: BookingCommands;
  readonly #payments: PaymentPorts;

  constructor(commands: BookingCommands, payments: PaymentPorts) {
    this.#commands = commands;
    this.#payments = payments;
  }

  /**
   * @param means null: nothing is offered, which does where nothing is due
   * @returns null where the request was answered already, see `BookingCommands.submit`
   */
  async pay(
    ctx: Context,
    booking: BookingView,
    means: Means | null,
    key: IdempotencyKey | null,
  ): Promise<Paid | null> {
    refuseUndecided(booking);
    const command: ConfirmBooking = {
      type: "ConfirmBooking",
      id: this.#commands.newIdIn(booking) as string as PaymentId,
      bookingId: booking.id,
      userId: booking.userId,
      payment:
        means === null
          ? null
          : { provider: means.provider, method: means.token === null ? "checkout" : "token" },
      resultId: this.#commands.newIdIn(booking),
    };
    // Only a held booking can come to a payment, and nothing becomes one again.
    const isOpened = means !== null && booking.status === "pending";
    if (isOpened) {
      const { id: bookingId, eventId } = booking;
      await this.#payments.open({ paymentId: command.id, eventId, bookingId, ...means });
    }
    const standing = await this.#commands.submit(ctx, booking, command, key);
    if (standing === null) return null;
    const { replayed: isReplayed } = standing;
    const [outcome] = standing.entry.decision;
    const isAsked = outcome.type === "PaymentRequested" && outcome.paymentId === command.id;
    if (isOpened && !isAsked) await this.#payments.discard(command.id);
    switch (outcome.type) {
      case "BookingConfirmed":
        return { type: "booked", bookingId: outcome.bookingId, paymentId: null };
      case "PaymentRequested":
        return await this.#resultOf(booking, outcome, { isNew: true, isReplayed });
      case "CommandRefused":
        return outcome.reason === "PaymentUnderWay"
          ? await this.#underWay(booking, outcome, isReplayed)
          : refused(outcome);
      default:
        throw new Error(`invariant: a confirmation was decided as ${outcome.type}`);
    }
  }

  /** Another request pays already: its result is this one's too. */
  async #underWay(booking: BookingView, refusal: CommandRefused, isReplayed: boolean): Promise<Paid> {
    const { paymentId } = refusal.facts;
    const asked = paymentId === undefined ? null : await this.#commands.decisionOf(booking, paymentId, false);
    const outcome = asked?.decision[0];
    return outcome?.type === "PaymentRequested"
      ? await this.#resultOf(booking, outcome, { isNew: false, isReplayed })
      : refused(refusal);
  }

  async #resultOf(booking: BookingView, payment: PaymentRequested, asked: Asked): Promise<Paid> {
    const entry = await this.#commands.decisionOf(booking, payment.resultId, true);
    const outcome = entry?.decision[0];
    switch (outcome?.type) {
      case "BookingConfirmed":
        return { type: "booked", bookingId: outcome.bookingId, paymentId: payment.paymentId };
      case "PaymentFailed":
        return { type: "failed", failure: outcome };
      default:
        // None yet, or one that ends nothing, or a call-back was faster: then the result that counts is known already.
        return await this.#asItStands(booking, payment, { entry, ...asked });
    }
  }

  async #asItStands(
    booking: BookingView,
    payment: PaymentRequested,
    { entry, isNew, isReplayed }: Asked & { readonly entry: LedgerEntry | null },
  ): Promise<Paid> {
    const { paymentId } = payment;
    // The payment before the booking: what one decision did to both is then seen at both.
    const { state, boughtTickets } = (await this.#commands.payment(paymentId)) ?? NOT_SEEN;
    const { status, expiresAt } = await this.#commands.after(booking.id);
    if (state === "failed")
      return { type: "failed", failure: { paymentId, reason: reasonIn(entry), expiresAt } };
    const other = status === "expired" ? await this.#commands.replacementOf(booking) : null;
    if (other !== null) return { type: "booked", bookingId: other.id, paymentId };
    // Also where the tickets were cancelled since: who asks again is answered as before.
    if (status === "confirmed" || (boughtTickets && status !== "expired"))
      return { type: "booked", bookingId: booking.id, paymentId };
    if (status !== "pending") return { type: "lost", payment, isReplayed };
    if (state === "captured") return { type: "failed", failure: { paymentId, reason: UNUSABLE, expiresAt } };
    return { type: "open", payment, isAnswered: entry !== null, isNew };
  }
}

const NOT_SEEN = { state: null, boughtTickets: false };

/** Of another amount than is due, or beside a payment that is under way. */
const UNUSABLE = "its money cannot be used for this booking and goes back";

/** Why a payment failed, as far as its own report says so. */
function reasonIn(entry: LedgerEntry | null): string {
  const command = entry?.command;
  const isTold = command?.type === "RecordPayment" && command.result.type === "declined";
  return isTold ? command.result.reason : "it was declined or cancelled";
}

function refused(refusal: CommandRefused): Paid {
  return { type: "refused", refusal };
}
