import { expect } from "chai";
import { sharedSystem } from "../http/shared-system.ts";
import { ask } from "../support/bare-client.ts";
import { inDays, type RequestOptions } from "../support/client.ts";

const PASSWORD = "a-fairly-long-one-1";

/** Every request that document 002 lists, in its order, with the fields it prints. */
describe("surface A as document 002 has it", () => {
  const system = sharedSystem();
  const send = (route: string, options?: RequestOptions) => ask(`${system().api.url}/api`, route, options);
  const names: Record<string, string> = {};
  let buyer = "";
  let event: { id: string };
  const asAdmin = (body?: unknown) => ({ token: system().admin.token, body });
  const asBuyer = (body?: unknown) => ({ token: buyer, body });

  it("registers somebody, and logs them in", async () => {
    const email = `ada-${Date.now()}@example.com`;
    const person = { email, password: PASSWORD, firstName: "Ada", lastName: "Lovelace" };
    const registered = await send("POST /auth/register", { body: person });
    expect(registered.status).to.equal(201);
    expect(registered.body.user).to.include({ email, firstName: "Ada", lastName: "Lovelace", role: "user" });
    expect(registered.body).not.to.have.any.keys("success", "data", "timestamp");
    const loggedIn = await send("POST /auth/login", { body: { email, password: PASSWORD } });
    expect(loggedIn.status).to.equal(200);
    expect(loggedIn.body).to.include({ expiresIn: "24h" });
    expect(loggedIn.body.user.id).to.equal(registered.body.user.id);
    buyer = loggedIn.body.token;
    names.buyer = loggedIn.body.user.id;
    expect(loggedIn.body.refreshToken).to.be.a("string");
  });

  it("has no create-admin where no creation token is configured", async () => {
    const body = {
      email: "x@example.com",
      password: PASSWORD,
      firstName: "X",
      lastName: "Y",
      adminToken: "z",
    };
    const refused = await send("POST /auth/create-admin", { body });
    expect(refused.status).to.equal(404);
    expect(refused.body).to.deep.equal({ error: "Not found", details: "NOT_FOUND" });
  });

  it("creates, lists, shows and updates events", async () => {
    const dateTime = inDays(20);
    const body = {
      name: "Recital",
      venue: "The Hall",
      dateTime,
      totalCapacity: 4,
      price: 12.5,
      category: "music",
    };
    const created = await send("POST /events", asAdmin(body));
    expect(created.status).to.equal(201);
    event = created.body;
    expect(event).to.include({ ...body, availableCapacity: 4, status: "active" });
    expect(event).to.include({ createdBy: system().admin.userId });
    expect(created.headers.get("location")).to.equal(`/api/events/${event.id}`);
    const list = await send("GET /events?limit=1");
    expect(list.status).to.equal(200);
    expect(list.body).to.be.an("array").of.length(1);
    expect(Number(list.headers.get("x-total-count"))).to.be.at.least(1);
    const second = await send("POST /events", asAdmin({ ...body, name: "Another" }));
    expect(second.status).to.equal(201);
    const paged = await send("GET /events?limit=1&offset=1");
    expect(paged.headers.get("link")).to.contain('rel="prev"');
    expect((await send(`GET /events/${event.id}`)).body).to.deep.equal(event);
    const updated = await send(`PUT /events/${event.id}`, asAdmin({ totalCapacity: 2, name: "Matinee" }));
    expect(updated.status).to.equal(200);
    expect(updated.body).to.include({
      name: "Matinee",
      totalCapacity: 2,
      availableCapacity: 2,
      venue: "The Hall",
    });
    const deleted = await send(`DELETE /events/${second.body.id}`, asAdmin());
    expect(deleted.status).to.equal(200);
    expect(deleted.body).to.include({ status: "cancelled", refundsProcessed: 0, totalRefundAmount: 0 });
  });

  it("books, lists and cancels bookings", async () => {
    const booked = await send("POST /bookings", asBuyer({ eventId: event.id, quantity: 2 }));
    expect(booked.status).to.equal(201);
    expect(booked.body).to.include({ eventId: event.id, userId: names.buyer, quantity: 2, totalAmount: 25 });
    expect(booked.body).to.include({ status: "confirmed" });
    expect(booked.body.bookingReference).to.match(/^EVT\d{8}/);
    expect(booked.headers.get("location")).to.equal(`/api/bookings/${booked.body.id}`);
    const list = await send("GET /bookings", asBuyer());
    expect(list.body).to.deep.equal([booked.body]);
    expect(list.headers.get("x-total-count")).to.equal("1");
    expect((await send(`GET /bookings/${booked.body.id}`, asBuyer())).body).to.deep.equal(booked.body);
    names.booking = booked.body.id;
  });

  it("keeps a waitlist: join, position, an offer, leaving", async () => {
    const [first, second] = await system().people(2);
    const full = await send("POST /bookings", {
      token: first?.token as string,
      body: { eventId: event.id, quantity: 1 },
    });
    expect(full.status).to.equal(409);
    expect(full.body).to.deep.equal({ error: "The event is sold out", details: "EVENT_SOLD_OUT" });
    for (const [at, person] of [first, second].entries()) {
      const token = person?.token as string;
      const joined = await send("POST /waitlist", { token, body: { eventId: event.id, quantity: 2 } });
      expect(joined.status).to.equal(201);
      expect(joined.body).to.include({
        eventId: event.id,
        userId: person?.userId,
        quantity: 2,
        status: "active",
      });
      expect(joined.body.position).to.equal(at + 1);
      const place = await send(`GET /waitlist/position/${event.id}`, { token });
      expect(place.body).to.deep.equal(joined.body);
    }
    const left = await send(`DELETE /waitlist/${event.id}`, { token: second?.token as string });
    expect(left.status).to.equal(200);
    expect(left.body).to.include({ status: "left", position: null });
    const cancelled = await send(`DELETE /bookings/${names.booking}`, asBuyer());
    expect(cancelled.status).to.equal(200);
    expect(cancelled.body).to.include({ id: names.booking, status: "cancelled", refundAmount: 25 });
    const offered = await send(`GET /waitlist/position/${event.id}`, { token: first?.token as string });
    expect(offered.body).to.include({ status: "notified", position: null });
    const taken = await send("POST /bookings", {
      token: first?.token as string,
      body: { eventId: event.id, quantity: 2 },
    });
    expect(taken.status).to.equal(201);
    expect(taken.body).to.include({ id: offered.body.bookingId, status: "confirmed", totalAmount: 25 });
    const converted = await send(`GET /waitlist/position/${event.id}`, { token: first?.token as string });
    expect(converted.body).to.include({ status: "converted" });
  });

  it("has the analytics: an overview, revenue, and events", async () => {
    for (const path of ["overview", "revenue"]) {
      const { status, body } = await send(`GET /analytics/${path}`, asAdmin());
      expect(status, path).to.equal(200);
      expect(body.totalRevenue, path).to.be.a("number");
    }
    const events = await send("GET /analytics/events", asAdmin());
    expect(events.status).to.equal(200);
    expect(events.body).to.be.an("array");
  });
});
