import type { RouterContext } from "@koa/router";
import { ProviderFault } from "../../payments/faults.ts";
import { ApiError } from "../errors.ts";
import type { PaymentPorts, TestPages } from "../payment-desk.ts";
import { succeed } from "../reply.ts";
import type { AppState } from "../state.ts";
import type { PaymentCallbackRoute } from "./payment-callback.ts";

type Context = RouterContext<AppState>;

const OUTCOMES = ["success", "decline"] as const;

/**
 * The page that a buyer of the test provider is sent to. What they choose there comes back as a signed call-back, on
 * the same way as that of any provider. Whoever knows the address may choose: it is play money.
 */
export class TestPaymentRoutes {
  readonly #payments: Pick<PaymentPorts, "testPages">;
  readonly #callbacks: PaymentCallbackRoute;

  constructor(payments: Pick<PaymentPorts, "testPages">, callbacks: PaymentCallbackRoute) {
    this.#payments = payments;
    this.#callbacks = callbacks;
  }

  async show(ctx: Context): Promise<void> {
    const ref = ctx.params.ref ?? "";
    const { type } = await this.#known().status(ref).catch(notFound);
    if (ctx.accepts("json", "html") === "html") {
      ctx.type = "html";
      ctx.body = pageOf(ref, type);
      return;
    }
    succeed(ctx, 200, { provider_ref: ref, status: type, outcomes: OUTCOMES });
  }

  async complete(ctx: Context): Promise<void> {
    const { ref = "", outcome: asked } = ctx.params;
    const outcome = OUTCOMES.find((one) => one === asked);
    if (outcome === undefined) {
      throw new ApiError("NOT_FOUND", `A test payment ends in one of ${OUTCOMES.join(", ")}`);
    }
    const { body, headers } = await this.#known().completeSession(ref, outcome).catch(notFound);
    const lowered = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const receipt = await this.#callbacks.take(ctx, "test", { raw: Buffer.from(body), headers: lowered });
    succeed(ctx, 200, { provider_ref: ref, outcome, receipt }, { message: "You may close this page" });
  }

  #known(): TestPages {
    const { testPages } = this.#payments;
    if (testPages === null) throw new ApiError("NOT_FOUND", "The test provider takes no payments here");
    return testPages;
  }
}

/** What the provider does not know is no payment; that its books cannot be read is another matter. */
function notFound(error: unknown): never {
  if (error instanceof ProviderFault && !error.isRetryable) {
    throw new ApiError("PAYMENT_NOT_FOUND", "Payment not found");
  }
  throw error;
}

/** Forms without scripts: the content security policy allows nothing else. Paths are relative to the page's own. */
function pageOf(ref: string, status: string): string {
  const path = encodeURIComponent(ref);
  const buttons = OUTCOMES.map(
    (outcome) => `<form method="post" action="${path}/${outcome}"><button>${outcome}</button></form>`,
  );
  return `<!doctype html><html lang="en"><title>Test payment</title><h1>Test payment: ${status}</h1>
<p>This provider takes play money. Choose how the payment ends.</p>${buttons.join("")}</html>`;
}
