import { expect } from "chai";
import { createMemoryStore, type TestProviderStore } from "../../src/payments/test-books.ts";
import {
  type SignedCallback,
  signTestCallback,
  TEST_SIGNATURE_HEADER,
} from "../../src/payments/test-callback.ts";
import { TEST_TOKENS, type TestPayment } from "../../src/payments/test-payment.ts";
import { TestProvider } from "../../src/payments/test-provider.ts";
import { describeProvider, newOrder, type ProviderWorld } from "./contract.ts";

const SECRET = "a secret of the test provider";
const log = { warn: () => undefined };

function build(parts: Partial<ConstructorParameters<typeof TestProvider>[0]> = {}): TestProvider {
  return new TestProvider({
    secret: SECRET,
    store: createMemoryStore(),
    pagesUrl: "http://localhost:3000/pay",
    now: Date.now,
    lateMs: 60_000,
    deliver: async () => undefined,
    log,
    ...parts,
  });
}

/** Books that count how often a payment became captured. */
function countingStore(captures: Map<string, number>): TestProviderStore {
  const store = createMemoryStore();
  return {
    get: (key) => store.get(key),
    async compareAndSet(key, version, body) {
      const before = (await store.get(key))?.body as TestPayment | undefined;
      const written = await store.compareAndSet(key, version, body);
      const isNew = before?.state !== "captured" && (body as TestPayment).state === "captured";
      if (written && isNew) captures.set(key, (captures.get(key) ?? 0) + 1);
      return written;
    },
  };
}

async function open(): Promise<ProviderWorld> {
  const captures = new Map<string, number>();
  const store = countingStore(captures);
  const provider = build({ store });
  return {
    provider,
    tokens: {
      success: "tok_success",
      declined: "tok_declined",
      challenge: "tok_challenge",
      timeout: "tok_timeout",
      late: "tok_late",
      unknown: "tok_of_somebody_else",
    },
    complete: (ref, outcome) => provider.completeSession(ref, outcome),
    settle: (ref) => provider.completeSession(ref, "success"),
    sign: (body, nowMs) => ({
      body,
      headers: { [TEST_SIGNATURE_HEADER]: signTestCallback(SECRET, body, nowMs) },
    }),
    async moved(paymentId) {
      const key = `test_${paymentId}`;
      const refunds = ((await store.get(key))?.body as TestPayment | undefined)?.refunds ?? [];
      return {
        captures: captures.get(key) ?? 0,
        refundedMinor: refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      };
    },
    close: async () => undefined,
  };
}

describeProvider("the test provider", open);

describe("the test provider's own ways", () => {
  it("names the tokens it accepts to whoever sends another", async () => {
    const result = await build().charge(newOrder(), "pm_card_visa");
    for (const token of Object.keys(TEST_TOKENS))
      expect(result).to.have.property("reason").that.contains(token);
  });

  it("declines for lack of funds", async () => {
    const result = await build().charge(newOrder(), "tok_insufficient_funds");
    expect(result).to.have.property("reason").that.contains("funds");
  });

  it("sends the call-back of tok_duplicate twice", async () => {
    const sent: SignedCallback[] = [];
    const provider = build({ deliver: async (callback) => void sent.push(callback) });
    const order = newOrder();
    expect((await provider.charge(order, "tok_duplicate")).type).to.equal("captured");
    await provider.charge(order, "tok_duplicate");
    expect(sent).to.have.length(2);
    const [first, second] = sent.map(({ body, headers }) =>
      provider.parseCallback(Buffer.from(body), headers, Date.now()),
    );
    expect(first).to.deep.equal(second);
    expect(first?.result?.type).to.equal("captured");
  });

  it("sends the call-back of tok_late when its time has come", async () => {
    const sent = Promise.withResolvers<SignedCallback>();
    const provider = build({ lateMs: 5, deliver: async (callback) => sent.resolve(callback) });
    const order = newOrder();
    expect((await provider.charge(order, "tok_late")).type).to.equal("pending");
    // The provider's own timer keeps no process alive: this one does.
    const alive = setInterval(() => undefined, 1_000);
    const { body, headers } = await sent.promise.finally(() => clearInterval(alive));
    const { result } = provider.parseCallback(Buffer.from(body), headers, Date.now());
    expect(result).to.include({ type: "captured", amountMinor: order.amountMinor });
  });

  it("settles tok_late by the clock even where the call-back was lost with its process", async () => {
    const store = createMemoryStore();
    let nowMs = Date.now();
    const order = newOrder();
    const { providerRef } = await build({ store, now: () => nowMs }).charge(order, "tok_late");
    nowMs += 60_001;
    const restarted = build({ store, now: () => nowMs });
    expect((await restarted.status(providerRef as string)).type).to.equal("captured");
    expect((await restarted.charge(order, "tok_late")).type).to.equal("captured");
    expect((await restarted.cancel(providerRef, order)).type).to.equal("captured");
  });

  it("says that a call-back was not delivered, and answers all the same", async () => {
    const warned = Promise.withResolvers<object>();
    const deliver = () => Promise.reject(new Error("nobody there"));
    const provider = build({ deliver, log: { warn: warned.resolve } });
    expect((await provider.charge(newOrder(), "tok_duplicate")).type).to.equal("captured");
    expect(await warned.promise).to.deep.equal({ error: "Error: nobody there" });
  });

  it("takes the buyer's decline on a session's page as the end of it", async () => {
    const provider = build();
    const { providerRef } = await provider.createSession(newOrder());
    await provider.completeSession(providerRef, "decline");
    expect((await provider.status(providerRef)).type).to.equal("declined");
    await provider.completeSession(providerRef, "success");
    expect((await provider.status(providerRef)).type).to.equal("declined");
  });

  it("refuses signatures of the future and of another secret", () => {
    const provider = build();
    const signed = (secret: string, at: number) => ({
      [TEST_SIGNATURE_HEADER]: signTestCallback(secret, "{}", at),
    });
    const read = (headers: Record<string, string>) => () =>
      provider.parseCallback(Buffer.from("{}"), headers, Date.now());
    expect(read(signed(SECRET, Date.now() + 400_000))).to.throw("too old");
    expect(read(signed("another secret", Date.now()))).to.throw("wrong");
  });
});
