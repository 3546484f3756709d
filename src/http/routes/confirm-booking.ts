import type { RouterContext } from "@koa/router";
import type { BookingView } from "../../domain/views.ts";
import type { PaymentPorts } from "../payment-desk.ts";
import { paymentUrlOf } from "../presenters/booking.ts";
import type { Reads } from "../reads.ts";
import { succeed } from "../reply.ts";
import { CONFIRM_NAMES, confirmBody, tokenOf } from "../schemas/payments.ts";
import type { AppState } from "../state.ts";
import { parseBody } from "../validate.ts";
import { type BookingCommands, refusalOf } from "./booking-commands.ts";
import { paymentFailed, paymentLost, providerOf, refuseCardNumbers } from "./payment-errors.ts";
import { type Paid, PaymentSteps } from "./payment-steps.ts";

type Context = RouterContext<AppState>;

export interface ConfirmBookingOptions {
  readonly commands: BookingCommands;
  readonly payments: PaymentPorts;
  readonly reads: Pick<Reads, "payment">;
}

/** Takes a held booking: pays for it with a token, or accepts what costs nothing. Confirmed again: 200. */
export class ConfirmBookingRoute {
  readonly #options: ConfirmBookingOptions;
  readonly #steps: PaymentSteps;

  constructor(options: ConfirmBookingOptions) {
    this.#options = options;
    this.#steps = new PaymentSteps(options.commands, options.payments);
  }

  async confirm(ctx: Context): Promise<void> {
    const { commands, payments } = this.#options;
    refuseCardNumbers(ctx.request.body);
    const body = parseBody(confirmBody, ctx.request.body, CONFIRM_NAMES);
    const token = tokenOf(body);
    const means = token === null ? null : { provider: providerOf(payments, body.provider), token };
    const key = commands.keyOf(ctx, body);
    const booking = await commands.findOwn(ctx);
    const paid = await this.#steps.pay(ctx, booking, means, key);
    if (paid !== null) await this.#answer(ctx, paid, booking);
  }

  async #answer(ctx: Context, paid: Paid, booking: BookingView): Promise<void> {
    const { commands } = this.#options;
    switch (paid.type) {
      case "booked":
        return await this.#confirmed(ctx, await commands.after(paid.bookingId));
      case "open":
        return await this.#open(ctx, paid, booking);
      case "failed":
        throw paymentFailed(paid.failure, booking);
      case "lost":
        throw await paymentLost(commands, booking);
      case "refused":
        if (paid.refusal.reason !== "AlreadyConfirmed") throw refusalOf(paid.refusal, booking);
        return await this.#confirmed(ctx, await commands.after(booking.id));
      default:
        return paid satisfies never;
    }
  }

  async #confirmed(ctx: Context, booking: BookingView): Promise<void> {
    const shown = await this.#options.commands.show(booking);
    succeed(ctx, 200, shown, { message: "Booking confirmed successfully" });
  }

  /** Something is left to do for the buyer, or for the provider. */
  async #open(ctx: Context, paid: Extract<Paid, { type: "open" }>, booking: BookingView): Promise<void> {
    const { commands, reads } = this.#options;
    const { paymentId } = paid.payment;
    const [after, payment] = await Promise.all([commands.after(booking.id), reads.payment(paymentId)]);
    const shown = await commands.show(after);
    const payment_url = payment?.checkoutUrl ?? paymentUrlOf(booking.id);
    const message = paid.isAnswered
      ? "The payment needs another step; it is made at payment_url"
      : "The payment is under way";
    ctx.set("Retry-After", "1");
    succeed(ctx, 202, { ...shown, payment_url, payment_id: paymentId }, { message });
  }
}
