import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { IdSource } from "../../src/ops/id-source.ts";
import { CallbackForged, CallbackUnreadable, ProviderFault } from "../../src/payments/faults.ts";
import type { PaymentOrder, PaymentProvider, ProviderCallback } from "../../src/payments/provider.ts";
import type { SignedCallback } from "../../src/payments/test-callback.ts";

/** A provider, and what stands behind it: buyers, banks, and the books that tell what really happened. */
export interface ProviderWorld {
  readonly provider: PaymentProvider;
  /** `timeout`: the money is taken and the first answer is lost. */
  readonly tokens: Record<"success" | "declined" | "challenge" | "timeout" | "late" | "unknown", string>;
  /** The buyer acts on the page of a challenge or a session. */
  complete(providerRef: string, outcome: "success" | "decline"): Promise<SignedCallback>;
  /** The time of a payment that was `pending` by the token `late` has come. */
  settle(providerRef: string): Promise<SignedCallback>;
  sign(body: string, nowMs: number): SignedCallback;
  /** How often and how much money moved for a payment. */
  moved(paymentId: string): Promise<{ captures: number; refundedMinor: number }>;
  close(): Promise<void>;
}

export const PRICE_MINOR = 12_500;
const ids = new IdSource();

export function newOrder(parts: Partial<PaymentOrder> = {}): PaymentOrder {
  return {
    paymentId: ids.newId(),
    bookingId: ids.newId(),
    eventId: ids.newId(),
    amountMinor: PRICE_MINOR,
    currency: "USD",
    expiresAt: Date.now() + 300_000,
    ...parts,
  };
}

/** What every provider does, whoever it is. */
export function describeProvider(what: string, open: () => Promise<ProviderWorld>): void {
  describe(what, () => {
    let world: ProviderWorld;
    before(async () => {
      world = await open();
    });
    after(() => world.close());
    describeCharges(() => world);
    describeUndecided(() => world);
    describeCancelling(() => world);
    describeRefunds(() => world);
    describeCallbacks(() => world);
  });
}

export async function faultOf(promise: Promise<unknown>): Promise<ProviderFault> {
  const error = await promise.then(
    (value) => expect.fail(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(ProviderFault);
  return error as ProviderFault;
}

export async function captured(world: ProviderWorld, order = newOrder()): Promise<string> {
  const result = await world.provider.charge(order, world.tokens.success);
  expect(result).to.include({ type: "captured", amountMinor: order.amountMinor });
  return result.providerRef as string;
}

const read = (world: ProviderWorld, callback: SignedCallback, nowMs = Date.now()): ProviderCallback => {
  const headers = Object.fromEntries(Object.entries(callback.headers).map(([k, v]) => [k.toLowerCase(), v]));
  return world.provider.parseCallback(Buffer.from(callback.body), headers, nowMs);
};

function describeCharges(get: () => ProviderWorld): void {
  it("charges once, however often it is asked", async () => {
    const { provider, tokens, moved } = get();
    const order = newOrder();
    const first = await provider.charge(order, tokens.success);
    expect(first).to.include({ type: "captured", amountMinor: PRICE_MINOR });
    expect(await provider.charge(order, tokens.success)).to.deep.equal(first);
    expect(await provider.status(first.providerRef as string)).to.deep.equal(first);
    expect(await moved(order.paymentId)).to.deep.equal({ captures: 1, refundedMinor: 0 });
  });

  it("charges once when asked several times at once", async () => {
    const { provider, tokens, moved } = get();
    const order = newOrder();
    const asks = Array.from({ length: 5 }, () => provider.charge(order, tokens.success));
    for (const answer of await Promise.allSettled(asks))
      if (answer.status === "fulfilled") expect(answer.value.type).to.equal("captured");
      else expect(answer.reason).to.be.instanceOf(ProviderFault).and.include({ isRetryable: true });
    expect((await provider.charge(order, tokens.success)).type).to.equal("captured");
    expect((await moved(order.paymentId)).captures).to.equal(1);
  });

  it("authorises without taking money, and captures afterwards", async () => {
    const { provider, tokens, moved } = get();
    const order = newOrder();
    const authorised = await provider.authorise(order, tokens.success);
    expect(authorised.type).to.equal("authorised");
    const ref = authorised.providerRef as string;
    expect((await provider.status(ref)).type).to.equal("pending");
    expect((await moved(order.paymentId)).captures).to.equal(0);
    const first = await provider.capture(ref, order);
    expect(first).to.include({ type: "captured", amountMinor: PRICE_MINOR });
    expect(await provider.capture(ref, order)).to.deep.equal(first);
    expect((await moved(order.paymentId)).captures).to.equal(1);
  });

  it("declines, and again; another token may still pay", async () => {
    const { provider, tokens, moved } = get();
    const order = newOrder();
    for (let n = 0; n < 2; n += 1) {
      const result = await provider.charge(order, tokens.declined);
      expect(result.type).to.equal("declined");
      expect(result.type === "declined" && result.reason).to.match(/declined/);
    }
    expect((await moved(order.paymentId)).captures).to.equal(0);
    expect((await provider.charge(order, tokens.success)).type).to.equal("captured");
  });

  it("declines a token that it does not know, without repeating it", async () => {
    const { provider, tokens } = get();
    const result = await provider.charge(newOrder(), tokens.unknown);
    expect(result.type).to.equal("declined");
    expect(JSON.stringify(result)).not.to.contain(tokens.unknown);
  });

  it("refuses a card number in the place of a token, and keeps nothing of it", async () => {
    const { provider, moved } = get();
    const order = newOrder();
    for (const pay of [
      provider.charge(order, "4242 4242 4242 4242"),
      provider.authorise(order, "4242424242424242"),
    ]) {
      const result = await pay;
      expect(result).to.include({ type: "declined", providerRef: null });
      expect(JSON.stringify(result)).not.to.match(/4242/);
    }
    expect((await moved(order.paymentId)).captures).to.equal(0);
  });

  it("says that the answer was lost, then what happened, without a second capture", async () => {
    const { provider, tokens, moved } = get();
    const order = newOrder();
    const fault = await faultOf(provider.charge(order, tokens.timeout));
    expect(fault).to.include({ isRetryable: true });
    expect(fault.retryAfterMs).to.be.greaterThan(0);
    expect((await moved(order.paymentId)).captures).to.equal(1);
    const told = await provider.charge(order, tokens.timeout);
    expect(told).to.include({ type: "captured", amountMinor: PRICE_MINOR });
    expect((await moved(order.paymentId)).captures).to.equal(1);
  });
}

function describeUndecided(get: () => ProviderWorld): void {
  it("challenges the buyer, who passes, and captures then", async () => {
    const { provider, tokens, moved, complete } = get();
    const order = newOrder();
    const challenge = await provider.charge(order, tokens.challenge);
    expect(challenge.type).to.equal("challenge");
    expect(challenge.type === "challenge" && challenge.url).to.match(/^https?:\/\//);
    const ref = challenge.providerRef as string;
    expect(await provider.capture(ref, order)).to.deep.equal(challenge);
    const callback = read(get(), await complete(ref, "success"));
    expect(callback).to.include({
      paymentId: order.paymentId,
      bookingId: order.bookingId,
      eventId: order.eventId,
    });
    expect(callback.result).to.deep.equal({ type: "pending", providerRef: ref });
    expect(await provider.capture(ref, order)).to.include({ type: "captured", amountMinor: PRICE_MINOR });
    expect((await moved(order.paymentId)).captures).to.equal(1);
  });

  it("challenges the buyer, who fails", async () => {
    const { provider, tokens, moved, complete } = get();
    const order = newOrder();
    const { providerRef } = await provider.charge(order, tokens.challenge);
    const callback = read(get(), await complete(providerRef as string, "decline"));
    expect(callback.result?.type).to.equal("declined");
    expect((await provider.capture(providerRef as string, order)).type).to.equal("declined");
    expect((await moved(order.paymentId)).captures).to.equal(0);
  });

  it("captures late, tells by a call-back, and can't cancel in between", async () => {
    const { provider, tokens, moved, settle } = get();
    const order = newOrder();
    const pending = await provider.charge(order, tokens.late);
    expect(pending.type).to.equal("pending");
    const ref = pending.providerRef as string;
    expect((await provider.cancel(ref, order)).type).to.equal("pending");
    const callback = read(get(), await settle(ref));
    expect(callback.result).to.deep.equal({ type: "captured", providerRef: ref, amountMinor: PRICE_MINOR });
    for (const ask of [provider.status(ref), provider.capture(ref, order), provider.cancel(ref, order)])
      expect(await ask).to.deep.equal(callback.result);
    expect((await moved(order.paymentId)).captures).to.equal(1);
  });

  it("opens one session for a payment, which the buyer pays", async () => {
    const { provider, moved, complete } = get();
    const order = newOrder();
    const session = await provider.createSession(order);
    expect(session.checkoutUrl).to.match(/^https?:\/\//);
    expect(await provider.createSession(order)).to.deep.equal(session);
    expect((await provider.status(session.providerRef)).type).to.equal("pending");
    expect((await provider.capture(session.providerRef, order)).type).to.equal("pending");
    const callback = read(get(), await complete(session.providerRef, "success"));
    expect(callback).to.include({
      paymentId: order.paymentId,
      bookingId: order.bookingId,
      eventId: order.eventId,
    });
    expect(callback.result).to.include({ type: "captured", amountMinor: PRICE_MINOR });
    expect(await provider.status(session.providerRef)).to.deep.equal(callback.result);
    expect(await provider.cancel(session.providerRef, order)).to.deep.equal(callback.result);
    expect((await moved(order.paymentId)).captures).to.equal(1);
  });

  it("does not know what it was never asked for", async () => {
    expect(await faultOf(get().provider.status("pi_none"))).to.include({ isRetryable: false });
  });
}

function describeCancelling(get: () => ProviderWorld): void {
  it("cancels what is authorised, and captures it no more", async () => {
    const { provider, tokens, moved } = get();
    const order = newOrder();
    const ref = (await provider.authorise(order, tokens.success)).providerRef as string;
    for (let n = 0; n < 2; n += 1) expect((await provider.cancel(ref, order)).type).to.equal("cancelled");
    for (const ask of [provider.capture(ref, order), provider.charge(order, tokens.success)])
      expect((await ask).type).to.equal("cancelled");
    expect((await moved(order.paymentId)).captures).to.equal(0);
  });

  it("cancels a challenge that nobody answered", async () => {
    const { provider, tokens } = get();
    const order = newOrder();
    const { providerRef } = await provider.charge(order, tokens.challenge);
    expect((await provider.cancel(providerRef, order)).type).to.equal("cancelled");
    expect((await provider.status(providerRef as string)).type).to.equal("cancelled");
  });

  it("cancels an open session", async () => {
    const { provider } = get();
    const order = newOrder();
    const { providerRef } = await provider.createSession(order);
    for (let n = 0; n < 2; n += 1)
      expect((await provider.cancel(providerRef, order)).type).to.equal("cancelled");
    expect((await provider.status(providerRef)).type).to.equal("cancelled");
  });

  it("answers captured when it is too late", async () => {
    const { provider } = get();
    const order = newOrder();
    const ref = await captured(get(), order);
    expect(await provider.cancel(ref, order)).to.include({ type: "captured", amountMinor: PRICE_MINOR });
  });

  it("finds by the order alone what was captured while the answer was lost", async () => {
    const { provider, tokens } = get();
    const order = newOrder();
    await faultOf(provider.charge(order, tokens.timeout));
    expect(await provider.cancel(null, order)).to.include({ type: "captured", amountMinor: PRICE_MINOR });
  });

  it("cancels by the order alone what never began; a charge that comes later takes nothing", async () => {
    const { provider, tokens, moved } = get();
    const order = newOrder();
    expect((await provider.cancel(null, order)).type).to.equal("cancelled");
    expect((await provider.charge(order, tokens.success)).type).to.equal("cancelled");
    expect((await moved(order.paymentId)).captures).to.equal(0);
  });
}

function describeRefunds(get: () => ProviderWorld): void {
  const refundOf = (order: PaymentOrder, providerRef: string, amountMinor: number) => {
    const { paymentId, currency } = order;
    return { refundId: randomUUID(), paymentId, providerRef, amountMinor, currency };
  };

  it("refunds in full, once for each refund id", async () => {
    const { provider, moved } = get();
    const order = newOrder();
    const refund = refundOf(order, await captured(get(), order), PRICE_MINOR);
    const first = await provider.refund(refund);
    expect(first.type).to.equal("refunded");
    expect(await provider.refund(refund)).to.deep.equal(first);
    expect(await moved(order.paymentId)).to.deep.equal({ captures: 1, refundedMinor: PRICE_MINOR });
  });

  it("refunds in parts up to what was paid, and nothing beyond", async () => {
    const { provider, moved } = get();
    const order = newOrder();
    const ref = await captured(get(), order);
    for (const amount of [4_000, 4_000]) {
      const done = await provider.refund(refundOf(order, ref, amount));
      expect(done.type).to.equal("refunded");
    }
    const tooMuch = await provider.refund(refundOf(order, ref, 4_501));
    expect(tooMuch.type).to.equal("failed");
    expect(tooMuch.type === "failed" && tooMuch.reason).to.match(/\w+ \w+/);
    expect((await provider.refund(refundOf(order, ref, 4_500))).type).to.equal("refunded");
    expect((await provider.refund(refundOf(order, ref, 1))).type).to.equal("failed");
    expect((await moved(order.paymentId)).refundedMinor).to.equal(PRICE_MINOR);
  });

  it("refunds what was paid on a session's page, by the session's reference too", async () => {
    const { provider, complete, moved } = get();
    const order = newOrder();
    const { providerRef } = await provider.createSession(order);
    await complete(providerRef, "success");
    expect((await provider.refund(refundOf(order, providerRef, 500))).type).to.equal("refunded");
    expect((await moved(order.paymentId)).refundedMinor).to.equal(500);
  });

  it("refunds nothing of what was not captured", async () => {
    const { provider, tokens } = get();
    const order = newOrder();
    const ref = (await provider.authorise(order, tokens.success)).providerRef as string;
    expect((await provider.refund(refundOf(order, ref, 500))).type).to.equal("failed");
  });
}

function describeCallbacks(get: () => ProviderWorld): void {
  const now = Date.now();
  let callback: SignedCallback;
  before(async () => {
    const { provider, complete } = get();
    callback = await complete((await provider.createSession(newOrder())).providerRef, "success");
  });
  const header = () => Object.keys(callback.headers).find((name) => /signature/i.test(name)) as string;
  const withSignature = (value: string) => ({ ...callback, headers: { [header()]: value } });

  it("reads a call-back that comes twice as the same one", () => {
    const first = read(get(), callback);
    expect(first.callbackId).to.match(/\w/);
    expect(read(get(), callback)).to.deep.equal(first);
    const resent = get().sign(callback.body, now + 60_000);
    expect(read(get(), resent, now + 60_000)).to.deep.equal(first);
  });

  it("accepts the signature for five minutes", () => {
    const signed = get().sign(callback.body, now);
    expect(read(get(), signed, now + 299_000)).to.have.property("callbackId");
    expect(() => read(get(), signed, now + 302_000)).to.throw(CallbackForged);
  });

  it("refuses a body that was changed", () => {
    const body = callback.body.replaceAll(String(PRICE_MINOR), "1");
    expect(body).not.to.equal(callback.body);
    expect(() => read(get(), { ...callback, body })).to.throw(CallbackForged);
  });

  it("refuses a time that was changed", () => {
    const later = (_: string, t: string) => `t=${Number(t) + 1}`;
    const changed = (callback.headers[header()] as string).replace(/t=(\d+)/, later);
    expect(() => read(get(), withSignature(changed))).to.throw(CallbackForged);
  });

  it("refuses a missing signature, an empty one, and two", () => {
    expect(() => read(get(), { ...callback, headers: {} })).to.throw(CallbackForged);
    expect(() => read(get(), withSignature(""))).to.throw(CallbackForged);
    const both = { [header().toLowerCase()]: [callback.headers[header()] as string, "t=1,v1=00"] };
    expect(() => get().provider.parseCallback(Buffer.from(callback.body), both, now)).to.throw(
      CallbackForged,
    );
  });

  for (const forged of ["x", "t=1", "v1=00", `t=1,v1=${"0".repeat(64)}`, `t=,v1=${"0".repeat(64)}`]) {
    it(`refuses the signature ${forged.slice(0, 12)}`, () => {
      expect(() => read(get(), withSignature(forged))).to.throw(CallbackForged);
    });
  }

  for (const body of ["no JSON", "null", "[]", "{}", '{"id":1,"type":"x","data":{}}']) {
    it(`calls the signed body ${body} unreadable`, () => {
      expect(() => read(get(), get().sign(body, now), now)).to.throw(CallbackUnreadable);
    });
  }

  it("refuses an empty body", () => {
    expect(() => read(get(), get().sign("", now), now)).to.throw();
  });
}
