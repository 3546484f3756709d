import { expect } from "chai";
import { GATEWAY_SECRET } from "../http/shared-system.ts";
import { type Numbered, trustedGateway } from "./gateway.ts";

const NEW_EVENT = { name: "Coup", venue: "Here", start_time: "2031-01-01T10:00:00", total_seats: 1 };

describe("who is asking on surface B", () => {
  const { system, send, sendBare, people, event } = trustedGateway();
  let one: Numbered;
  let other: Numbered;
  let number: number;

  before(async () => {
    [one, other] = (await people(2)) as [Numbered, Numbered];
    number = await event(5);
  });

  it("is not who X-User-ID and X-User-Role say, without the gateway's secret", async () => {
    const headers = { "x-user-id": String(one.number), "x-user-role": "admin" };
    const own = await sendBare("GET /users/me/bookings", { headers });
    expect(own.status).to.equal(401);
    expect(own.body).to.deep.equal({ detail: "Authentication required" });
    expect(own.headers.get("www-authenticate")).to.contain("Bearer");
    expect((await sendBare("POST /admin/events", { headers, body: NEW_EVENT })).status).to.equal(401);
    const { token } = other;
    expect((await sendBare("POST /admin/events", { headers, token, body: NEW_EVENT })).status).to.equal(403);
    const me = await sendBare("GET /users/me", { headers, token });
    expect(me.body).to.include({ id: other.number, role: "user" });
    // Not even where everybody may ask does a header that means nothing do harm.
    expect((await sendBare("GET /events", { headers })).status).to.equal(200);
  });

  it("is nobody, with a wrong secret, also where everybody may ask", async () => {
    for (const wrong of ["wrong", `${GATEWAY_SECRET}x`, GATEWAY_SECRET.slice(1)]) {
      const headers = { "x-evently-gateway-secret": wrong };
      const reply = await send("GET /events", { user: one.number, admin: true, headers });
      expect(reply.status).to.equal(401);
      expect(reply.body).to.deep.equal({ detail: "The gateway's secret is wrong" });
    }
  });

  it("is found out by a token on the other surfaces, whatever the gateway says", async () => {
    for (const base of ["/api/v1", "/api"]) {
      const reply = await send(`POST ${base}/events`, { user: one.number, admin: true, body: NEW_EVENT });
      expect(reply.status, base).to.equal(401);
    }
  });

  it("is a person by their integer", async () => {
    for (const wrong of ["abc", "1.5", "1;drop table alias", "0x1"]) {
      const { status, body } = await send("GET /users/me", { user: wrong });
      expect(status, wrong).to.equal(422);
      expect(body.detail[0]).to.deep.equal({
        loc: ["header", "X-User-ID"],
        msg: "must be a whole number",
        type: "value_error",
      });
    }
    for (const unknown of ["0", "-1", "999999999", "9".repeat(30)])
      expect((await send("GET /users/me", { user: unknown })).status, unknown).to.equal(401);
    expect((await send("GET /users/me", { user: one.number })).body).to.include({ id: one.number });
  });

  it("is nobody once deactivated, and nobody can be booked for who is", async () => {
    const [gone] = (await people(1)) as [Numbered];
    await system().pool.query("update users set is_active = false where id = $1", [gone.userId]);
    expect((await send("GET /users/me", { user: gone.number })).status).to.equal(401);
    const body = { user_id: gone.number, event_id: number };
    expect((await send("POST /bookings", { body })).status).to.equal(404);
  });

  it("is an admin where the gateway says so, and only then", async () => {
    const created = await send("POST /admin/events", { user: one.number, admin: true, body: NEW_EVENT });
    expect(created.status).to.equal(201);
    const { rows } = await system().pool.query("select created_by from event where number = $1", [
      created.body.id,
    ]);
    expect(rows[0].created_by).to.equal(one.userId);
    const refused = await send("POST /admin/events", { user: one.number, body: NEW_EVENT });
    expect(refused.status).to.equal(403);
    expect(refused.body).to.deep.equal({ detail: "Organizer privileges required" });
  });

  it("needs a person where something is a person's own", async () => {
    for (const route of [
      "GET /users/me",
      "GET /users/me/bookings",
      "GET /waitlists/me",
      "DELETE /waitlists/1",
    ])
      expect((await send(route)).status, route).to.equal(401);
    expect((await send("DELETE /bookings/1")).status).to.equal(401);
    const body = { event_id: number };
    const unnamed = await send("POST /bookings", { body });
    expect(unnamed.status).to.equal(422);
    expect(unnamed.body.detail[0]).to.include({ type: "missing" });
  });

  it("books for oneself only, and sees nothing of others", async () => {
    const body = { user_id: other.number, event_id: number };
    expect((await send("POST /bookings", { user: one.number, body })).status).to.equal(403);
    expect((await sendBare("POST /bookings", { token: one.token, body })).status).to.equal(403);
    const booked = await sendBare("POST /bookings", { token: other.token, body });
    expect(booked.status).to.equal(201);
    const path = `/bookings/${booked.body.id}`;
    for (const method of ["GET", "DELETE"]) {
      const foreign = await send(`${method} ${path}`, { user: one.number });
      const missing = await send(`${method} /bookings/999999999`, { user: one.number });
      expect([foreign.status, foreign.body]).to.deep.equal([404, missing.body]);
    }
    const cancelled = await send(`DELETE ${path}`, { admin: true });
    expect(cancelled.body).to.include({ status: "cancelled", user_id: other.number });
  });

  it("cannot log in as the gateway", async () => {
    const login = { email: "gateway@evently.invalid", password: "a-fairly-long-one-1" };
    expect((await system().client.post("/auth/login", login)).status).to.equal(401);
  });
});
