import { expect } from "chai";
import { ProviderRefused } from "../../src/payments/faults.ts";
import { captured, faultOf, newOrder } from "./contract.ts";
import { openStripe, type StripeWorld } from "./stripe-world.ts";

const HOUR_MS = 3_600_000;

describe("a payment that Stripe will not take", () => {
  let world: StripeWorld;
  beforeEach(async () => {
    world = await openStripe();
  });
  afterEach(() => world.close());

  for (const [what, parts, reason] of [
    ["is below the minimum", { amountMinor: 49 }, /at least \$0\.50/],
    ["is in a currency unknown to it", { currency: "XTS" }, /Invalid currency/],
    ["is of mills", { currency: "KWD", amountMinor: 5_124 }, /exactly this amount of KWD/],
    ["is of half an ariary", { currency: "MGA", amountMinor: 550 }, /exactly this amount of MGA/],
  ] as const) {
    it(`because it ${what} is declined, has no session, and has ended when it is to be ended`, async () => {
      const { provider, stub } = world;
      const order = newOrder(parts);
      for (const result of [
        await provider.charge(order, "pm_success"),
        await provider.authorise(order, "pm_success"),
      ]) {
        expect(result).to.include({ type: "declined", providerRef: null });
        expect(result.type === "declined" && result.reason).to.match(reason);
      }
      const refusal = await faultOf(provider.createSession(order));
      expect(refusal).to.be.instanceOf(ProviderRefused).and.have.property("message").that.matches(reason);
      expect(await provider.cancel(null, order)).to.deep.equal({ type: "cancelled", providerRef: null });
      expect(stub.books.intents.size + stub.books.sessions.size).to.equal(0);
    });
  }

  it("nor pay back in part, where the part cannot be expressed: that has failed, and is not tried for ever", async () => {
    const { provider } = world;
    const order = newOrder({ currency: "KWD", amountMinor: 5_120 });
    const paid = await provider.charge(order, "pm_success");
    if (paid.type !== "captured") throw new Error(`not captured: ${JSON.stringify(paid)}`);
    const refund = { refundId: order.bookingId, paymentId: order.paymentId, currency: "KWD" };
    const result = await provider.refund({ ...refund, providerRef: paid.providerRef, amountMinor: 1_234 });
    expect(result.type).to.equal("failed");
    expect(result.type === "failed" && result.reason).to.match(/exactly this amount of KWD/);
  });

  it("is not one that Stripe does not answer, or answers by refusing the key of this installation", async () => {
    const { provider, stub } = world;
    for (const how of [500, 401] as const) {
      stub.trouble(/v1/, how, 3);
      for (const ask of [
        () => provider.charge(newOrder(), "pm_success"),
        () => provider.createSession(newOrder()),
        () => provider.cancel(null, newOrder()),
      ])
        expect(await faultOf(ask())).not.to.be.instanceOf(ProviderRefused);
    }
  });

  it("tells the buyer nothing of how this installation asked", async () => {
    world.stub.trouble(/payment_intents$/, 400);
    const result = await world.provider.charge(newOrder(), "pm_success");
    expect(result).to.include({ reason: "The payment provider does not take this payment" });
  });
});

describe("a payment older than Stripe's memory of keys", () => {
  let world: StripeWorld;
  beforeEach(async () => {
    world = await openStripe();
  });
  afterEach(() => world.close());

  it("is found by the order alone, and captured once", async () => {
    const { provider, stub, later } = world;
    const order = newOrder();
    await faultOf(provider.charge(order, "pm_timeout"));
    stub.forgetKeys();
    for (const old of [later(23 * HOUR_MS), later(48 * HOUR_MS)]) {
      expect((await old.charge(order, "pm_timeout")).type).to.equal("captured");
      expect((await old.cancel(null, order)).type).to.equal("captured");
    }
    expect((await world.moved(order.paymentId)).captures).to.equal(1);
    expect(stub.books.intents.size).to.equal(1);
  });

  it("goes on where it was made and not yet confirmed", async () => {
    const { provider, stub, later } = world;
    const order = newOrder();
    stub.trouble(/confirm$/, 500);
    await faultOf(provider.charge(order, "pm_success"));
    stub.forgetKeys();
    expect((await later(30 * HOUR_MS).charge(order, "pm_success")).type).to.equal("captured");
    expect(stub.books.intents.size).to.equal(1);
  });

  it("waits until the search must know it, and has failed then", async () => {
    const { stub, later } = world;
    const order = newOrder();
    const old = later(24.9 * HOUR_MS);
    expect(await faultOf(old.charge(order, "pm_success"))).to.include({ isRetryable: true });
    expect(await faultOf(old.cancel(null, order))).to.include({ isRetryable: true });
    const older = later(25.1 * HOUR_MS);
    expect(await older.charge(order, "pm_success")).to.include({ type: "declined", providerRef: null });
    expect(await older.cancel(null, order)).to.deep.equal({ type: "cancelled", providerRef: null });
    expect(stub.books.intents.size).to.equal(0);
  });

  it("is asked for by its key until then", async () => {
    const { later, stub } = world;
    const order = newOrder();
    await captured(world, order);
    expect((await later(22.9 * HOUR_MS).charge(order, "pm_success")).type).to.equal("captured");
    expect(stub.requests.some(({ path }) => path.endsWith("/search"))).to.equal(false);
    expect(stub.books.intents.size).to.equal(1);
  });
});
