import { expect } from "chai";
import { GATEWAY_USER_ID } from "../../src/identity/gateway.ts";
import { until } from "../support/until.ts";
import { type Numbered, trustedGateway } from "./gateway.ts";

const GALA = {
  name: "Exclusive Gala",
  venue: "The Grand Hall",
  start_time: "2031-07-01T19:00:00",
  end_time: "2031-07-01T23:00:00",
  total_seats: 2,
};

/** Every request that document 003 shows, with the headers and bodies of its examples and the fields of its tables. */
describe("surface B as document 003 has it", () => {
  const { system, send, people } = trustedGateway();
  let buyer: Numbered;
  let second: Numbered;
  let third: Numbered;
  let event: number;
  const bookings: number[] = [];

  before(async () => {
    [buyer, second, third] = (await people(3)) as [Numbered, Numbered, Numbered];
  });

  it("creates an event with its seats, in the name of the gateway", async () => {
    const created = await send("POST /admin/events", { admin: true, body: GALA });
    expect(created.status).to.equal(201);
    event = created.body.id;
    expect(event).to.be.a("number");
    const times = { start_time: "2031-07-01T19:00:00.000Z", end_time: "2031-07-01T23:00:00.000Z" };
    expect(created.body).to.include({ ...GALA, ...times, available_seats: 2 });
    const { rows } = await system().pool.query(
      "select u.name from event e join users u on u.id = e.created_by where e.number = $1",
      [event],
    );
    expect(rows).to.deep.equal([{ name: "gateway" }]);
    expect(GATEWAY_USER_ID).to.match(/0001$/);
    const seats = await send(`GET /events/${event}/seats`);
    expect(seats.body.map((seat: { seat_number: string }) => seat.seat_number)).to.deep.equal(["1", "2"]);
    expect(seats.body[0]).to.include({ event_id: event, status: "available" });
  });

  it("lists all events with their available seats", async () => {
    const list = await send("GET /events");
    expect(list.status).to.equal(200);
    expect(list.body).to.be.an("array");
    let shown: { id: number } | undefined;
    for (let page = 1; shown === undefined && page <= 20; page += 1) {
      const { body } = await send(`GET /events?limit=100&page=${page}`);
      shown = body.find((one: { id: number }) => one.id === event);
    }
    expect(shown).to.include({ name: "Exclusive Gala", total_seats: 2, available_seats: 2 });
    expect((await send(`GET /events/${event}`)).body).to.deep.equal(shown);
  });

  it("books a seat: for whom the body names, then a certain seat for the caller", async () => {
    const booked = await send("POST /bookings", { body: { user_id: buyer.number, event_id: event } });
    expect(booked.status).to.equal(201);
    expect(booked.body).to.include({ user_id: buyer.number, event_id: event, status: "active" });
    expect(booked.body.seat_id).to.be.a("number");
    const seats = await send(`GET /events/${event}/seats?status=available`);
    expect(seats.body).to.have.length(1);
    const [free] = seats.body;
    const body = { user_id: second.number, event_id: event, seat_id: free.id };
    const other = await send("POST /bookings", { user: second.number, body });
    expect(other.status).to.equal(201);
    expect(other.body).to.include({ seat_id: free.id, user_id: second.number });
    bookings.push(booked.body.id, other.body.id);
  });

  it("puts the buyer on the waitlist where the event is full", async () => {
    const full = await send("POST /bookings", { body: { user_id: third.number, event_id: event } });
    expect(full.status).to.equal(202);
    expect(full.body).to.have.all.keys("status", "waitlist_entry_id", "position");
    expect(full.body).to.include({ status: "waitlisted", position: 1 });
    const again = await send("POST /bookings", { body: { user_id: third.number, event_id: event } });
    expect(again.status).to.equal(409);
    expect(again.body).to.deep.equal({ detail: "You are in this waitlist already" });
  });

  it("shows a person's active bookings", async () => {
    const own = await send("GET /users/me/bookings", { user: buyer.number });
    expect(own.status).to.equal(200);
    expect(own.body).to.have.length(1);
    expect(own.body[0]).to.include({
      id: bookings[0],
      user_id: buyer.number,
      event_id: event,
      status: "active",
    });
    expect(own.body[0]).to.include.keys("seat_id", "created_at");
  });

  it("cancels a booking, and offers its seat to who waits", async () => {
    const cancelled = await send(`DELETE /bookings/${bookings[0]}`, { user: buyer.number });
    expect(cancelled.status).to.equal(200);
    expect(cancelled.body).to.include({ id: bookings[0], status: "cancelled" });
    expect((await send("GET /users/me/bookings", { user: buyer.number })).body).to.deep.equal([]);
    const waiting = await send("GET /waitlists/me", { user: third.number });
    expect(waiting.body).to.have.length(1);
    expect(waiting.body[0]).to.include({
      event_id: event,
      user_id: third.number,
      status: "offered",
      position: null,
    });
    const offer = await send(`GET /bookings/${waiting.body[0].booking_id}`, { user: third.number });
    expect(offer.body).to.include({ status: "pending", event_id: event });
  });

  it("tells of the open spot", async () => {
    const told = await until("the offer's notification", async () => {
      const { body } = await send("GET /users/me/notifications", { user: third.number });
      return body.find((one: { type: string }) => one.type === "waitlist_promoted") ?? false;
    });
    expect(told).to.include({ user_id: third.number, event_id: event, is_read: false });
    expect(told.id).to.be.a("number");
    expect(told.message).to.be.a("string").that.is.not.empty;
    expect(told.created_at).to.be.a("string");
  });

  it("takes the offer by booking again", async () => {
    const [entry] = (await send("GET /waitlists/me", { user: third.number })).body;
    const headers = { "idempotency-key": "take-the-offer" };
    const taking = { user: third.number, body: { event_id: event }, headers };
    const taken = await send("POST /bookings", taking);
    expect(taken.status).to.equal(201);
    expect(taken.body).to.include({ id: entry.booking_id, status: "active", user_id: third.number });
    const again = await send("POST /bookings", taking);
    expect(again.status).to.equal(201);
    expect(again.body.id).to.equal(entry.booking_id);
    expect(again.headers.get("idempotency-replayed")).to.equal("true");
    expect((await send("GET /waitlists/me", { user: third.number })).body).to.deep.equal([]);
    bookings.push(taken.body.id);
  });

  it("takes an entry off the waitlist", async () => {
    const waiting = await send("POST /bookings", { user: buyer.number, body: { event_id: event } });
    const { waitlist_entry_id: id } = waiting.body;
    expect((await send(`DELETE /waitlists/${id}`, { user: third.number })).status).to.equal(404);
    const left = await send(`DELETE /waitlists/${id}`, { user: buyer.number });
    expect(left.status).to.equal(200);
    expect(left.body).to.include({ id, event_id: event, status: "left" });
    expect((await send("GET /waitlists/me", { user: buyer.number })).body).to.deep.equal([]);
    expect((await send(`DELETE /waitlists/${id}`, { user: buyer.number })).status).to.equal(404);
  });

  it("updates an event, but not the number of its seats", async () => {
    const body = { ...GALA, name: "Renamed Gala", end_time: "2031-07-01T23:30:00" };
    const updated = await send(`PUT /admin/events/${event}`, { admin: true, body });
    expect(updated.status).to.equal(200);
    expect(updated.body).to.include({ name: "Renamed Gala", end_time: "2031-07-01T23:30:00.000Z" });
    const more = await send(`PUT /admin/events/${event}`, { admin: true, body: { ...body, total_seats: 3 } });
    expect(more.status).to.equal(409);
    expect(more.body.detail).to.be.a("string");
  });

  it("deletes an event without active bookings, and no other", async () => {
    const refused = await send(`DELETE /admin/events/${event}`, { admin: true });
    expect(refused.status).to.equal(409);
    expect(refused.body.detail).to.be.a("string");
    await send(`DELETE /bookings/${bookings[1]}`, { user: second.number });
    await send(`DELETE /bookings/${bookings[2]}`, { user: third.number });
    const deleted = await send(`DELETE /admin/events/${event}`, { admin: true });
    expect(deleted.status).to.equal(200);
    expect((await send(`GET /events/${event}`)).status).to.equal(404);
    const list = await send("GET /events");
    expect(list.body.map((one: { id: number }) => one.id)).not.to.include(event);
    const booking = await send("POST /bookings", { body: { user_id: buyer.number, event_id: event } });
    expect(booking.status).to.equal(404);
    expect((await send(`DELETE /admin/events/${event}`, { admin: true })).status).to.equal(404);
  });

  it("shows the analytics: totals, the rate of cancellations, the days, and how full events are", async () => {
    const { status, body } = await send("GET /admin/analytics", { admin: true });
    expect(status).to.equal(200);
    expect(body.total_bookings).to.be.a("number");
    expect(body.cancellation_rate).to.be.a("number");
    expect((await send("GET /admin/analytics")).status).to.equal(403);
  });
});
