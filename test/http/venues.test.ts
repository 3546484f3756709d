import { expect } from "chai";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const INVALID = { status: 400, code: "VALIDATION_ERROR" };
const NOWHERE = "00000000-0000-7000-8000-000000000000";
const ARENA = {
  name: "Central Park Arena",
  address: "123 Park Avenue",
  city: "New York",
  state: "NY",
  country: "USA",
  postal_code: "10001",
  capacity: 50_000,
  layout_config: {
    stage: { at: "north", naïve: [1, 2.5, null, true] },
    sections: [{ name: "VIP", rows: ["A", "B"], seats_per_row: 20, price: 300, colour: "gold" }],
  },
};

describe("venues", () => {
  const system = sharedSystem();

  const post = (
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
    token = system().admin.token,
  ) => system().client.post("/venues", body, { token, headers });
  const put = (id: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    system().client.request("PUT", `/venues/${id}`, { token: system().admin.token, body, headers });
  const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    system().client.get(`/venues${path}`, { headers });

  it("are created by organizers and read by anyone, as they were given", async () => {
    const organizer = await system().organizer();
    const created = await post(ARENA, {}, organizer.token);
    expect(created.status).to.equal(201);
    const { id, created_at: createdAt, updated_at: updatedAt, ...rest } = created.body.data;
    expect(rest).to.deep.equal({ ...ARENA, created_by: organizer.userId, version: 1 });
    expect(updatedAt).to.equal(createdAt);
    expect(Math.abs(Date.parse(createdAt) - Date.now())).to.be.below(60_000);
    expect(created.headers.get("location")).to.equal(`/api/v1/venues/${id}`);
    const read = await get(`/${id.toUpperCase()}`);
    expect(read.body.data).to.deep.equal(created.body.data);
    expect(JSON.stringify(read.body.data.layout_config)).to.equal(JSON.stringify(ARENA.layout_config));
    const bare = await post({ name: " Park " });
    expect(bare.body.data).to.deep.include({ name: "Park", city: null, capacity: null, layout_config: {} });
  });

  it("are changed in part, by their organizer or an admin only", async () => {
    const [mine, theirs] = [await system().organizer(), await system().organizer()];
    const { id } = (await post(ARENA, {}, mine.token)).body.data;
    const change = (method: string, token: string, body: object) =>
      system().client.request(method, `/venues/${id}`, { token, body });
    const refused = await change("PUT", theirs.token, { name: "Taken over" });
    expectRefusal(refused, { status: 403, code: "AUTH_UNAUTHORIZED" }, "another's");
    expect(refused.body.error).to.equal("This is another organizer's venue");
    const changed = await change("PUT", mine.token, { capacity: 60_000, address: null });
    expect(changed.status).to.equal(200);
    expect(changed.body.data).to.deep.include({ ...ARENA, capacity: 60_000, address: null, version: 2 });
    const patched = await change("PATCH", system().admin.token, {
      postalCode: "10002",
      layoutConfig: { a: 1 },
    });
    expect(patched.body.data).to.deep.include({ postal_code: "10002", layout_config: { a: 1 }, version: 3 });
    expect((await get(`/${id}`)).body.data).to.deep.equal(patched.body.data);
  });

  it("keep If-Match by version and answer If-None-Match with 304", async () => {
    const { id } = (await post(ARENA)).body.data;
    const changed = await put(id, { name: "One" }, { "if-match": '"1"' });
    expect([changed.status, changed.headers.get("etag")]).to.deep.equal([200, '"2"']);
    const stale = await put(id, { name: "Two" }, { "if-match": '"1"' });
    expectRefusal(stale, { status: 412, code: "PRECONDITION_FAILED", field: "If-Match" }, "stale");
    expect(stale.body.version).to.equal(2);
    expect((await put(id, {}, { "if-match": '"999999999999999"' })).status).to.equal(412);
    expectRefusal(await put(id, {}, { "if-match": "x" }), { ...INVALID, field: "If-Match" }, "no ETag");
    expect((await get(`/${id}`, { "if-none-match": 'W/"2"' })).status).to.equal(304);
    expect((await get(`/${id}`, { "if-none-match": '"1"' })).body.data.name).to.equal("One");
  });

  it("lose no change of those that are made at once", async () => {
    const { id } = (await post(ARENA)).body.data;
    const fields = ["city", "state", "country", "postal_code", "address", "name"];
    const replies = await Promise.all(fields.map((field) => put(id, { [field]: `new ${field}` })));
    expect(new Set(replies.map(({ body }) => body.data.version))).to.have.property("size", fields.length);
    const { data } = (await get(`/${id}`)).body;
    for (const field of fields) expect(data[field]).to.equal(`new ${field}`);
  });

  it("are made once for one Idempotency-Key", async () => {
    const key = { "idempotency-key": `venue-${Date.now()}` };
    const replies = await Promise.all(Array.from({ length: 8 }, () => post(ARENA, key)));
    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([201]));
    expect(new Set(replies.map(({ body }) => body.data.id))).to.have.property("size", 1);
    expect(replies.filter(({ headers }) => headers.get("idempotency-replayed") === "true")).to.have.length(7);
    const other = await post({ ...ARENA, name: "Another" }, key);
    expectRefusal(other, { status: 422, code: "IDEMPOTENCY_KEY_REUSED" }, "other body");
  });

  it("are listed by name, by words and by city, in pages", async () => {
    const tag = `t${Date.now()}`;
    for (const [name, city] of [
      ["Opera 100%", "Bonn"],
      ["Arena", "Berlin"],
      ["Club", "bonn"],
    ]) {
      await post({ name: `${name} ${tag}`, city });
    }
    const names = async (query: string) => {
      const { status, body } = await get(`?search=${tag}&${query}`);
      expect([status, body.count]).to.deep.equal([200, body.data.length]);
      return body.data.map(({ name }: { name: string }) => name.split(" ")[0]).join(" ");
    };
    expect(await names("")).to.equal("Arena Club Opera");
    expect(await names("city=BONN")).to.equal("Club Opera");
    expect(await names("city=Bon")).to.equal("");
    expect(await names("limit=2")).to.equal("Arena Club");
    expect(await names("per_page=2&page=2")).to.equal("Opera");
    const { body, headers } = await get(`?search=${tag}&limit=1&offset=1`);
    expect(body.pagination).to.include({ page: 2, total: 3, has_next: true, has_prev: true });
    expect(headers.get("link")).to.contain('rel="next"').and.to.contain('rel="prev"');
    expect((await get(`?search=${encodeURIComponent(`0% ${tag}`)}`)).body.count).to.equal(1);
    expect((await get(`?search=${encodeURIComponent(`0_ ${tag}`)}`)).body.count).to.equal(0);
    expectRefusal(await get("?limit=101"), { ...INVALID, field: "limit" }, "limit");
  });

  it("refuse what they do not understand, and change nothing", async () => {
    const { id } = (await post(ARENA)).body.data;
    const texts = [5, {}, "", " ", "a\0b", "\ud800"];
    const wrong: Readonly<Record<string, readonly unknown[]>> = {
      name: [...texts, null, "x".repeat(201)],
      address: [...texts, "x".repeat(301)],
      city: texts,
      state: texts,
      country: texts,
      postal_code: [...texts, "x".repeat(21)],
      capacity: [0, -1, 1.5, "5", 1e9],
      layout_config: [
        null,
        [],
        5,
        "x",
        { a: "\0" },
        { "\ud800": 1 },
        { a: "x".repeat(32_768) },
        deep(17),
        deep(2_000),
      ],
      rows: [5],
    };
    await leavesNothing(system(), async () => {
      for (const [field, values] of Object.entries(wrong)) {
        for (const value of values) {
          const about = `${field}: ${JSON.stringify(value).slice(0, 80)}`;
          expectRefusal(await post({ ...ARENA, [field]: value }), { ...INVALID, field }, about);
          expectRefusal(await put(id, { [field]: value }), { ...INVALID, field }, `PUT ${about}`);
        }
      }
      expectRefusal(await post({}), { ...INVALID, field: "name" }, "no name");
      const twice = { ...ARENA, postalCode: "other" };
      expectRefusal(await post(twice), { ...INVALID, field: "postalCode" }, "two names");
      expectRefusal(await get("/42"), { ...INVALID, field: "id" }, "malformed id");
      const unknown = { status: 404, code: "VENUE_NOT_FOUND" };
      expectRefusal(await get(`/${NOWHERE}`), unknown, "unknown id");
      expectRefusal(await put(NOWHERE, {}), unknown, "unknown id");
    });
  });

  it("take `sections` of a layout only as a template of seats", async () => {
    const section = { name: "A", rows: ["1"], seats_per_row: 10 };
    const wrong: readonly [unknown, string][] = [
      [{}, "sections"],
      [[{ ...section, name: "" }], "sections.0.name"],
      [[section, { ...section, rows: [] }], "sections.1.rows"],
      [[{ ...section, rows: [7] }], "sections.0.rows.0"],
      [[{ ...section, seats_per_row: 0 }], "sections.0.seats_per_row"],
      [[{ ...section, price: -1 }], "sections.0.price"],
    ];
    for (const [sections, field] of wrong) {
      const reply = await post({ ...ARENA, layout_config: { sections } });
      expectRefusal(reply, { ...INVALID, field: `layout_config.${field}` }, JSON.stringify(sections));
    }
    expect((await post({ ...ARENA, layout_config: { sections: [section] } })).status).to.equal(201);
  });
});

/** An object nested this deep. */
function deep(levels: number): unknown {
  let value: object = {};
  for (let level = 1; level < levels; level += 1) value = { a: value };
  return value;
}
