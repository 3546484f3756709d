import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import type { Reply } from "../support/client.ts";
import { until } from "../support/until.ts";
import { trustedGateway } from "./gateway.ts";

const SEATS = 50;
const BUYERS = 200;

describe("a sale on surface B", () => {
  const { system, send, people, event } = trustedGateway();

  it("sells each seat once, and lines everybody else up", async () => {
    const number = await event(SEATS);
    const buyers = await people(BUYERS);
    const replies = await Promise.all(
      buyers.map((buyer) =>
        send("POST /bookings", { user: buyer.number, body: { user_id: buyer.number, event_id: number } }),
      ),
    );
    const of = (status: number): Reply[] => replies.filter((reply) => reply.status === status);
    const sold = of(201).map(({ body }) => body);
    expect(sold).to.have.length(SEATS);
    expect(sold.every(({ status }) => status === "active")).to.equal(true);
    expect(new Set(sold.map(({ seat_id }) => seat_id)).size).to.equal(SEATS);
    expect(new Set(sold.map(({ id }) => id)).size).to.equal(SEATS);
    const positions = of(202).map(({ body }) => body.position as number);
    expect(positions.sort((a, b) => a - b)).to.deep.equal(
      Array.from({ length: BUYERS - SEATS }, (_, at) => at + 1),
    );
    expect((await send(`GET /events/${number}`)).body).to.include({ total_seats: SEATS, available_seats: 0 });
    const { rows } = await system().pool.query("select event_id from event where number = $1", [number]);
    await auditEvent(system().database.url, rows[0].event_id);
    await cancelsAndOffers(number, replies, buyers);
  });

  /** One seat goes back: the first of the line has it. */
  async function cancelsAndOffers(
    number: number,
    replies: readonly Reply[],
    buyers: readonly { readonly number: number }[],
  ): Promise<void> {
    const seller = replies.findIndex(({ status }) => status === 201);
    const head = replies.findIndex(({ body }) => body.position === 1);
    const [given, taken] = [replies[seller]?.body, buyers[head]?.number];
    const cancelled = await send(`DELETE /bookings/${given.id}`, { user: buyers[seller]?.number });
    expect(cancelled.status).to.equal(200);
    const [entry] = (await send("GET /waitlists/me", { user: taken })).body;
    expect(entry).to.include({ event_id: number, status: "offered" });
    const offer = await send(`GET /bookings/${entry.booking_id}`, { user: taken });
    expect(offer.body).to.include({ status: "pending", seat_id: given.seat_id });
  }

  it("answers 202 to who does not wait, and shows what became of the booking", async () => {
    const number = await event(1);
    const [buyer] = await people(1);
    const body = { event_id: number };
    const headers = { prefer: "respond-async" };
    const queued = await send("POST /bookings", { user: buyer?.number, body, headers });
    expect(queued.status).to.equal(202);
    expect(queued.body).to.include({ event_id: number, status: "queued" });
    expect(queued.headers.get("location")).to.equal(`/bookings/${queued.body.id}`);
    const waited = await send("POST /bookings", { user: buyer?.number, body, headers: { prefer: "wait=5" } });
    expect(waited.body.status).to.equal("waitlisted");
    const shown = await send(`GET /bookings/${queued.body.id}`, { user: buyer?.number });
    expect(shown.body).to.include({ id: queued.body.id, status: "active" });
  });

  it("answers 202 with the offer's booking to who takes an offer and does not wait", async () => {
    const number = await event(1);
    const [holder, waiting] = (await people(2)).map((person) => person.number);
    const body = { event_id: number };
    const held = await send("POST /bookings", { user: holder, body });
    expect((await send("POST /bookings", { user: waiting, body })).body.status).to.equal("waitlisted");
    await send(`DELETE /bookings/${held.body.id}`, { user: holder });
    const [{ booking_id: id }] = (await send("GET /waitlists/me", { user: waiting })).body;
    const headers = { prefer: "respond-async", "idempotency-key": "take-it-later" };
    const show = () => send(`GET /bookings/${id}`, { user: waiting });
    await system().withoutWorker(async () => {
      for (const isReplayed of [false, true]) {
        const queued = await send("POST /bookings", { user: waiting, body, headers });
        expect(queued.status).to.equal(202);
        expect(queued.headers.get("idempotency-replayed")).to.equal(isReplayed ? "true" : null);
        expect(queued.body).to.include({ id, event_id: number, status: "queued" });
        expect(queued.headers.get("location")).to.equal(`/bookings/${id}`);
      }
      const undecided = await show();
      expect(undecided.status).to.equal(200);
      expect(undecided.body).to.include({ id, status: "pending" });
    });
    const taken = await until("the offer is taken", async () => {
      const { body: shown } = await show();
      return shown.status === "active" && shown;
    });
    expect(taken).to.include({ id, event_id: number, user_id: waiting });
  });

  it("gives the same seat to one of many", async () => {
    const number = await event(2);
    const buyers = await people(20);
    const [seat] = (await send(`GET /events/${number}/seats`)).body;
    const replies = await Promise.all(
      buyers.map((buyer) =>
        send("POST /bookings", { user: buyer.number, body: { event_id: number, seat_id: seat.id } }),
      ),
    );
    const statuses = replies.map(({ status }) => status).sort();
    expect(statuses).to.deep.equal([201, ...Array.from({ length: 19 }, () => 409)]);
    expect(replies.find(({ status }) => status === 409)?.body).to.deep.equal({
      detail: "One of the seats is not available",
    });
  });
});
