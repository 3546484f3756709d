import { createHash } from "node:crypto";
import type { RouterContext } from "@koa/router";
import { callbackCommandId } from "../../domain/callback-id.ts";
import type { RecordPayment } from "../../domain/command.ts";
import { eventNumberOf, isUuid } from "../../domain/ids.ts";
import type { PaymentView } from "../../domain/views.ts";
import { CallbackForged, CallbackUnreadable } from "../../payments/faults.ts";
import type { CallbackHeaders, PaymentResult, ProviderCallback } from "../../payments/provider.ts";
import { ApiError } from "../errors.ts";
import type { PaymentPorts } from "../payment-desk.ts";
import type { Reads } from "../reads.ts";
import { succeed } from "../reply.ts";
import type { AppState } from "../state.ts";

type Context = RouterContext<AppState>;
/** What became of a call-back: kept, kept before, or none of ours. */
type Receipt = "accepted" | "duplicate" | "ignored";

export interface PaymentCallbackOptions {
  readonly payments: Pick<PaymentPorts, "providers" | "findByRef" | "heard" | "send">;
  readonly reads: Pick<Reads, "payment">;
}

/**
 * Takes in what providers report of their own accord. 200 says that it is kept for good and need not come again;
 * everything else, a database that is away above all, makes the provider send it again.
 */
export class PaymentCallbackRoute {
  readonly #options: PaymentCallbackOptions;

  constructor(options: PaymentCallbackOptions) {
    this.#options = options;
  }

  async receive(ctx: Context): Promise<void> {
    const provider = ctx.params.provider ?? "";
    const receipt = await this.take(ctx, provider, {
      raw: ctx.request.body as Buffer,
      headers: ctx.req.headers,
    });
    succeed(ctx, 200, { received: true, receipt });
  }

  /** Takes in a call-back, wherever it came from. @throws ApiError where it cannot be believed or kept. */
  async take(
    ctx: Context,
    provider: string,
    sent: { readonly raw: Buffer; readonly headers: CallbackHeaders },
  ): Promise<Receipt> {
    const callback = this.#read(ctx, provider, sent);
    const { result } = callback;
    return result === null ? "ignored" : await this.#record(provider, callback, result);
  }

  #read(
    ctx: Context,
    provider: string,
    { raw, headers }: { readonly raw: Buffer; readonly headers: CallbackHeaders },
  ): ProviderCallback {
    const reader = this.#options.payments.providers.get(provider);
    if (reader === undefined) throw new ApiError("NOT_FOUND", "There is no such payment provider");
    try {
      return reader.parseCallback(raw, headers, Date.now());
    } catch (error) {
      if (error instanceof CallbackForged) {
        ctx.set("WWW-Authenticate", 'Signature realm="evently payments"');
        throw new ApiError(
          "WEBHOOK_SIGNATURE_INVALID",
          "The call-back's signature is missing, wrong or too old",
        );
      }
      if (!(error instanceof CallbackUnreadable)) throw error;
      throw new ApiError("VALIDATION_ERROR", "The call-back is not in the provider's format");
    }
  }

  async #record(provider: string, callback: ProviderCallback, result: PaymentResult): Promise<Receipt> {
    const { payments } = this.#options;
    const payment = await this.#paymentOf(provider, callback);
    if (payment === null) return "ignored";
    const checkoutUrl = result.type === "challenge" ? result.url : null;
    await payments.heard({ paymentId: payment.id, providerRef: callback.providerRef, checkoutUrl });
    const accepted = await payments.send({
      eventId: payment.eventId,
      command: commandOf(provider, callback, result, payment),
      key: keyOf(provider, callback),
    });
    switch (accepted.type) {
      case "accepted":
        return "accepted";
      case "replayed":
      case "keyReused":
        return "duplicate";
      default:
        throw new ApiError("OVERLOADED", "The call-back cannot be kept now; send it again", {
          retryAfterS: 1,
        });
    }
  }

  /** A payment is in the books before its provider hears of it: one that is not there is somebody else's. */
  async #paymentOf(provider: string, callback: ProviderCallback): Promise<PaymentView | null> {
    const { payments, reads } = this.#options;
    const id = callback.paymentId ?? (await payments.findByRef(provider, callback.providerRef));
    const payment = id !== null && isUuid(id) ? await reads.payment(id) : null;
    return payment?.provider === provider ? payment : null;
  }
}

function commandOf(
  provider: string,
  { callbackId }: ProviderCallback,
  result: PaymentResult,
  { id: paymentId, bookingId }: PaymentView,
): RecordPayment {
  const eventNumber = eventNumberOf(bookingId);
  const id = callbackCommandId({ provider, callbackId, paymentId, eventNumber });
  return { type: "RecordPayment", id, paymentId, bookingId, result: resultOf(result) };
}

/** What of a provider's words matters to the booking. */
function resultOf(result: PaymentResult): RecordPayment["result"] {
  switch (result.type) {
    case "captured":
      return { type: "captured", amountMinor: result.amountMinor };
    case "declined":
      return { type: "declined", reason: result.reason };
    case "challenge":
    case "pending":
      return { type: "open" };
    case "cancelled":
      return { type: "cancelled" };
    default:
      return result satisfies never;
  }
}

/** All call-backs with one id are one: the first is kept, and the others are told so. */
function keyOf(provider: string, { callbackId }: ProviderCallback) {
  const digest = createHash("sha256").update(`payment call-back\n${provider}\n${callbackId}`).digest();
  return { digest, fingerprint: digest };
}
