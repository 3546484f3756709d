import { expect } from "chai";
import { sharedSystem } from "../http/shared-system.ts";
import { ask } from "../support/bare-client.ts";
import { inDays, type RequestOptions } from "../support/client.ts";
import { until } from "../support/until.ts";

const NOBODY = "00000000-0000-7000-8000-000000000000";

describe("requests that surface A cannot take", () => {
  const system = sharedSystem();
  const send = (route: string, options?: RequestOptions) => ask(`${system().api.url}/api`, route, options);
  const asAdmin = (body: unknown) => ({ token: system().admin.token, body });

  it("are told what is wrong, in the names of this surface", async () => {
    const body = { name: "X", dateTime: "soon", totalCapacity: 0, price: -1, availableCapacity: 3 };
    const { status, body: refused } = await send("POST /events", asAdmin(body));
    expect(status).to.equal(400);
    expect(refused).to.have.all.keys("error", "details");
    expect(refused.error).to.be.a("string");
    for (const field of [
      "venue",
      "dateTime",
      "totalCapacity",
      "price",
      "availableCapacity is not a known field",
    ])
      expect(refused.details).to.contain(field);
    const past = { name: "X", venue: "Y", dateTime: "2020-01-01T00:00:00Z", totalCapacity: 1, price: 1 };
    const late = await send("POST /events", asAdmin(past));
    expect(late.body).to.deep.equal({
      error: "dateTime must lie in the future",
      details: "dateTime must lie in the future",
    });
    const { token } = await system().person();
    const none = await send("POST /bookings", { token, body: { eventId: NOBODY } });
    expect(none.body).to.deep.equal({
      error: "quantity is required: a number",
      details: "quantity is required: a number",
    });
  });

  it("know the fields of this surface only", async () => {
    const { token } = await system().person();
    const names = { event_id: NOBODY, quantity: 1, user_id: NOBODY };
    const { status, body } = await send("POST /bookings", { token, body: names });
    expect(status).to.equal(400);
    expect(body.details).to.contain("user_id is not a known field; accepted: eventId, quantity");
  });

  it("are refused in the form of this surface, whatever refuses them", async () => {
    const person = await system().person();
    const { token } = person;
    const missing = [
      await send(`GET /events/${NOBODY}`),
      await send(`DELETE /bookings/${NOBODY}`, { token, body: {} }),
      await send(`GET /waitlist/position/${NOBODY}`, { token }),
    ];
    for (const { status, body } of missing) {
      expect(status).to.equal(404);
      expect(body).to.have.all.keys("error", "details");
    }
    const anonymous = await send("GET /bookings");
    expect(anonymous.status).to.equal(401);
    expect(anonymous.body).to.deep.equal({ error: "Authentication required", details: "AUTH_REQUIRED" });
    expect(anonymous.headers.get("www-authenticate")).to.contain("Bearer");
    const bad = await send("GET /events", { token: "nonsense" });
    expect([bad.status, bad.body.details]).to.deep.equal([401, "AUTH_TOKEN_INVALID"]);
    const user = await send("POST /events", { token, body: {} });
    expect([user.status, user.body.details]).to.deep.equal([403, "AUTH_UNAUTHORIZED"]);
    const method = await send("PATCH /events", { token, body: {} });
    expect([method.status, method.body.details]).to.deep.equal([405, "METHOD_NOT_ALLOWED"]);
    expect(method.headers.get("allow")).to.contain("POST");
    const asText = { token, body: "x", headers: { "content-type": "text/plain" } };
    expect((await send("POST /waitlist", asText)).body.details).to.equal("UNSUPPORTED_MEDIA_TYPE");
    const large = { token, body: { eventId: "x".repeat(70_000) } };
    expect((await send("POST /waitlist", large)).body.details).to.equal("PAYLOAD_TOO_LARGE");
    expect((await send("POST /waitlist", { token, body: "{" })).body.details).to.equal(
      "body is not valid JSON",
    );
  });

  it("are told in its form of what is unknown, but not of what is canonical", async () => {
    for (const path of ["/nowhere", "/v1x/events", "/analytics/nothing"]) {
      const nowhere = await send(`GET ${path}`);
      expect(nowhere.status, path).to.equal(404);
      expect(nowhere.body, path).to.deep.equal({ error: `No such path: /api${path}`, details: "NOT_FOUND" });
    }
    for (const path of ["/v1/nowhere", "/V1/nowhere"])
      expect((await send(`GET ${path}`)).body.code, path).to.equal("NOT_FOUND");
    const canonical = await send(`GET /v1/events/${NOBODY}`);
    expect([canonical.status, canonical.body.code]).to.deep.equal([404, "EVENT_NOT_FOUND"]);
    expect((await send("PATCH /v1/bookings", { body: {} })).body).to.include({ code: "METHOD_NOT_ALLOWED" });
  });

  it("touch nothing of others", async () => {
    const event = await system().event();
    const [owner, other] = await system().people(2);
    const body = { eventId: event.id, quantity: 1 };
    const booked = await send("POST /bookings", { token: owner?.token as string, body });
    const token = other?.token as string;
    const path = `/bookings/${booked.body.id}`;
    for (const method of ["GET", "DELETE"]) {
      const foreign = await send(`${method} ${path}`, { token });
      const missing = await send(`${method} /bookings/${NOBODY}`, { token });
      expect([foreign.status, foreign.body]).to.deep.equal([404, missing.body]);
    }
    const organizer = await system().organizer();
    const change = { token: organizer.token, body: { name: "Mine now" } };
    expect((await send(`PUT /events/${event.id}`, change)).status).to.equal(403);
  });

  it("have one effect with an Idempotency-Key, and another on another surface", async () => {
    const event = await system().event();
    const { token } = await system().person();
    const headers = { "idempotency-key": `one-${Date.now()}` };
    const request = { token, headers, body: { eventId: event.id, quantity: 1 } };
    const first = await send("POST /bookings", request);
    const again = await send("POST /bookings", request);
    expect(again.body).to.deep.equal(first.body);
    expect(again.headers.get("idempotency-replayed")).to.equal("true");
    const canonical = await system().client.book(token, event.id, 1, { headers });
    expect(canonical.body.data.id).not.to.equal(first.body.id);
  });

  it("hold what has to be paid, and say where", async () => {
    const event = await system().event({ requires_payment: true });
    const { token } = await system().person();
    const held = await send("POST /bookings", { token, body: { eventId: event.id, quantity: 1 } });
    expect(held.status).to.equal(201);
    expect(held.body).to.include({
      status: "pending",
      paymentUrl: `/api/v1/payments/initiate/${held.body.id}`,
    });
    expect(held.body.expiresAt).to.be.a("string");
  });

  it("are not made to wait where they say so", async () => {
    const event = await system().event({ event_date: inDays(3) });
    const { token } = await system().person();
    const request = { token, body: { eventId: event.id, quantity: 1 }, headers: { prefer: "respond-async" } };
    const queued = await send("POST /bookings", request);
    expect(queued.status).to.equal(202);
    expect(queued.body).to.include({ eventId: event.id, status: "queued" });
    expect(queued.headers.get("location")).to.equal(`/api/bookings/${queued.body.id}`);
    expect(queued.headers.get("retry-after")).to.match(/^\d+$/);
  });

  it("are told the offer's booking where they take an offer and do not wait", async () => {
    const event = await system().event({ total_capacity: 1 });
    const [holder, waiting] = (await system().people(2)).map((person) => person.token);
    const body = { eventId: event.id, quantity: 1 };
    const held = await send("POST /bookings", { token: holder as string, body });
    const token = waiting as string;
    expect((await send("POST /waitlist", { token, body })).status).to.equal(201);
    await send(`DELETE /bookings/${held.body.id}`, { token: holder as string });
    const { bookingId: id } = (await send(`GET /waitlist/position/${event.id}`, { token })).body;
    const headers = { prefer: "respond-async", "idempotency-key": "take-it-later" };
    const show = () => send(`GET /bookings/${id}`, { token });
    await system().withoutWorker(async () => {
      for (const isReplayed of [false, true]) {
        const queued = await send("POST /bookings", { token, body, headers });
        expect(queued.status).to.equal(202);
        expect(queued.headers.get("idempotency-replayed")).to.equal(isReplayed ? "true" : null);
        expect(queued.body).to.include({ id, eventId: event.id, status: "queued" });
        expect(queued.headers.get("location")).to.equal(`/api/bookings/${id}`);
      }
      const undecided = await show();
      expect(undecided.status).to.equal(200);
      expect(undecided.body).to.include({ id, status: "pending" });
    });
    const taken = await until("the offer is taken", async () => {
      const { body: shown } = await show();
      return shown.status === "confirmed" && shown;
    });
    expect(taken).to.include({ id, eventId: event.id, quantity: 1 });
  });
});
