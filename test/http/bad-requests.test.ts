import { createHmac } from "node:crypto";
import { expect } from "chai";
import type { RequestOptions } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const NOBODY = "00000000-0000-7000-8000-000000000000";
/** A booking id that names an event number beyond all there are. */
const BEYOND = "01a1fc66-1d1e-7000-81c0-ffffffffc5f6";

describe("a request that cannot be carried out", () => {
  const system = sharedSystem();

  it("is refused for what it is about", async () => {
    const { client, admin } = system();
    const { token } = await system().person();
    const [over, cancelled, full] = [await system().event(), await system().event(), await system().event()];
    await client.request("DELETE", `/events/${cancelled.id}`, { token: admin.token });
    await client.book(token, full.id, 10);
    const change = await client.request("PUT", `/events/${over.id}`, {
      token: admin.token,
      body: { sale_ends_at: "2020-01-01T00:00:00Z" },
    });
    expect(change.status).to.equal(200);
    const book = (event_id: unknown) => client.post("/bookings", { event_id, quantity: 1 }, { token });
    const get = (path: string) => client.get(path, { token });
    const put = (id: string, body: object) =>
      client.request("PUT", `/events/${id}`, { token: admin.token, body });
    await leavesNothing(system(), async () => {
      const eventMissing = { status: 404, code: "EVENT_NOT_FOUND" };
      const bookingMissing = { status: 404, code: "BOOKING_NOT_FOUND" };
      const malformed = { status: 400, code: "VALIDATION_ERROR", field: "id" };
      expectRefusal(await book(NOBODY), eventMissing, "book");
      expectRefusal(await get(`/events/${NOBODY}`), eventMissing, "get");
      expectRefusal(await put(NOBODY, { name: "A" }), eventMissing, "put");
      for (const id of [
        "1",
        "x".repeat(4_000),
        "%00",
        "%ff",
        "..%2f",
        `${NOBODY}0`,
        "event",
        "EVT1",
        "evt",
      ]) {
        expectRefusal(await get(`/events/${id}`), malformed, id);
        expectRefusal(await get(`/bookings/${id}`), malformed, id);
        expectRefusal(await get(`/bookings/reference/${id}`), malformed, id);
        expectRefusal(await put(id, { name: "A" }), malformed, id);
        expectRefusal(await get(`/bookings/user/${id}`), { ...malformed, field: "userId" }, id);
        expectRefusal(await get(`/notifications/user/${id}`), { ...malformed, field: "userId" }, id);
      }
      for (const id of [NOBODY, BEYOND, full.id, "EVT20250913123456", `reference/EVT20250913ABCDEFGHJKMN`]) {
        expectRefusal(await get(`/bookings/${id}`), bookingMissing, id);
      }
    });
    const sold = await book(full.id);
    expectRefusal(sold, { status: 409, code: "EVENT_SOLD_OUT" }, "sold out");
    expectRefusal(await book(cancelled.id), { status: 409, code: "EVENT_NOT_ON_SALE" }, "cancelled");
    expectRefusal(await book(over.id), { status: 409, code: "EVENT_NOT_ON_SALE" }, "over");
  });

  it("is looked at in the documented order: token, role, media type, body, object, state", async () => {
    const { client, admin } = system();
    const { token } = await system().person();
    const text = { "content-type": "text/plain" };
    const path = `/events/${NOBODY}`;
    const ask = async (options: RequestOptions) => (await client.request("PUT", path, options)).status;
    await leavesNothing(system(), async () => {
      expect(await ask({ body: "{", headers: text })).to.equal(401);
      expect(await ask({ token, body: "{", headers: text })).to.equal(403);
      expect(await ask({ token: admin.token, body: "{", headers: text })).to.equal(415);
      expect(await ask({ token: admin.token, body: "{" })).to.equal(400);
      expect(await ask({ token: admin.token, body: { colour: 1 } })).to.equal(400);
      expect(await ask({ token: admin.token, body: { name: "A" } })).to.equal(404);
    });
  });

  it("carries no token, or none of ours", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    const body = { event_id: event.id, quantity: 1 };
    const [head = "", claims = "", signature = ""] = token.split(".");
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    const forged = createHmac("sha256", "another secret").update(`${head}.${claims}`).digest("base64url");
    const admin = JSON.parse(Buffer.from(claims, "base64url").toString());
    const promoted = Buffer.from(JSON.stringify({ ...admin, role: "admin" })).toString("base64url");
    const bad = [
      "Bearer",
      "Bearer ",
      "Bearer nonsense",
      `Basic ${token}`,
      token,
      `Bearer ${none}.${claims}.`,
      `Bearer ${head}.${claims}.${forged}`,
      `Bearer ${head}.${promoted}.${signature}`,
      `Bearer ${token}x`,
      `Bearer ${"a".repeat(10_000)}`,
    ];
    await leavesNothing(system(), async () => {
      const missing = await client.post("/bookings", body);
      expectRefusal(missing, { status: 401, code: "AUTH_REQUIRED" }, "no token");
      expect(missing.body.error).to.equal("Authentication required");
      expect(missing.headers.get("www-authenticate")).to.equal('Bearer realm="evently"');
      for (const authorization of bad) {
        const about = authorization.slice(0, 80);
        for (const path of ["/bookings", "/events"]) {
          const reply = await client.request(path === "/events" ? "GET" : "POST", path, {
            ...(path === "/events" ? {} : { body }),
            headers: { authorization },
          });
          expectRefusal(reply, { status: 401, code: "AUTH_TOKEN_INVALID" }, about);
          expect(reply.headers.get("www-authenticate")).to.contain('error="invalid_token"');
        }
      }
    });
  });

  it("is no other request for a method-override header or a proxy's", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    const headers = {
      "x-http-method-override": "DELETE",
      "x-method-override": "DELETE",
      "x-user-role": "admin",
      "x-user-id": NOBODY,
      "x-forwarded-for": "127.0.0.1",
      "x-original-url": "/metrics",
    };
    await leavesNothing(system(), async () => {
      expect((await client.get(`/events/${event.id}?_method=DELETE`, { token, headers })).status).to.equal(
        200,
      );
      const denied = await client.post("/events", { name: "A" }, { token, headers });
      expectRefusal(denied, { status: 403, code: "AUTH_UNAUTHORIZED" }, "role header");
    });
  });
});
