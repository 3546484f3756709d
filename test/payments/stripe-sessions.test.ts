import { expect } from "chai";
import { referenceOf, timeOf } from "../../src/domain/ids.ts";
import { newOrder } from "./contract.ts";
import { openStripe, type StripeWorld } from "./stripe-world.ts";

const HOUR_MS = 3_600_000;

describe("a session on Stripe's page", () => {
  let world: StripeWorld;
  beforeEach(async () => {
    world = await openStripe();
  });
  afterEach(() => world.close());

  const sessionOf = async (order = newOrder()) => {
    const { providerRef } = await world.provider.createSession(order);
    return world.stub.books.session(providerRef);
  };

  it("stays open, and stays what is asked about, when its buyer failed at the first try", async () => {
    const { provider, stub } = world;
    const order = newOrder();
    const session = await sessionOf(order);
    const intent = stub.books.failOnPage(session);
    const pending = { type: "pending", providerRef: session.id };
    expect(await provider.status(session.id)).to.deep.equal(pending);
    expect(await provider.capture(session.id, order)).to.deep.equal(pending);
    stub.books.take(intent);
    expect(await provider.status(session.id)).to.include({ type: "captured", providerRef: intent.id });
  });

  it("can be ended when its buyer failed at the first try", async () => {
    const { provider, stub } = world;
    const order = newOrder();
    const session = await sessionOf(order);
    stub.books.failOnPage(session);
    const { providerRef } = await provider.capture(session.id, order);
    const ended = { type: "cancelled", providerRef: session.id };
    for (let n = 0; n < 2; n += 1) expect(await provider.cancel(providerRef, order)).to.deep.equal(ended);
    expect(session.status).to.equal("expired");
  });

  it("is named by the booking's reference, which no organiser changes", async () => {
    const order = newOrder();
    expect((await sessionOf(order)).product).to.equal(`Booking ${referenceOf(order.bookingId)}`);
  });

  it("closes half an hour after the hold, by the order and not by the clock", async () => {
    const order = newOrder();
    expect((await sessionOf(order)).expires_at).to.equal(Math.ceil(order.expiresAt / 1_000) + 1_860);
  });

  it("closes within a day of the payment however long the hold, and not before Stripe lets it", async () => {
    const secondsOpen = async (holdMs: number) => {
      const order = newOrder();
      const session = await sessionOf({ ...order, expiresAt: order.expiresAt + holdMs });
      return session.expires_at - timeOf(order.paymentId) / 1_000;
    };
    expect(await secondsOpen(72 * HOUR_MS)).to.be.closeTo(23.5 * 3_600, 1);
    expect(await secondsOpen(-2 * HOUR_MS)).to.be.closeTo(31 * 60, 1);
  });
});
