import { expect } from "chai";
import { ALLOWED_ORIGIN, sharedSystem } from "./shared-system.ts";

const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "content-security-policy": "default-src 'none'",
};

describe("every reply", () => {
  const system = sharedSystem();
  const raw = (path: string, init?: RequestInit) => fetch(system().api.url + path, init);

  it("names its request: by the id it came with, or a new one", async () => {
    const { client } = system();
    const given = await client.get("/events?limit=0", { headers: { "x-request-id": "my-id.1:2_3" } });
    expect(given.headers.get("x-request-id")).to.equal("my-id.1:2_3");
    expect(given.body.request_id).to.equal("my-id.1:2_3");
    const seen = new Set<string>();
    for (const id of ["", "x".repeat(65), "a b", "<script>", "a,b"]) {
      const reply = await client.get("/events?limit=0", { headers: { "x-request-id": id } });
      const made = reply.headers.get("x-request-id") ?? "";
      expect(made, id).to.match(/^[0-9a-f-]{36}$/);
      expect(reply.body.request_id).to.equal(made);
      seen.add(made);
    }
    expect(seen).to.have.property("size", 5);
    for (const path of ["/health", "/metrics", "/nowhere", "/api/v1", "/api/v1/events"]) {
      expect((await raw(path)).headers.get("x-request-id"), path).to.have.length(36);
    }
  });

  it("carries the headers that keep browsers careful, sets no cookie and names no product", async () => {
    const { client } = system();
    const { token } = await system().person();
    for (const reply of [
      await client.get("/events"),
      await client.get("/nowhere"),
      await client.get("/bookings", { token }),
      await client.post("/bookings", "{", { token }),
    ]) {
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
        expect(reply.headers.get(name), name).to.contain(value);
      }
      for (const name of ["set-cookie", "x-powered-by", "server"])
        expect(reply.headers.has(name)).to.equal(false);
    }
    const login = await client.post("/auth/login", { email: "a@example.com", password: "x" });
    expect(login.headers.get("cache-control")).to.equal("private, no-store");
  });

  it("is open to the configured origins and to no other", async () => {
    const { client } = system();
    const { token } = await system().person();
    const ask = (origin: string, method = "GET", path = "/events") =>
      client.request(method, path, { headers: { origin, "access-control-request-method": "POST" } });
    const ours = await ask(ALLOWED_ORIGIN);
    expect(ours.headers.get("access-control-allow-origin")).to.equal(ALLOWED_ORIGIN);
    expect(ours.headers.get("access-control-expose-headers")).to.contain("Idempotency-Replayed");
    const refused = await client.get("/bookings/nothing", { token, headers: { origin: ALLOWED_ORIGIN } });
    expect(refused.headers.get("access-control-allow-origin")).to.equal(ALLOWED_ORIGIN);
    const preflight = await ask(ALLOWED_ORIGIN, "OPTIONS", "/bookings");
    expect(preflight.status).to.equal(204);
    expect(preflight.headers.get("access-control-allow-methods")).to.contain("POST");
    for (const origin of [
      "https://evil.example.com",
      `${ALLOWED_ORIGIN}.evil.com`,
      "null",
      "http://shop.example.com",
    ]) {
      for (const method of ["GET", "OPTIONS"]) {
        const reply = await ask(origin, method);
        expect(reply.headers.has("access-control-allow-origin"), origin).to.equal(false);
        expect(reply.headers.has("access-control-allow-credentials")).to.equal(false);
        expect(reply.headers.get("vary")).to.contain("Origin");
      }
    }
  });

  it("is a problem document where the client asks for one", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event({ total_capacity: 1 });
    const accept = "text/html;q=0.1, application/problem+json";
    const reply = await client.book(token, event.id, 2, { headers: { accept, "x-request-id": "abc" } });
    expect(reply.status).to.equal(409);
    expect(reply.headers.get("content-type")).to.equal("application/problem+json");
    const { timestamp, ...problem } = reply.body;
    expect(new Date(timestamp).toISOString()).to.equal(timestamp);
    expect(problem).to.deep.equal({
      type: "about:blank",
      title: "Conflict",
      status: 409,
      detail: "Only 1 seats available",
      instance: "urn:request:abc",
      code: "BOOKING_SEATS_UNAVAILABLE",
      details: { quantity: "Only 1 seats available" },
      available_seats: 1,
      requested_quantity: 2,
      price_tiers: [{ tier: "General", available: 1, price: 20 }],
      request_id: "abc",
    });
    const fine = await client.book(token, event.id, 1, { headers: { accept } });
    expect([fine.status, fine.headers.get("content-type")]).to.deep.equal([
      201,
      "application/json; charset=utf-8",
    ]);
  });
});
