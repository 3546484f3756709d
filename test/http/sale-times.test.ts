import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import { inDays } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const SWEEP_AND_TURN_MS_MAX = 2_500;

describe("the times of a sale", () => {
  const system = sharedSystem();

  /** Waits until the event reads so; nobody asks its actor for anything. */
  async function becomes(eventId: string, fields: Record<string, string>, byMs: number): Promise<number> {
    for (;;) {
      const { data } = (await system().client.get(`/events/${eventId}`)).body;
      if (Object.entries(fields).every(([name, value]) => data[name] === value)) return Date.now();
      if (Date.now() > byMs) expect(data).to.include(fields);
      await sleep(25);
    }
  }

  it("open it by themselves, not a moment early", async () => {
    const { client } = system();
    const { token } = await system().person();
    const opensAt = Date.now() + 1_200;
    const event = await system().event({ sale_starts_at: new Date(opensAt).toISOString() });
    expect(event.sale_status).to.equal("scheduled");
    const early = await client.book(token, event.id, 1);
    expect(early.status).to.equal(409);
    expect(early.body).to.include({ code: "EVENT_NOT_ON_SALE", error: "The sale has not started yet" });
    const openedAt = await becomes(event.id, { sale_status: "open" }, opensAt + SWEEP_AND_TURN_MS_MAX);
    expect(openedAt).to.be.at.least(opensAt - 5);
    expect((await client.book(token, event.id, 1)).status).to.equal(201);
    await auditEvent(system().database.url, event.id);
  });

  it("are kept to the millisecond of the database's clock by those who wait at the door", async () => {
    const { client } = system();
    const { token } = await system().person();
    const opensAt = Date.now() + 700;
    const event = await system().event({
      total_capacity: 500,
      sale_starts_at: new Date(opensAt).toISOString(),
    });
    while (Date.now() < opensAt + 300) await client.book(token, event.id, 1);
    const { rows } = await system().pool.query<{ type: string; decided: number }>(
      `select type, extract(epoch from decided_at)::float8 * 1000 as decided from ledger where event_id = $1 order by seq`,
      [event.id],
    );
    const confirmed = rows.filter(({ type }) => type === "BookingConfirmed");
    const rejected = rows.filter(({ type }) => type === "BookingRejected");
    expect(confirmed).to.have.length.above(0);
    expect(rejected).to.have.length.above(0);
    for (const { decided } of confirmed) expect(decided).to.be.at.least(opensAt);
    for (const { decided } of rejected) expect(decided).to.be.below(opensAt);
  });

  it("close it, and the start of the event does", async () => {
    const { client } = system();
    const { token } = await system().person();
    const closesAt = Date.now() + 1_300;
    const closing = await system().event({ sale_ends_at: new Date(closesAt).toISOString() });
    const starting = await system().event({
      event_date: new Date(closesAt).toISOString(),
      end_time: inMs(2_300),
    });
    expect((await client.book(token, closing.id, 1)).status).to.equal(201);
    await becomes(closing.id, { sale_status: "closed", status: "active" }, closesAt + SWEEP_AND_TURN_MS_MAX);
    await becomes(starting.id, { sale_status: "closed", phase: "ongoing" }, closesAt + SWEEP_AND_TURN_MS_MAX);
    for (const { id } of [closing, starting]) {
      const late = await client.book(token, id, 1);
      expect(late.status).to.equal(409);
      expect(late.body).to.include({ code: "EVENT_NOT_ON_SALE", error: "The sale is closed" });
    }
    await becomes(
      starting.id,
      { status: "completed", phase: "completed" },
      closesAt + 2 * SWEEP_AND_TURN_MS_MAX,
    );
    expect((await client.book(token, starting.id, 1)).body.error).to.equal("The event is over");
  });

  it("show in the ETag when the event begins, though nothing is decided then", async () => {
    const { client, admin } = system();
    const startsAt = Date.now() + SWEEP_AND_TURN_MS_MAX + 1_500;
    const { id } = await system().event({
      sale_ends_at: inMs(300),
      event_date: new Date(startsAt).toISOString(),
      end_time: inDays(1),
    });
    const get = (etag: string) => client.get(`/events/${id}`, { headers: { "if-none-match": etag } });
    const put = (etag: string) =>
      client.request("PUT", `/events/${id}`, {
        token: admin.token,
        body: { description: etag },
        headers: { "if-match": etag },
      });
    await becomes(id, { sale_status: "closed" }, Date.now() + SWEEP_AND_TURN_MS_MAX);
    const before = await client.get(`/events/${id}`);
    const known = before.headers.get("etag") ?? "";
    expect(before.body.data.phase).to.equal("upcoming");
    expect((await get(known)).status).to.equal(304);
    await sleep(startsAt + 50 - Date.now());
    const begun = await get(known);
    expect([begun.status, begun.body.data?.phase]).to.deep.equal([200, "ongoing"]);
    // Nothing but the clock has moved.
    expect(begun.body.data.seq).to.equal(before.body.data.seq);
    const now = begun.headers.get("etag") ?? "";
    expect(now).to.equal(`${known.slice(0, -1)}.ongoing"`);
    expect((await get(now)).status).to.equal(304);
    expect((await get(`${known}, W/${now}`)).status).to.equal(304);
    const { version } = begun.body.data;
    for (const [etag, status] of [
      [now, 200],
      [now, 412],
      [`W/"${version + 1}.9.9.ongoing"`, 200],
      [`"${version + 2}.9"`, 200],
      [`"${version + 3}.9.9"`, 200],
      [`"${version + 4}.9.begun"`, 400],
    ] as const) {
      expect((await put(etag)).status, etag).to.equal(status);
    }
  });

  it("move with a change of the event", async () => {
    const { client, admin } = system();
    const { token } = await system().person();
    const event = await system().event({ sale_starts_at: inDays(3) });
    const change = (body: object) =>
      client.request("PUT", `/events/${event.id}`, { token: admin.token, body });
    expect((await client.book(token, event.id, 1)).status).to.equal(409);
    expect((await change({ sale_starts_at: null })).body.data.sale_status).to.equal("open");
    expect((await client.book(token, event.id, 1)).status).to.equal(201);
    expect((await change({ sale_ends_at: inMs(-1_000) })).body.data.sale_status).to.equal("closed");
    expect((await client.book(token, event.id, 1)).body.error).to.equal("The sale is closed");
    expect((await change({ sale_ends_at: inDays(1) })).body.data.sale_status).to.equal("open");
    expect((await client.book(token, event.id, 1)).status).to.equal(201);
  });

  it("have to fit together", async () => {
    const { client, admin } = system();
    const body = { name: "E", venue: "V", event_date: inDays(2), total_capacity: 1, price: 1 };
    const tomorrow = inDays(1);
    const wrong = [
      [{ event_date: inDays(-1) }, "event_date"],
      [{ event_date: inMs(-1) }, "event_date"],
      [{ end_time: tomorrow }, "end_time"],
      [{ sale_starts_at: tomorrow, sale_ends_at: tomorrow }, "sale_ends_at"],
    ] as const;
    for (const [fields, field] of wrong) {
      const reply = await client.post("/events", { ...body, ...fields }, { token: admin.token });
      expect(reply.status, field).to.equal(400);
      expect(reply.body.details).to.have.key(field);
    }
    const event = await system().event(body);
    for (const change of [{ event_date: inDays(-1) }, { end_time: inDays(1) }]) {
      const reply = await client.request("PUT", `/events/${event.id}`, { token: admin.token, body: change });
      expect(reply.status).to.equal(400);
      expect(reply.body).to.include({ code: "VALIDATION_ERROR" });
      expect(reply.body.details).to.have.key("event_date");
    }
  });
});
