import Stripe from "stripe";
import { ProviderFault, ProviderRefused } from "./faults.ts";
import { DECLINED } from "./stripe-results.ts";

const { errors } = Stripe;

/** Refusals of a refund that asking again does not change. */
const NOT_REFUNDABLE = [
  "charge_already_refunded",
  "charge_disputed",
  "charge_not_refundable",
  "payment_intent_unexpected_state",
  "refund_disputed_payment",
];

/**
 * Asks Stripe.
 * @throws ProviderFault: to be asked again, where Stripe was not reached, is overloaded or failed itself, or works at
 * the same request right now; not to be asked again, where it refuses what this installation is configured to ask.
 */
export async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw faultOf(error);
  }
}

/**
 * Asks Stripe to make what a payment is paid by.
 * @throws ProviderRefused: Stripe will not, and has made nothing. @throws ProviderFault: as `asked` does.
 */
export function askedToMake<T>(ask: () => Promise<T>): Promise<T> {
  return asked(async () => {
    try {
      return await ask();
    } catch (error) {
      const isRefused = error instanceof errors.StripeInvalidRequestError && error.statusCode === 400;
      throw isRefused ? new ProviderRefused(refusalReasonOf(error), error) : error;
    }
  });
}

/** What Stripe says of amounts the buyer may read; the rest is about how this installation asked. */
function refusalReasonOf({ code, param, message }: Stripe.errors.StripeInvalidRequestError): string {
  const isOfAmount = code?.startsWith("amount_") || /amount|currency/.test(param ?? "");
  return isOfAmount ? message : "The payment provider does not take this payment";
}

function faultOf(error: unknown): unknown {
  if (!(error instanceof errors.StripeError)) return error;
  const { type, code, requestId, statusCode } = error;
  const isRetryable =
    error instanceof errors.StripeConnectionError ||
    error instanceof errors.StripeRateLimitError ||
    (error instanceof errors.StripeAPIError && (statusCode ?? 500) >= 409);
  const what = `${type}${code === undefined ? "" : ` ${code}`}`;
  const request = requestId === undefined ? "" : ` (${requestId})`;
  return new ProviderFault(`Stripe: ${what}: ${error.message}${request}`, { isRetryable, cause: error });
}

/** Why the buyer's means of payment was refused; null: it was something else. */
export function declineReasonOf(error: unknown): string | null {
  if (error instanceof errors.StripeCardError) return error.message || DECLINED;
  // Stripe's own sentence would repeat the token.
  if (error instanceof errors.StripeInvalidRequestError && error.param?.startsWith("payment_method"))
    return "The token is not known to the payment provider, or was used before";
  return null;
}

/** Why a refund will not be done; null: it was something else. */
export function refundRefusalOf(error: unknown): string | null {
  if (!(error instanceof errors.StripeInvalidRequestError)) return null;
  const isFinal = NOT_REFUNDABLE.includes(error.code ?? "") || error.param === "amount";
  return isFinal ? error.message : null;
}

/** The object has moved on meanwhile: how it stands now is the answer. */
export function isStateConflict(error: unknown): boolean {
  return (
    error instanceof errors.StripeInvalidRequestError && error.code === "payment_intent_unexpected_state"
  );
}
