import { StripeProvider } from "../../src/payments/stripe-provider.ts";
import type { ProviderWorld } from "./contract.ts";
import { StripeStub, sign, WEBHOOK_SECRET } from "./stripe-stub.ts";

const ANSWER_MS_MAX = 1_000;

export interface StripeWorld extends ProviderWorld {
  readonly stub: StripeStub;
  /** The same Stripe, asked by somebody whose clock is that far ahead. */
  readonly later: (ms: number) => StripeProvider;
}

export async function openStripe(): Promise<StripeWorld> {
  const stub = new StripeStub();
  const { books } = stub;
  const port = await stub.listen();
  const intentsOf = (paymentId: string) =>
    [...books.intents.values()].filter(({ metadata }) => metadata.payment_id === paymentId);
  return {
    stub,
    provider: stripeAt(port),
    later: (ms) => stripeAt(port, () => Date.now() + ms),
    tokens: {
      success: "pm_success",
      declined: "pm_declined",
      challenge: "pm_challenge",
      timeout: "pm_timeout",
      late: "pm_late",
      unknown: "pm_of_somebody_else",
    },
    complete: async (ref, outcome) => stub.complete(ref, outcome),
    settle: async (ref) => stub.event("payment_intent.succeeded", books.take(books.intent(ref))),
    sign,
    moved: async (paymentId) => ({
      captures: intentsOf(paymentId).flatMap(({ id }) => books.captures.filter((taken) => taken === id))
        .length,
      refundedMinor: intentsOf(paymentId).reduce((sum, { id }) => sum + books.refundedOf(id), 0),
    }),
    close: () => stub.close(),
  };
}

export function stripeAt(port: number, now = Date.now): StripeProvider {
  return new StripeProvider({
    apiKey: "sk_test_of_the_tests",
    webhookSecret: WEBHOOK_SECRET,
    returnUrl: "http://localhost:3000/paid",
    host: "127.0.0.1",
    port,
    protocol: "http",
    answerMsMax: ANSWER_MS_MAX,
    now,
  });
}
