import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { captured, describeProvider, faultOf, newOrder, PRICE_MINOR } from "./contract.ts";
import { StripeStub } from "./stripe-stub.ts";
import { openStripe, type StripeWorld, stripeAt } from "./stripe-world.ts";

describeProvider("Stripe", openStripe);

describe("Stripe's own ways", () => {
  let world: StripeWorld;
  beforeEach(async () => {
    world = await openStripe();
  });
  afterEach(() => world.close());
  const charge = (order = newOrder(), token = "pm_success") => world.provider.charge(order, token);

  it("gets an idempotency key made of the payment's id with every write, and never the token", async () => {
    const { provider, stub } = world;
    const order = newOrder();
    const providerRef = await captured(world, order);
    const { paymentId, currency } = order;
    const refundId = randomUUID();
    await provider.refund({ refundId, paymentId, providerRef, amountMinor: 1, currency });
    const session = await provider.createSession(order);
    await provider.cancel(session.providerRef, order);
    const posts = stub.requests.filter(({ method }) => method === "POST");
    const keys = posts.map(({ key }) => key.replace(`evently:${paymentId}:`, ""));
    expect(keys[1]).to.match(/^confirm:[0-9a-f]{32}$/);
    const refundKey = `refund:${refundId}`;
    expect(keys.toSpliced(1, 1)).to.deep.equal(["create", "capture", refundKey, "session", "expire"]);
  });

  it("takes card tokens of Stripe.js too", async () => {
    expect((await charge(newOrder(), "tok_visa")).type).to.equal("captured");
  });

  for (const step of ["payment_intents$", "confirm$", "capture$"]) {
    for (const how of [500, 503, 429, 409, "lost"] as const) {
      it(`is asked again after ${how} at ${step.replace("$", "")}, and captures once`, async () => {
        const order = newOrder();
        world.stub.trouble(new RegExp(step), how);
        expect(await faultOf(charge(order))).to.include({ isRetryable: true });
        expect(await charge(order)).to.include({ type: "captured", amountMinor: PRICE_MINOR });
        expect((await world.moved(order.paymentId)).captures).to.equal(1);
      });
    }
  }

  it("ends by cancelling where Stripe keeps repeating a failure under the key", async () => {
    const order = newOrder();
    world.stub.trouble(/confirm$/, "failed");
    for (let n = 0; n < 2; n += 1) await faultOf(charge(order));
    expect((await world.provider.cancel(null, order)).type).to.equal("cancelled");
    expect((await charge(order)).type).to.equal("cancelled");
  });

  it("is not asked again where the key of this installation is refused", async () => {
    world.stub.trouble(/payment_intents$/, 401);
    const fault = await faultOf(charge());
    expect(fault).to.include({ isRetryable: false, retryAfterMs: null });
    expect(fault.message).to.contain("req_stub");
    expect(String(fault)).not.to.contain("sk_test");
  });

  it("is not asked again where one payment is described by two orders", async () => {
    const order = newOrder();
    await captured(world, order);
    expect(await faultOf(charge({ ...order, amountMinor: 1 }))).to.include({ isRetryable: false });
  });

  it("is asked again when nobody is there", async () => {
    await world.stub.close();
    expect(await faultOf(charge())).to.include({ isRetryable: true });
    world = await openStripe();
  });

  it("refunds once for each refund id even when keys are forgotten, and tells how a slow one ended", async () => {
    const { provider, stub, moved } = world;
    const order = newOrder();
    const { paymentId, currency } = order;
    const providerRef = await captured(world, order);
    stub.books.refundStatus = "pending";
    const refund = { refundId: randomUUID(), paymentId, providerRef, amountMinor: 500, currency };
    expect(await provider.refund(refund)).to.deep.equal({ type: "pending" });
    stub.forgetKeys();
    expect(await provider.refund(refund)).to.deep.equal({ type: "pending" });
    Object.assign(stub.books.refunds[0] as object, { status: "succeeded" });
    expect((await provider.refund(refund)).type).to.equal("refunded");
    Object.assign(stub.books.refunds[0] as object, {
      status: "failed",
      failure_reason: "lost_or_stolen_card",
    });
    expect(await provider.refund(refund))
      .to.include({ type: "failed" })
      .and.have.property("reason")
      .that.contains("lost");
    expect((await moved(paymentId)).refundedMinor).to.equal(500);
  });

  const amounts = [
    ["USD", 1_999, 1_999],
    ["JPY", 500, 500],
    ["KWD", 5_120, 5_120],
    ["ISK", 5, 500],
    ["UGX", 5, 500],
    ["MGA", 500, 5],
  ] as const;
  for (const [currency, amountMinor, sent] of amounts) {
    it(`is sent ${sent} for ${amountMinor} minor units of ${currency}, on either way`, async () => {
      const { provider, stub } = world;
      const order = newOrder({ currency, amountMinor });
      expect(await charge(order)).to.include({ type: "captured", amountMinor });
      expect([...stub.books.intents.values()].at(-1)).to.include({
        amount: sent,
        currency: currency.toLowerCase(),
      });
      const { providerRef } = await provider.createSession(order);
      const { body, headers } = stub.complete(providerRef, "success");
      expect(JSON.parse(body).data.object.amount_total).to.equal(sent);
      expect(provider.parseCallback(Buffer.from(body), headers, Date.now()).result).to.include({
        amountMinor,
      });
    });
  }
});

describe("Stripe's call-backs", () => {
  const stub = new StripeStub();
  const provider = stripeAt(1);
  const metadata = { payment_id: "p", booking_id: "b", event_id: "e", channel: "token" };
  const intent = { id: "pi_1", object: "payment_intent", currency: "usd", metadata, next_action: null };
  const session = { id: "cs_1", object: "checkout.session", currency: "usd", metadata, amount_total: 700 };
  const read = (type: string, object: object) => {
    const { body, headers } = stub.event(type, object);
    return provider.parseCallback(Buffer.from(body), headers, Date.now());
  };

  it("of a cancelled intent or an expired session are cancellations", () => {
    const result = { type: "cancelled", providerRef: "pi_1" };
    expect(read("payment_intent.canceled", { ...intent, status: "canceled" }).result).to.deep.equal(result);
    const expired = { ...session, status: "expired", payment_status: "unpaid", payment_intent: null };
    expect(read("checkout.session.expired", expired).result).to.deep.equal({
      ...result,
      providerRef: "cs_1",
    });
  });

  it("of a paid session carry the intent's reference", () => {
    const paid = { ...session, status: "complete", payment_status: "paid", payment_intent: "pi_7" };
    const { providerRef, result } = read("checkout.session.completed", paid);
    expect(providerRef).to.equal("pi_7");
    expect(result).to.deep.equal({ type: "captured", providerRef: "pi_7", amountMinor: 700 });
  });

  it("of what is undecided on Stripe's page are of no interest: the buyer may try again", () => {
    const failed = { ...intent, status: "requires_payment_method", last_payment_error: { message: "no" } };
    expect(read("payment_intent.payment_failed", failed).result?.type).to.equal("declined");
    const onPage = { ...failed, metadata: { ...metadata, channel: "session" } };
    expect(read("payment_intent.payment_failed", onPage).result).to.equal(null);
    const capturable = { ...onPage, status: "requires_capture" };
    expect(read("payment_intent.amount_capturable_updated", capturable).result).to.equal(null);
  });

  it("that are of other types, or of payments that are none of ours, are of no interest", () => {
    expect(read("payment_intent.created", { ...intent, status: "requires_payment_method" }).result).to.equal(
      null,
    );
    expect(read("customer.created", { id: "cus_1", metadata: {} })).to.include({
      result: null,
      paymentId: null,
    });
    const foreign = { ...intent, metadata: {}, status: "succeeded", amount_received: 5 };
    expect(read("payment_intent.succeeded", foreign)).to.include({ result: null, paymentId: null });
  });
});
