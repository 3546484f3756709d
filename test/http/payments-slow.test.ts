import { once } from "node:events";
import type { AddressInfo } from "node:net";
import Router from "@koa/router";
import { expect } from "chai";
import { bookingIdOf, eventNumberOf } from "../../src/domain/ids.ts";
import { createApp } from "../../src/http/app.ts";
import { type Accepted, Desk } from "../../src/http/desk.ts";
import { createHttpServer } from "../../src/http/listen.ts";
import { type PaymentRoutesOptions, paymentRoutes } from "../../src/http/routes/payments.ts";
import { Fault } from "../../src/ops/fault.ts";
import { IdSource } from "../../src/ops/id-source.ts";
import type { Reply } from "../support/client.ts";
import { limitsOf } from "../support/limits.ts";
import { silent } from "../support/postgres.ts";

const EVENT_NUMBER = 77;
const EVENT_ID = "01900000-0000-7000-8000-000000000001";
const USER_ID = "01900000-0000-7000-8000-000000000002";
const id = (counter: number) =>
  bookingIdOf({ nowMs: 1_900_000_000_000, counter, dice: 1, eventNumber: EVENT_NUMBER });
const BOOKING_ID = id(1);
const PAYMENT_ID = id(2);

/** A provider and a worker that take their time, and a mailbox that may be away: what the API makes of them by itself. */
describe("payments while others are slow or away", () => {
  const asked: string[] = [];
  const sent: { readonly id: string; readonly digest: string }[] = [];
  let mailbox: () => Promise<Accepted> = async () => ({
    type: "accepted",
    position: 0,
    decidedPerSecond: null,
  });
  let isRequested = false;

  const payment = {
    id: PAYMENT_ID,
    eventId: EVENT_ID,
    bookingId: BOOKING_ID,
    userId: USER_ID,
    provider: "test",
    state: "open",
    amountMinor: 1_000,
    refundMinor: 0,
    checkoutUrl: null,
    clientSecret: null,
    createdAt: 1_900_000_000_000,
  };
  const booking = {
    id: BOOKING_ID,
    eventId: EVENT_ID,
    userId: USER_ID,
    eventNumber: EVENT_NUMBER,
    status: "pending",
  };
  const desk = new Desk({
    send: () => mailbox(),
    feed: {
      decisionOf: async (eventId, commandId) => {
        asked.push(commandId);
        if (!isRequested || asked.length > 1) return null;
        const requested = {
          type: "PaymentRequested",
          paymentId: PAYMENT_ID,
          resultId: id(3),
          expiresAt: Date.now(),
        };
        return { eventId, seq: 1, decidedAt: 0, command: {}, decision: [requested] } as never;
      },
      release: () => {},
    },
    findDecision: async () => null,
  });
  const options = {
    desk,
    ids: new IdSource(),
    decisionWaitMs: 50,
    readBody: (ctx: { request: object }, next: () => unknown) => {
      Object.assign(ctx.request, { body: {} });
      return next();
    },
    reads: {
      booking: async () => booking,
      payment: async () => payment,
      eventCard: async () => ({ currency: "USD", requiresPayment: true }),
    },
    payments: {
      defaultProvider: "test",
      providers: new Map([
        [
          "test",
          {
            parseCallback: () => ({
              callbackId: "evt_1",
              paymentId: PAYMENT_ID,
              providerRef: "ref",
              result: { type: "captured", providerRef: "ref", amountMinor: 1_000 },
            }),
          },
        ],
      ]),
      open: async () => {},
      discard: async () => {},
      heard: async () => {},
      findByRef: async () => null,
      send: async ({ command, key }: { command: { id: string }; key: { digest: Buffer } }) => {
        sent.push({ id: command.id, digest: key.digest.toString("hex") });
        return mailbox();
      },
    },
  } as unknown as PaymentRoutesOptions;
  const app = createApp({
    authenticator: {
      authenticate: async () => ({ userId: USER_ID, role: "user" }) as never,
      forget() {},
      forgetAll() {},
    },
    surface: [paymentRoutes(options)],
    limiter: limitsOf().limiter,
    system: new Router(),
    corsOrigins: [],
    log: silent,
    observe: () => {},
  });
  const server = createHttpServer(app);
  before(() => once(server.listen(0, "127.0.0.1"), "listening"));
  after(() => once(server.close(), "close"));
  beforeEach(() => {
    asked.length = 0;
    sent.length = 0;
    isRequested = false;
    mailbox = async () => ({ type: "accepted", position: 0, decidedPerSecond: null });
  });

  async function post(path: string, authorized: boolean) {
    const { port } = server.address() as AddressInfo;
    const headers = { connection: "close", ...(authorized ? { authorization: "Bearer t" } : {}) };
    const url = `http://127.0.0.1:${port}/api/v1${path}`;
    const reply = await fetch(url, { method: "POST", headers, body: authorized ? null : "{}" });
    return { status: reply.status, headers: reply.headers, body: (await reply.json()) as Reply["body"] };
  }

  it("answer 202 while the provider has not answered", async () => {
    isRequested = true;
    const reply = await post(`/payments/initiate/${BOOKING_ID}`, true);
    expect(reply.status, JSON.stringify(reply.body)).to.equal(202);
    expect(reply.body.data).to.include({
      payment_id: PAYMENT_ID,
      status: "open",
      checkout_url: null,
      amount: 10,
    });
    expect(reply.headers.get("retry-after")).to.equal("1");
    expect(asked.at(-1), "the report of the result is waited for").to.equal(id(3));
  });

  it("answer 202 while nothing is decided", async () => {
    const reply = await post(`/payments/initiate/${BOOKING_ID}`, true);
    expect(reply.status).to.equal(202);
    expect(reply.body.data).to.include({ booking_id: BOOKING_ID, status: "pending" });
  });

  it("acknowledge a call-back only once it is kept: until then 503, so that it comes again", async () => {
    mailbox = () => Promise.reject(new Fault("StoreUnavailable", "away", { retryAfterMs: 2_000 }));
    const away = await post("/payments/webhook/test", false);
    expect([away.status, away.body.code, away.headers.get("retry-after")]).to.deep.equal([
      503,
      "OVERLOADED",
      "2",
    ]);
    mailbox = async () => ({ type: "full", waiting: 1, decidedPerSecond: null });
    expect((await post("/payments/webhook/test", false)).status).to.equal(503);
    mailbox = async () => ({ type: "accepted", position: 0, decidedPerSecond: null });
    const kept = await post("/payments/webhook/test", false);
    expect([kept.status, kept.body.data.receipt]).to.deep.equal([200, "accepted"]);
    expect(new Set(sent.map((letter) => JSON.stringify(letter))).size, "one command, one key").to.equal(1);
    expect(eventNumberOf(sent[0]?.id ?? "")).to.equal(EVENT_NUMBER);
  });
});
