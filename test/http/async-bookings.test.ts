import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import type { Reply } from "../support/client.ts";
import { DECISION_WAIT_MS, sharedSystem } from "./shared-system.ts";

const ASYNC = { headers: { prefer: "respond-async" } };
const END_MS_MAX = 8_000;

describe("a booking that waits in line", () => {
  const system = sharedSystem();

  /** Polls a booking until it is decided. */
  async function endOf(token: string, id: string): Promise<Reply> {
    const deadline = Date.now() + END_MS_MAX;
    for (;;) {
      const reply = await system().client.get(`/bookings/${id}`, { token });
      if (reply.body.data.status !== "queued" || Date.now() > deadline) return reply;
      await sleep(20);
    }
  }

  it("is answered with 202, its address, its place and when to come back", async () => {
    const { client } = system();
    const buyer = await system().person();
    const event = await system().event({ total_capacity: 3 });
    const { queued, second, seen } = await system().withoutWorker(async () => {
      const queued = await client.book(buyer.token, event.id, 2, ASYNC);
      const second = await client.book(buyer.token, event.id, 2, ASYNC);
      const location = queued.headers.get("location")?.replace("/api/v1", "") ?? "";
      return { queued, second, seen: await client.get(location, { token: buyer.token }) };
    });
    expect(queued.status).to.equal(202);
    const { data } = queued.body;
    expect(queued.headers.get("location")).to.equal(`/api/v1/bookings/${data.booking_id}`);
    expect(queued.headers.get("preference-applied")).to.equal("respond-async");
    expect(Number(queued.headers.get("retry-after"))).to.be.at.least(1);
    expect(data).to.include({ status: "queued", position: 1, estimated_wait_ms: null, event_id: event.id });
    expect(second.body.data.position).to.equal(2);
    expect(seen.status).to.equal(200);
    expect(Number(seen.headers.get("retry-after"))).to.be.at.least(1);
    expect(seen.body.data).to.include({
      id: data.id,
      status: "queued",
      position: 1,
      quantity: 2,
      user_id: buyer.userId,
      booking_reference: null,
    });
    const first = (await endOf(buyer.token, data.id)).body.data;
    expect(first).to.include({ status: "confirmed", total_amount: 40 });
    expect(first).not.to.have.any.keys("position", "estimated_wait_ms");
    const refused = (await endOf(buyer.token, second.body.data.id)).body.data;
    expect(refused).to.include({ status: "rejected", rejection_reason: "Only 1 seats available" });
    expect(await auditEvent(system().database.url, event.id)).to.include({
      sold: 2,
      available: 1,
      rejected: 1,
    });
  });

  it("waits as long as the client says, by default as long as configured, and no longer", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    const timed = async (headers: Record<string, string>) => {
      const started = performance.now();
      const reply = await client.book(token, event.id, 1, { headers });
      return { reply, ms: performance.now() - started };
    };
    const [one, usual, none] = await system().withoutWorker(() =>
      Promise.all([timed({ prefer: "wait=1" }), timed({}), timed({ prefer: "respond-async, wait=0" })]),
    );
    expect(one?.reply.status).to.equal(202);
    expect(one?.reply.headers.get("preference-applied")).to.equal("wait=1");
    expect(one?.ms).to.be.within(990, DECISION_WAIT_MS - 100);
    expect(usual?.reply.status).to.equal(202);
    expect(usual?.reply.headers.get("preference-applied")).to.equal(null);
    expect(usual?.ms).to.be.within(DECISION_WAIT_MS - 10, DECISION_WAIT_MS + 3_000);
    expect(none?.ms).to.be.below(DECISION_WAIT_MS - 500);
    const decided = await timed({ prefer: "respond-async, wait=10" });
    expect(decided.reply.status).to.equal(201);
    expect(decided.reply.headers.get("preference-applied")).to.equal("respond-async, wait=10");
    const ignored = await timed({ prefer: "handling=lenient, wait=soon" });
    expect(ignored.reply.status).to.equal(201);
    expect(ignored.reply.headers.get("preference-applied")).to.equal(null);
  });

  it("answers a waiting request as soon as a worker is back", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    let waiting: Promise<Reply> = Promise.reject(new Error("not sent"));
    waiting.catch(() => undefined);
    await system().withoutWorker(async () => {
      waiting = client.book(token, event.id, 1, { headers: { prefer: "wait=20" } });
      await sleep(300);
    });
    expect((await waiting).status).to.equal(201);
  });

  it("never confirms once it was cancelled in line, whoever asks", async () => {
    const { client, admin } = system();
    const buyer = await system().person();
    const event = await system().event({ total_capacity: 2 });
    const ids = await system().withoutWorker(async () => {
      const book = async () => (await client.book(buyer.token, event.id, 1, ASYNC)).body.data.id as string;
      const own = await book();
      const byAdmin = await book();
      const kept = await book();
      const cancels = await Promise.all([
        client.request("DELETE", `/bookings/${own}`, { token: buyer.token }),
        client.request("PUT", `/bookings/${byAdmin}/cancel`, { token: admin.token }),
      ]);
      for (const { status, body } of cancels) {
        expect(status).to.equal(202);
        expect(body.data.status).to.equal("queued");
      }
      return { own, byAdmin, kept };
    });
    expect((await endOf(buyer.token, ids.kept)).body.data.status).to.equal("confirmed");
    for (const id of [ids.own, ids.byAdmin]) {
      const { data } = (await endOf(buyer.token, id)).body;
      expect(data).to.include({ status: "cancelled", total_amount: null, refund_amount: 0 });
      const again = await client.request("DELETE", `/bookings/${id}`, { token: buyer.token });
      expect(again.status).to.equal(200);
      expect(again.body).to.include({ refunded_amount: 0, seats_returned: 0 });
    }
    expect(await auditEvent(system().database.url, event.id)).to.include({ sold: 1, confirmed: 1 });
  });
});
