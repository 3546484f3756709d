import { expect } from "chai";
import type { Reply } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";

const TIERS = [
  { tier: "VIP", price: 100, capacity: 4 },
  { tier: "Standing", price: 10, capacity: 2 },
  { tier: "Seat", price: 40, capacity: 3 },
];

describe("a booking that is refused", () => {
  const system = sharedSystem();
  const told = ({ status, body }: Reply) => ({ status, code: body.code as string });

  it("says how many are left and how many were asked for", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ total_capacity: 3 });
    await client.book(token, event.id, 2);
    const reply = await client.book(token, event.id, 2);
    expect(told(reply)).to.deep.equal({ status: 409, code: "BOOKING_SEATS_UNAVAILABLE" });
    expect(reply.body).to.deep.include({
      success: false,
      error: "Only 1 seats available",
      message: "Only 1 seats available",
      available_seats: 1,
      requested_quantity: 2,
      price_tiers: [{ tier: "General", available: 1, price: 20 }],
    });
    expect(reply.body.details).to.have.key("quantity");
    expect((await client.book(token, event.id, 1)).status).to.equal(201);
    const soldOut = await client.book(token, event.id, 1);
    expect(told(soldOut)).to.deep.equal({ status: 409, code: "EVENT_SOLD_OUT" });
    expect(soldOut.body).to.include({ available_seats: 0, requested_quantity: 1 });
  });

  it("books the cheapest tier where none is named, the named one otherwise, never a dearer one", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ price_tiers: TIERS, price: undefined, total_capacity: undefined });
    expect(event).to.include({ price: 10, min_price: 10, max_price: 100, total_capacity: 9 });
    const cheap = await client.book(token, event.id, 2);
    expect(cheap.body.data).to.include({ tier: "Standing", price: 10, total_amount: 20 });
    const named = await client.post("/bookings", { event_id: event.id, quantity: 2, tier: "VIP" }, { token });
    expect(named.body.data).to.include({ tier: "VIP", price: 100, total_amount: 200 });
    const none = await client.book(token, event.id, 1);
    expect(told(none)).to.deep.equal({ status: 409, code: "BOOKING_SEATS_UNAVAILABLE" });
    expect(none.body).to.include({ available_seats: 0, requested_quantity: 1 });
    expect(none.body.price_tiers).to.deep.equal([
      { tier: "VIP", available: 2, price: 100 },
      { tier: "Standing", available: 0, price: 10 },
      { tier: "Seat", available: 3, price: 40 },
    ]);
    expect(none.body.error).to.contain('"Seat" has 3');
  });

  it("names the tiers where there is no such tier", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ price_tiers: TIERS, price: undefined, total_capacity: undefined });
    const reply = await client.post("/bookings", { event_id: event.id, quantity: 1, tier: "vip" }, { token });
    expect(told(reply)).to.deep.equal({ status: 409, code: "BOOKING_SEATS_UNAVAILABLE" });
    expect(reply.body.error).to.equal('There is no tier "vip"; choose one of "VIP", "Standing", "Seat"');
    expect(reply.body.price_tiers).to.have.length(3);
    expect(reply.body.details).to.have.key("tier");
  });

  it("holds a buyer's expected total against the price", async () => {
    const { client, admin } = system();
    const { token } = await system().person();
    const event = await system().event({ price: 20 });
    const ask = (expected: number) => {
      const body = { event_id: event.id, quantity: 2, expected_total_amount: expected };
      return client.post("/bookings", body, { token });
    };
    expect((await ask(40)).status).to.equal(201);
    await client.request("PUT", `/events/${event.id}`, { token: admin.token, body: { price: 25.5 } });
    const moved = await ask(40);
    expect(told(moved)).to.deep.equal({ status: 409, code: "PRICE_CHANGED" });
    expect(moved.body).to.include({
      total_amount: 51,
      error: "The price has changed: the total is now 51 USD",
    });
    expect((await ask(51)).body.data).to.include({ total_amount: 51 });
    expect((await ask(51.001)).body.details).to.deep.equal({
      expected_total_amount: "has more decimals than USD has",
    });
  });

  it("keeps the limit of tickets per booking", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ max_tickets_per_booking: 4, total_capacity: 50 });
    const reply = await client.book(token, event.id, 5);
    expect(told(reply)).to.deep.equal({ status: 409, code: "BOOKING_LIMIT_EXCEEDED" });
    expect(reply.body).to.include({
      limit: 4,
      requested_quantity: 5,
      error: "At most 4 tickets per booking",
    });
    expect(reply.body.details).to.have.key("quantity");
    expect((await client.book(token, event.id, 4)).status).to.equal(201);
  });

  it("tells limits per person before the stock", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ max_tickets_per_user: 3, total_capacity: 50 });
    expect((await client.book(token, event.id, 2)).status).to.equal(201);
    const reply = await client.book(token, event.id, 2);
    expect(told(reply)).to.deep.equal({ status: 409, code: "BOOKING_LIMIT_EXCEEDED" });
    expect(reply.body).to.include({ limit: 3, owned: 2, requested_quantity: 2 });
    expect((await client.book(token, event.id, 1)).status).to.equal(201);
  });

  it("is found again under its address, with the reason", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ max_tickets_per_booking: 1 });
    const queued = await client.book(token, event.id, 2, { headers: { prefer: "respond-async" } });
    const { id } = queued.body.data;
    let seen = await client.get(`/bookings/${id}`, { token });
    while (seen.body.data.status === "queued") seen = await client.get(`/bookings/${id}`, { token });
    expect(seen.body.data).to.include({
      status: "rejected",
      rejection_reason: "At most 1 tickets per booking",
      booking_reference: null,
      total_amount: null,
    });
    const cancel = await client.request("PUT", `/bookings/${id}/cancel`, { token });
    expect(told(cancel)).to.deep.equal({ status: 409, code: "BOOKING_STATE_CONFLICT" });
  });
});
