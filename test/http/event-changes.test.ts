import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import type { RequestOptions } from "../support/client.ts";
import { ALLOWED_ORIGIN, sharedSystem } from "./shared-system.ts";

describe("changing an event", () => {
  const system = sharedSystem();
  const put = (id: string, body: unknown, options: RequestOptions = {}) =>
    system().client.request("PUT", `/events/${id}`, { token: system().admin.token, body, ...options });

  it("changes what the body names and keeps the rest; PATCH and /admin/events are the same", async () => {
    const event = await system().event({ description: "old", category: "a" });
    const first = await put(event.id, { name: " New name ", description: null });
    expect(first.status).to.equal(200);
    expect(first.body.message).to.equal("Event updated successfully");
    expect(first.body.data).to.include({
      name: "New name",
      description: null,
      category: "a",
      price: 20,
      version: 2,
    });
    const { token } = system().admin;
    const body = { venue: "Elsewhere", max_tickets_per_booking: 3, max_tickets_per_user: 4 };
    const second = await system().client.request("PATCH", `/admin/events/${event.id}`, { token, body });
    expect(second.body.data).to.include({ name: "New name", version: 3, ...body });
    const seen = await system().client.get(`/events/${event.id}`);
    expect(seen.body.data).to.deep.equal(second.body.data);
    expect(Date.parse(seen.body.data.updated_at)).to.be.above(Date.parse(event.updated_at));
  });

  it("applies a price to later decisions only", async () => {
    const { token } = await system().person();
    const { client } = system();
    const event = await system().event({ price: 20 });
    const before = (await client.book(token, event.id, 1)).body.data;
    await put(event.id, { price: 35.5 });
    const after = (await client.book(token, event.id, 1)).body.data;
    expect([before.price, after.price]).to.deep.equal([20, 35.5]);
    const cancelled = await client.request("DELETE", `/bookings/${before.id}`, { token });
    expect(cancelled.body.refunded_amount).to.equal(20);
    await auditEvent(system().database.url, event.id);
  });

  it("lowers the capacity to what is sold and not below, and raises it", async () => {
    const { token } = await system().person();
    const { client } = system();
    const event = await system().event({ total_capacity: 5 });
    await client.book(token, event.id, 4);
    const below = await put(event.id, { total_capacity: 3 });
    expect(below.status).to.equal(409);
    expect(below.body).to.include({ code: "CAPACITY_BELOW_SOLD", sold: 4 });
    expect(below.body.details).to.have.key("total_capacity");
    expect((await put(event.id, { capacity: 4 })).body.data).to.include({
      available_seats: 0,
      total_capacity: 4,
    });
    expect((await client.book(token, event.id, 1)).body.code).to.equal("EVENT_SOLD_OUT");
    expect((await put(event.id, { capacity: 7 })).body.data.available_seats).to.equal(3);
    expect((await client.book(token, event.id, 3)).status).to.equal(201);
    expect(await auditEvent(system().database.url, event.id)).to.include({ sold: 7, available: 0 });
  });

  it("changes several tiers by name, and adds one", async () => {
    const price_tiers = [
      { tier: "A", price: 10, capacity: 5 },
      { tier: "B", price: 20, capacity: 5 },
    ];
    const event = await system().event({ price_tiers, price: undefined, total_capacity: undefined });
    const bare = await put(event.id, { price: 15 });
    expect(bare.status).to.equal(409);
    expect(bare.body.error).to.equal(
      'The event has several tiers ("A", "B"); change them through price_tiers',
    );
    const changed = await put(event.id, {
      price_tiers: [
        { tier: "B", price: 25 },
        { tier: "A", capacity: 6 },
        { tier: "C", price: 1, capacity: 2 },
      ],
    });
    const open = { seated: false, restricted: false };
    expect(changed.body.data.price_tiers).to.deep.equal([
      { tier: "A", price: 10, capacity: 6, available: 6, ...open },
      { tier: "B", price: 25, capacity: 5, available: 5, ...open },
      { tier: "C", price: 1, capacity: 2, available: 2, ...open },
    ]);
    const half = await put(event.id, { price_tiers: [{ tier: "D", price: 1 }] });
    expect(half.status).to.equal(409);
    const { token } = await system().person();
    expect((await system().client.book(token, event.id, 1)).body.data).to.include({ tier: "C", price: 1 });
    await auditEvent(system().database.url, event.id);
  });

  it("keeps If-Match by version, whatever was sold meanwhile", async () => {
    const { token } = await system().person();
    const event = await system().event();
    const match = (etag: string) => ({ headers: { "if-match": etag } });
    await system().client.book(token, event.id, 1);
    const first = await put(event.id, { name: "One" }, match('"1.1"'));
    expect(first.status).to.equal(200);
    expect(first.headers.get("etag")).to.equal('"2.3"');
    const stale = await put(event.id, { name: "Two" }, match('"1.1"'));
    expect(stale.status).to.equal(412);
    expect(stale.body).to.include({ code: "PRECONDITION_FAILED", version: 2 });
    expect((await put(event.id, { name: "Two" }, match("*"))).status).to.equal(200);
    const malformed = await put(event.id, { name: "Two" }, match("yesterday"));
    expect(malformed.body.details).to.have.key("If-Match");
    expect((await system().client.get(`/events/${event.id}`)).body.data).to.include({
      name: "Two",
      version: 3,
    });
  });

  it("shows in the ETag, as every sale does, and If-None-Match answers 304", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    const get = (etag: string) => client.get(`/events/${event.id}`, { headers: { "if-none-match": etag } });
    const fresh = await client.get(`/events/${event.id}`, { headers: { origin: ALLOWED_ORIGIN } });
    const etag = fresh.headers.get("etag") ?? "";
    const vary = fresh.headers.get("vary") ?? "";
    for (const name of ["Origin", "Authorization", "Accept", "Accept-Encoding"])
      expect(vary).to.contain(name);
    for (const known of [etag, `"0.0", W/${etag}`, "*"]) {
      const reply = await get(known);
      expect([reply.status, reply.body]).to.deep.equal([304, ""]);
      expect(reply.headers.get("etag")).to.equal(etag);
    }
    await client.book(token, event.id, 1);
    expect((await get(etag)).status).to.equal(200);
  });

  it("is an organizer's for their own events, an admin's for all", async () => {
    const { client } = system();
    const [mine, theirs] = [await system().organizer(), await system().organizer()];
    const event = await client.createEvent(mine.token);
    for (const method of ["PUT", "PATCH", "DELETE"]) {
      const body = method === "DELETE" ? {} : { name: "Taken over" };
      const reply = await client.request(method, `/events/${event.id}`, { token: theirs.token, body });
      expect(reply.status, method).to.equal(403);
      expect(reply.body.error).to.equal("This is another organizer's event");
    }
    expect((await put(event.id, { name: "By admin" })).status).to.equal(200);
    expect((await put(event.id, { name: "By owner" }, { token: mine.token })).status).to.equal(200);
    const cancelled = await client.request("DELETE", `/events/${event.id}`, { token: mine.token });
    expect(cancelled.status).to.equal(200);
    expect((await put(event.id, { name: "Too late" })).status).to.equal(409);
  });
});
