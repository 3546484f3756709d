import { expect } from "chai";
import type { Book } from "../fault-runs/history/op.ts";
import { endingOf, endingWithoutReply } from "../fault-runs/workload/answers.ts";
import { byWeight, diceFor } from "../fault-runs/workload/dice.ts";
import { plansOf } from "../fault-runs/workload/hall.ts";
import { type Intent, Intents } from "../fault-runs/workload/intents.ts";
import { mixOf } from "../fault-runs/workload/mix.ts";
import { isEnd } from "../fault-runs/workload/requester.ts";
import { requestOf } from "../fault-runs/workload/requests.ts";

const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);
const BOOK: Book = {
  type: "book",
  event: "e",
  user: "u",
  key: "k",
  quantity: 2,
  tier: null,
  seats: null,
  bestAvailable: false,
  waitlistIfFull: false,
  isAsync: true,
};
const CREDENTIALS = {
  tokenOf: (user: string | null) => `token of ${user}`,
  providerSecret: () => "s".repeat(32),
};

function intentsOf(seed: number, client: number, count = 200) {
  const intents = new Intents({ seed, client, mix: mixOf(seed), thinkMsMax: 10 });
  return Array.from({ length: count }, () => intents.next());
}

const isSentTwice = ({ isKeyed, isRepeated }: Intent) => isKeyed && isRepeated;

describe("the workload of a fault run", () => {
  it("chooses the same for the same seed: mix, events and what each client sets out to do", () => {
    for (const seed of SEEDS) {
      expect(mixOf(seed)).to.deep.equal(mixOf(seed));
      expect(plansOf(seed)).to.deep.equal(plansOf(seed));
      expect(intentsOf(seed, 3)).to.deep.equal(intentsOf(seed, 3));
    }
  });

  it("chooses something else for every other seed and client, and does a little of everything", () => {
    const all = SEEDS.flatMap((seed) => [0, 1, 2].map((client) => intentsOf(seed, client)));
    expect(new Set(all.map((intents) => JSON.stringify(intents))).size).to.equal(all.length);
    expect(new Set(all.flat().map(({ kind }) => kind)).size).to.equal(11);
    expect(new Set(all.flat().map(({ event }) => event)).size).to.equal(5);
    expect(new Set(SEEDS.map((seed) => JSON.stringify(mixOf(seed)))).size).to.equal(SEEDS.length);
  });

  it("sells the scarce event out soon, and sends some requests twice in nearly every run", () => {
    for (const seed of SEEDS) {
      expect(plansOf(seed).scarce.fields.total_capacity).to.be.within(4, 10);
      const repeated = [0, 1, 2].flatMap((client) => intentsOf(seed, client, 50)).filter(isSentTwice);
      expect(repeated.length).to.be.within(1, 20);
    }
  });

  it("never does what a run switches off", () => {
    const mix = mixOf(7, { kinds: { capacity: 0, cancel: 0 }, events: { paid: 0 } });
    const intents = new Intents({ seed: 7, client: 0, mix, thinkMsMax: 0 });
    for (let at = 0; at < 2_000; at += 1) {
      const { kind, event } = intents.next();
      expect(kind).not.to.be.oneOf(["capacity", "cancel"]);
      expect(event).not.to.equal("paid");
    }
  });

  it("chooses by weight", () => {
    const dice = diceFor(1, "weights");
    const counts = { often: 0, seldom: 0, never: 0 };
    for (let at = 0; at < 10_000; at += 1) counts[byWeight(dice, { often: 90, seldom: 10, never: 0 })] += 1;
    expect(counts.never).to.equal(0);
    expect(counts.seldom).to.be.within(800, 1_200);
  });

  it("asks with the key and preference of an operation, so that a second attempt is the same request", () => {
    const { method, path, headers, body } = requestOf(BOOK, CREDENTIALS);
    expect([method, path]).to.deep.equal(["POST", "/api/v1/bookings"]);
    expect(headers).to.include({
      authorization: "Bearer token of u",
      "idempotency-key": "k",
      prefer: "respond-async",
    });
    expect(JSON.parse(body ?? "")).to.deep.equal({ event_id: "e", quantity: 2 });
    expect(requestOf(BOOK, CREDENTIALS)).to.deep.equal(requestOf(BOOK, CREDENTIALS));
    expect(requestOf({ ...BOOK, key: null }, CREDENTIALS).headers).not.to.have.property("idempotency-key");
  });

  it("takes for failed only what surely had no effect", () => {
    const reply = (status: number, error = "") =>
      endingOf(BOOK, { status, headers: {}, body: { error } }).type;
    expect([200, 201, 202].map((status) => reply(status))).to.deep.equal(["ok", "ok", "ok"]);
    expect([400, 404, 409, 410, 422, 429].map((status) => reply(status))).to.deep.equal(
      Array(6).fill("fail"),
    );
    expect([500, 502, 503, 504].map((status) => reply(status))).to.deep.equal(Array(4).fill("info"));
    expect(reply(503, "Too many bookings of this event are waiting; try again shortly")).to.equal("fail");
    const lost = (error: Error) => endingWithoutReply(error).type;
    expect(lost(Object.assign(new Error(), { code: "ECONNREFUSED" }))).to.equal("fail");
    for (const code of ["ECONNRESET", "UND_ERR_SOCKET", "EPIPE"]) {
      expect(lost(Object.assign(new Error(), { code }))).to.equal("info");
    }
    expect(endingWithoutReply(new DOMException("", "TimeoutError")).code).to.equal("TIMEOUT");
  });

  it("goes on with a key until there is an end", () => {
    const body = { booking: "b", state: "queued" };
    expect(isEnd(BOOK, { type: "ok", status: 202, code: null, body })).to.equal(true);
    expect(isEnd(BOOK, { type: "ok", status: 202, code: null, body: {} })).to.equal(false);
    expect(isEnd(BOOK, { type: "fail", status: 409, code: "EVENT_SOLD_OUT", body: {} })).to.equal(true);
    expect(isEnd(BOOK, { type: "fail", status: null, code: "ECONNREFUSED", body: {} })).to.equal(false);
    expect(isEnd(BOOK, { type: "info", status: 503, code: "OVERLOADED", body: {} })).to.equal(false);
    const leave = { type: "leaveWaitlist", event: "e", user: "u", key: "k" } as const;
    expect(isEnd(leave, { type: "ok", status: 202, code: null, body: {} })).to.equal(false);
  });

  it("keeps what an answer says of a booking, and a mark by which equal replies are known", () => {
    const data = {
      booking_id: "b",
      status: "confirmed",
      quantity: 2,
      seats: [{ id: "2" }, { id: "1" }],
      total_amount: 25,
      expires_at: null,
    };
    const headers = { "idempotency-replayed": "true" };
    const { body } = endingOf(BOOK, { status: 201, headers, body: { data } });
    expect(body).to.deep.include({ booking: "b", state: "confirmed", quantity: 2, seats: ["1", "2"] });
    expect(body).to.deep.include({ totalAmount: 25, isReplayed: true });
    expect(body).not.to.have.property("expiresAt");
    const other = endingOf(BOOK, { status: 201, headers, body: { data: { ...data, quantity: 3 } } });
    expect(body.digest).to.be.a("string").and.not.equal(other.body.digest);
    expect(endingOf(BOOK, { status: 201, headers, body: { data } }).body.digest).to.equal(body.digest);
  });
});
