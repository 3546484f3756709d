import { expect } from "chai";
import { inDays } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const INVALID = { status: 400, code: "VALIDATION_ERROR" };
const UNKNOWN = { status: 404, code: "VENUE_NOT_FOUND" };
const NOWHERE = "00000000-0000-7000-8000-000000000000";

describe("events at venues", () => {
  const system = sharedSystem();

  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  async function venue(fields: object = {}): Promise<any> {
    const body = { name: "Arena", city: "Bonn", capacity: 100, layout_config: { gates: 4 }, ...fields };
    const reply = await system().client.post("/venues", body, { token: system().admin.token });
    expect(reply.status).to.equal(201);
    return reply.body.data;
  }
  const base = () => ({ name: "E", event_date: inDays(3), total_capacity: 100, price: 5 });
  const post = (fields: object, headers: Readonly<Record<string, string>> = {}) =>
    system().client.post("/events", { ...base(), ...fields }, { token: system().admin.token, headers });
  const put = (id: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
    system().client.request("PUT", `/events/${id}`, { token: system().admin.token, body, headers });
  const change = (id: string, body: object) =>
    system().client.request("PUT", `/venues/${id}`, { token: system().admin.token, body });

  it("take the venue's name and show the venue, where they are read one by one with its layout", async () => {
    const { version: _, created_by, created_at, updated_at, ...details } = await venue();
    const created = await post({ venue_id: details.id });
    expect(created.status).to.equal(201);
    const { data } = created.body;
    expect(data).to.deep.include({ venue: "Arena", venue_id: details.id, venue_details: details });
    const named = await post({ venueId: details.id, venue: "The great arena" });
    expect(named.body.data).to.include({ venue: "The great arena", venue_id: details.id });
    const { layout_config: __, ...brief } = details;
    const { body } = await system().client.get(`/events?venue_id=${details.id}`);
    expect(body.data.map(({ id }: { id: string }) => id)).to.have.members([data.id, named.body.data.id]);
    for (const event of body.data) expect(event.venue_details).to.deep.equal(brief);
    const elsewhere = (await post({ venue: "A barn" })).body.data;
    expect(elsewhere).to.deep.include({ venue: "A barn", venue_id: null, venue_details: null });
  });

  it("move to another venue and away from it", async () => {
    const [first, second] = [await venue(), await venue({ name: "Barn" })];
    const { id } = (await post({ venue_id: first.id })).body.data;
    const same = await put(id, { venue_id: first.id, venue: "My name for it" });
    expect(same.body.data).to.include({ venue: "My name for it", venue_id: first.id });
    expect((await put(id, { venue_id: first.id })).body.data.venue).to.equal("My name for it");
    const moved = await put(id, { venue_id: second.id });
    expect(moved.body.data).to.include({ venue: "Barn", venue_id: second.id });
    expect(moved.body.data.venue_details.name).to.equal("Barn");
    const away = await put(id, { venue_id: null });
    expect(away.body.data).to.deep.include({ venue: "Barn", venue_id: null, venue_details: null });
  });

  it("need a venue that is there, or the name of one", async () => {
    const event = (await post({ venue: "V" })).body.data;
    await leavesNothing(system(), async () => {
      expectRefusal(await post({ venue_id: NOWHERE }), UNKNOWN, "POST");
      expectRefusal(await put(event.id, { venue_id: NOWHERE }), UNKNOWN, "PUT");
      expectRefusal(await post({}), { ...INVALID, field: "venue" }, "neither");
      expectRefusal(await post({ venue_id: null }), { ...INVALID, field: "venue" }, "null");
      for (const bad of ["42", 5, {}, ""]) {
        expectRefusal(await post({ venue_id: bad }), { ...INVALID, field: "venue_id" }, "POST");
        expectRefusal(await put(event.id, { venue_id: bad }), { ...INVALID, field: "venue_id" }, "PUT");
      }
      const list = await system().client.get("/events?venue_id=42");
      expectRefusal(list, { ...INVALID, field: "venue_id" }, "list");
    });
    expect((await system().client.get(`/events?venue_id=${NOWHERE}`)).body.data).to.deep.equal([]);
  });

  it("are not larger than their venue", async () => {
    const { id: arena } = await venue();
    const { id: barn } = await venue({ name: "Barn", capacity: 50 });
    const tiers = (...capacities: number[]) => ({
      price_tiers: capacities.map((capacity, at) => ({ tier: `T${at}`, price: 5, capacity })),
    });
    const over = await post({ venue_id: arena, total_capacity: 101 });
    expectRefusal(over, { ...INVALID, field: "total_capacity" }, "POST");
    expect(over.body.error).to.equal('total_capacity is 101, but the venue "Arena" holds 100');
    expect(over.body).to.include({ total_capacity: 101, venue_capacity: 100 });
    const several = { venue_id: arena, total_capacity: undefined, price: undefined };
    expect((await post({ ...several, ...tiers(60, 41) })).status).to.equal(400);
    const { id } = (await post({ ...several, ...tiers(60, 30) })).body.data;
    await leavesNothing(system(), async () => {
      const more = { price_tiers: [{ tier: "T2", price: 1, capacity: 11 }] };
      for (const body of [{ price_tiers: [{ tier: "T1", capacity: 41 }] }, more, { venue_id: barn }])
        expectRefusal(await put(id, body), { ...INVALID, field: "total_capacity" }, JSON.stringify(body));
    });
    expect((await put(id, { price_tiers: [{ tier: "T1", capacity: 40 }] })).body.data.capacity).to.equal(100);
    // A venue that became smaller stops no event from shrinking or being described.
    expect((await change(arena, { capacity: 10 })).status).to.equal(200);
    expect((await put(id, { name: "Still here" })).status).to.equal(200);
    expect((await put(id, { price_tiers: [{ tier: "T1", capacity: 20 }] })).status).to.equal(200);
    expect((await put(id, { price_tiers: [{ tier: "T1", capacity: 21 }] })).status).to.equal(400);
  });

  it("do not outgrow their venue by two changes at once", async () => {
    const { id: arena } = await venue();
    const { id } = (await post({ venue_id: arena, total_capacity: 90 })).body.data;
    const tier = (name: string) => put(id, { price_tiers: [{ tier: name, price: 1, capacity: 10 }] });
    const replies = await Promise.all(["A", "B", "C", "D"].map(tier));
    const statuses = replies.map(({ status }) => status).toSorted();
    expect(statuses[0]).to.equal(200);
    for (const status of statuses.slice(1)) expect(status).to.be.oneOf([400, 412]);
    expect((await system().client.get(`/events/${id}`)).body.data.capacity).to.equal(100);
  });

  it("have another ETag once their venue was changed", async () => {
    const { client } = system();
    const { id: arena } = await venue();
    const event = (await post({ venue_id: arena })).body.data;
    const get = (etag: string) => client.get(`/events/${event.id}`, { headers: { "if-none-match": etag } });
    expect((await get('"1.1.1"')).status).to.equal(304);
    await change(arena, { city: "Berlin" });
    const fresh = await get('"1.1.1"');
    expect([fresh.status, fresh.headers.get("etag")]).to.deep.equal([200, '"1.1.2"']);
    expect(fresh.body.data.venue_details.city).to.equal("Berlin");
    expect((await put(event.id, { name: "N" }, { "if-match": '"1.1.1"' })).status).to.equal(200);
    expect((await put(event.id, { name: "N" }, { "if-match": '"1.1.2"' })).status).to.equal(412);
  });

  it("are created once for one key", async () => {
    const { id: arena } = await venue();
    const key = { "idempotency-key": `at-venue-${Date.now()}` };
    const fields = { venue_id: arena, event_date: inDays(9) };
    const [first, second] = [await post(fields, key), await post(fields, key)];
    expect([first.status, second.status]).to.deep.equal([201, 201]);
    expect(second.body.data.id).to.equal(first.body.data.id);
  });
});
