import type { RouterContext } from "@koa/router";
import Router from "@koa/router";
import type { Middleware } from "koa";
import type { BookingView, PaymentView } from "../../domain/views.ts";
import type { Principal } from "../../identity/principal.ts";
import { ApiError } from "../errors.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { rawBody } from "../middleware/raw-body.ts";
import type { PaymentPorts } from "../payment-desk.ts";
import { presentPayment } from "../presenters/payment.ts";
import type { Reads } from "../reads.ts";
import { succeed } from "../reply.ts";
import { initiateBody } from "../schemas/payments.ts";
import type { AppState } from "../state.ts";
import { parseBody, uuidParam } from "../validate.ts";
import { type BookingCommandOptions, BookingCommands, refusalOf } from "./booking-commands.ts";
import { PaymentCallbackRoute } from "./payment-callback.ts";
import { paymentFailed, paymentLost, providerOf, refuseCardNumbers } from "./payment-errors.ts";
import { type Paid, PaymentSteps } from "./payment-steps.ts";
import { TestPaymentRoutes } from "./test-payments.ts";

type Context = RouterContext<AppState>;

export type PaymentRoutesOptions = BookingCommandOptions & {
  readonly payments: PaymentPorts;
  readonly reads: Reads;
  readonly readBody: Middleware<AppState>;
};

const CALLBACK_BYTES_MAX = 65_536;

/** Payments over HTTP; paths are relative to the surface's base. */
export function paymentRoutes(options: PaymentRoutesOptions): Router<AppState> {
  const { readBody, payments, reads } = options;
  const paying = new PaymentsRoutes(options);
  const callbacks = new PaymentCallbackRoute({ payments, reads });
  const testPages = new TestPaymentRoutes(payments, callbacks);
  return new Router<AppState>()
    .post("/payments/initiate/:id", readBody, (ctx) => paying.initiate(ctx))
    .post("/payments/webhook/:provider", rawBody(CALLBACK_BYTES_MAX), (ctx) => callbacks.receive(ctx))
    .get("/payments/test/:ref", (ctx) => testPages.show(ctx))
    .post("/payments/test/:ref/:outcome", (ctx) => testPages.complete(ctx))
    .get("/payments/:paymentId", (ctx) => paying.show(ctx))
    .get("/bookings/:id/payment", (ctx) => paying.showOfBooking(ctx));
}

/** A checkout session for a held booking, and what has become of a payment. */
class PaymentsRoutes {
  readonly #commands: BookingCommands;
  readonly #steps: PaymentSteps;
  readonly #payments: PaymentPorts;
  readonly #reads: Reads;

  constructor(options: PaymentRoutesOptions) {
    this.#commands = new BookingCommands(options);
    this.#steps = new PaymentSteps(this.#commands, options.payments);
    this.#payments = options.payments;
    this.#reads = options.reads;
  }

  async initiate(ctx: Context): Promise<void> {
    refuseCardNumbers(ctx.request.body);
    const body = parseBody(initiateBody, ctx.request.body);
    const provider = providerOf(this.#payments, body.provider);
    const key = this.#commands.keyOf(ctx, body);
    const booking = await this.#commands.findOwn(ctx);
    const paid = await this.#steps.pay(ctx, booking, { provider, token: null }, key);
    if (paid !== null) await this.#answer(ctx, paid, booking);
  }

  async #answer(ctx: Context, paid: Paid, booking: BookingView): Promise<void> {
    switch (paid.type) {
      case "open":
        return await this.#opened(ctx, paid, booking);
      case "booked":
        if (paid.paymentId === null)
          throw new Error("invariant: a checkout confirmed a booking without a payment");
        return await this.#send(
          ctx,
          200,
          await this.#found(paid.paymentId),
          null,
          "The booking is paid already",
        );
      case "failed":
        throw paymentFailed(paid.failure, booking);
      case "lost":
        return await this.#ended(ctx, paid, booking);
      case "refused":
        throw refusalOf(paid.refusal, booking);
      default:
        return paid satisfies never;
    }
  }

  /** A session that was told of is told of again, whatever became of its booking: that is what its key led to. */
  async #ended(ctx: Context, paid: Extract<Paid, { type: "lost" }>, booking: BookingView): Promise<void> {
    const { payment: asked, isReplayed } = paid;
    const payment = await this.#found(asked.paymentId);
    const wasTold = payment.checkoutUrl !== null || payment.clientSecret !== null;
    if (!isReplayed || !wasTold) throw await paymentLost(this.#commands, booking);
    const message = "The booking of this payment session has ended; money that comes goes back";
    await this.#send(ctx, 200, payment, asked.expiresAt, message);
  }

  async #opened(ctx: Context, paid: Extract<Paid, { type: "open" }>, booking: BookingView): Promise<void> {
    const { paymentId, expiresAt } = paid.payment;
    const payment = await this.#found(paymentId);
    // Paid with a token meanwhile, or the provider is slow: there is no page to go to.
    if (payment.checkoutUrl === null && payment.clientSecret === null) {
      ctx.set("Retry-After", "1");
      return await this.#send(ctx, 202, payment, expiresAt, "The payment is under way");
    }
    ctx.set("Location", `/api/v1/payments/${paymentId}`);
    const { isNew } = paid;
    const message = isNew
      ? "Payment session created"
      : `The payment session of booking ${booking.reference} is open`;
    await this.#send(ctx, isNew ? 201 : 200, payment, expiresAt, message);
  }

  async show(ctx: Context): Promise<void> {
    await this.#showTo(ctx, await this.#reads.payment(uuidParam(ctx.params, "paymentId")));
  }

  async showOfBooking(ctx: Context): Promise<void> {
    const booking = await this.#commands.find(ctx);
    await this.#showTo(ctx, await this.#reads.paymentOfBooking(booking.eventId, booking.id));
  }

  async #showTo(ctx: Context, payment: PaymentView | null): Promise<void> {
    if (payment === null || !mayRead(principalOf(ctx), payment)) throw paymentNotFound();
    const booking = payment.state === "open" ? await this.#reads.booking(payment.bookingId) : null;
    await this.#send(ctx, 200, payment, booking?.expiresAt ?? null);
  }

  async #found(paymentId: string): Promise<PaymentView> {
    const payment = await this.#reads.payment(paymentId);
    if (payment === null) throw new Error(`invariant: no payment ${paymentId} after it was requested`);
    return payment;
  }

  async #send(
    ctx: Context,
    status: number,
    payment: PaymentView,
    expiresAt: number | null,
    message?: string,
  ): Promise<void> {
    const event = await this.#reads.eventCard(payment.eventId);
    if (event === null) throw new Error(`invariant: no event ${payment.eventId} of a payment`);
    const shown = presentPayment(payment, { currency: event.currency, expiresAt });
    succeed(ctx, status, { ...shown, payment: shown }, message === undefined ? {} : { message });
  }
}

function mayRead({ userId, role }: Principal, payment: PaymentView): boolean {
  return payment.userId === userId || role === "admin";
}

function paymentNotFound(): ApiError {
  return new ApiError("PAYMENT_NOT_FOUND", "Payment not found");
}
