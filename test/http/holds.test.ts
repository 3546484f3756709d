import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal } from "./unchanged.ts";

const TRIES_MAX = 60;
const TRY_MS = 100;

describe("a booking that has to be paid", () => {
  const system = sharedSystem();

  it("is held until then: 201 pending, with its end and where to pay", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ requires_payment: true, price: 25, hold_ttl_seconds: 120 });
    const before = Date.now();
    const reply = await client.book(token, event.id, 2);
    expect(reply.status, JSON.stringify(reply.body)).to.equal(201);
    const { data } = reply.body;
    expect(data).to.include({
      status: "pending",
      total_amount: 50,
      payment_url: `/api/v1/payments/initiate/${data.id}`,
    });
    expect(Date.parse(data.expires_at)).to.be.within(before + 110_000, Date.now() + 130_000);
    const { booking, payment_url, ...flat } = data;
    expect(booking).to.deep.equal(flat);
    const seen = (await client.get(`/bookings/${data.id}`, { token })).body.data;
    expect(seen).to.deep.include({ status: "pending", expires_at: data.expires_at, payment_url });
    const pending = await client.get("/bookings?status=pending", { token });
    expect(pending.body.data.map(({ id }: { id: string }) => id)).to.deep.equal([data.id]);
    const { available_seats, sold_seats } = (await client.get(`/events/${event.id}`)).body.data;
    expect({ available_seats, sold_seats }).to.deep.equal({ available_seats: 8, sold_seats: 0 });
  });

  it("is confirmed at once where it costs nothing", async () => {
    const { token } = await system().person();
    const event = await system().event({ requires_payment: true, price: 0 });
    const { data } = (await system().client.book(token, event.id, 1)).body;
    expect(data).to.include({ status: "confirmed", expires_at: null, payment_url: null });
  });

  it("can be given back before: cancelled, with nothing to refund", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ requires_payment: true, total_capacity: 2 });
    const { data } = (await client.book(token, event.id, 2)).body;
    const reply = await client.request("DELETE", `/bookings/${data.id}`, { token });
    expect(reply.status, JSON.stringify(reply.body)).to.equal(200);
    expect(reply.body.data).to.include({
      status: "cancelled",
      refund_amount: 0,
      refund_status: null,
      seats_returned: 2,
    });
    expect((await client.book((await system().person()).token, event.id, 2)).status).to.equal(201);
  });

  it("is limited in number to keep hoarders away", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ requires_payment: true, max_holds_per_user: 1 });
    const first = await client.book(token, event.id, 1);
    const second = await client.book(token, event.id, 1);
    expectRefusal(second, { status: 409, code: "BOOKING_LIMIT_EXCEEDED" }, "second hold");
    expect(second.body).to.include({ limit: 1, owned: 1 });
    await client.request("DELETE", `/bookings/${first.body.data.id}`, { token });
    expect((await client.book(token, event.id, 1)).status).to.equal(201);
  });

  it("expires by itself, gives its tickets back once, and cannot be confirmed or cancelled any more", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ requires_payment: true, total_capacity: 3, hold_ttl_seconds: 1 });
    const { data } = (await client.book(token, event.id, 3)).body;
    let seen = await client.get(`/bookings/${data.id}`, { token });
    for (let tries = 0; seen.body.data.status === "pending" && tries < TRIES_MAX; tries += 1) {
      await sleep(TRY_MS);
      seen = await client.get(`/bookings/${data.id}`, { token });
    }
    expect(seen.body.data).to.include({ status: "expired", expires_at: null, payment_url: null });
    const { available_seats } = (await client.get(`/events/${event.id}`)).body.data;
    expect(available_seats).to.equal(3);
    const body = { payment_token: "tok_success" };
    const confirmed = await client.post(`/bookings/${data.id}/confirm`, body, { token });
    expectRefusal(confirmed, { status: 410, code: "BOOKING_EXPIRED" }, "confirm");
    const cancelled = await client.request("PUT", `/bookings/${data.id}/cancel`, { token });
    expectRefusal(cancelled, { status: 409, code: "BOOKING_STATE_CONFLICT" }, "cancel");
    const expired = await client.get("/bookings?status=expired", { token });
    expect(expired.body.data.map(({ id }: { id: string }) => id)).to.deep.equal([data.id]);
  });

  it("is also an offer of the waitlist: taken by an empty confirmation where nothing is due, declined by DELETE", async () => {
    const { client } = system();
    const event = await system().event({ total_capacity: 1, requires_payment: false });
    const [owner, first, second] = (await system().people(3)).map(({ token }) => token) as [
      string,
      string,
      string,
    ];
    const bought = (await client.book(owner, event.id, 1)).body.data;
    const entries: string[] = [];
    for (const token of [first, second]) {
      const body = { event_id: event.id, quantity: 1, waitlist_if_full: true };
      entries.push((await client.post("/bookings", body, { token })).body.data.waitlist_id);
    }
    await client.request("DELETE", `/bookings/${bought.id}`, { token: owner });
    const offerTo = async (token: string) =>
      (await client.get("/bookings?status=pending", { token })).body.data[0];
    const declined = await offerTo(first);
    expect(declined).to.include({ status: "pending", waitlist_id: entries[0], quantity: 1 });
    expect((await client.request("DELETE", `/bookings/${declined.id}`, { token: first })).status).to.equal(
      200,
    );
    const { id } = await offerTo(second);
    const offer = (await client.get(`/bookings/${id}`, { token: second })).body.data;
    expect(offer).to.include({ waitlist_id: entries[1], payment_url: null });
    const nothingDue = await client.post(`/payments/initiate/${id}`, {}, { token: second });
    expectRefusal(nothingDue, { status: 409, code: "BOOKING_STATE_CONFLICT" }, "nothing is due");
    const taken = await client.post(`/bookings/${id}/confirm`, {}, { token: second });
    expect(taken.status, JSON.stringify(taken.body)).to.equal(200);
    expect(taken.body.data).to.include({ status: "confirmed", waitlist_id: entries[1] });
  });

  it("costs less with a promo code, which is not taken twice as often as it may be", async () => {
    const { client, admin } = system();
    const { token } = await system().person();
    const event = await system().event({ requires_payment: true, price: 40 });
    const code = { code: "early", discount_percent: 25, max_uses: 1 };
    const added = await client.post(`/events/${event.id}/promo-codes`, code, { token: admin.token });
    expect(added.status, JSON.stringify(added.body)).to.equal(201);
    const ask = (promo_code: string) =>
      client.post("/bookings", { event_id: event.id, quantity: 2, promo_code }, { token });
    const reply = await ask(" Early ");
    expect(reply.body.data).to.include({
      status: "pending",
      price: 30,
      total_amount: 60,
      promo_code: "EARLY",
    });
    expectRefusal(
      await ask("early"),
      { status: 409, code: "PROMO_CODE_USED_UP", field: "promo_code" },
      "used",
    );
    expectRefusal(
      await ask("late"),
      { status: 409, code: "PROMO_CODE_INVALID", field: "promo_code" },
      "unknown",
    );
  });

  it("shows its event's organizer, and no other, who holds what", async () => {
    const { client, admin } = system();
    const [organizer, other] = [await system().organizer(), await system().organizer()];
    const { token } = await system().person();
    const event = await client.createEvent(organizer.token, { requires_payment: true });
    const { id } = (await client.book(token, event.id, 2)).body.data;
    for (const reader of [organizer, admin]) {
      const list = await client.get(`/events/${event.id}/bookings?status=pending`, { token: reader.token });
      expect(list.status).to.equal(200);
      expect(list.body.data.map((one: { id: string }) => one.id)).to.deep.equal([id]);
      expect(list.body.pagination).to.include({ total: 1 });
      expect((await client.get(`/bookings/${id}`, { token: reader.token })).status).to.equal(200);
    }
    expect((await client.get(`/events/${event.id}/bookings`, { token: other.token })).status).to.equal(403);
    expect((await client.get(`/events/${event.id}/bookings`, { token })).status).to.equal(403);
    expect((await client.get(`/bookings/${id}`, { token: other.token })).status).to.equal(404);
    const cancelled = await client.request("PUT", `/bookings/${id}/cancel`, { token: organizer.token });
    expect(cancelled.body.data).to.include({ status: "cancelled" });
  });
});
