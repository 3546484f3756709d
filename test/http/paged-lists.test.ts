import { expect } from "chai";
import { ask } from "../support/bare-client.ts";
import { sharedSystem } from "./shared-system.ts";

describe("lists that were short once", () => {
  const system = sharedSystem();

  /** Three rows of a list, taken two at a time. */
  async function expectPages(path: string, token: string, name: string): Promise<void> {
    const { client } = system();
    const get = (query: string) => client.get(`${path}?${query}`, { token });
    const first = await get("limit=2");
    expect([first.status, first.body.count, first.body.data.length], path).to.deep.equal([200, 2, 2]);
    expect(first.body.pagination, path).to.include({ total: 3, total_pages: 2, page: 1, has_next: true });
    expect(first.headers.get("link"), path).to.contain('rel="next"');
    const last = await get("limit=2&page=2");
    expect([last.body.count, last.body.pagination.has_next], path).to.deep.equal([1, false]);
    const all = [...first.body.data, ...last.body.data].map((row) => row[name]);
    expect(all, path).to.deep.equal((await get("")).body.data.map((row: never) => row[name]));
    expect(new Set(all).size, path).to.equal(3);
    for (const query of ["limit=101", "limit=0", "page=1&offset=0"])
      expect((await get(query)).status, query).to.equal(400);
  }

  it("have pages: codes of an event", async () => {
    const { admin, client } = system();
    const event = await system().event();
    for (const code of ["ONE", "TWO", "THREE"])
      await client.post(`/events/${event.id}/promo-codes`, { code }, { token: admin.token });
    await expectPages(`/events/${event.id}/promo-codes`, admin.token, "code");
  });

  it("have pages: one's places in waitlists, on surface B as well", async () => {
    const person = await system().person();
    for (let count = 0; count < 3; count += 1) {
      const event = await system().event({ total_capacity: 1 });
      const { token } = await system().person();
      await system().client.book(token, event.id, 1);
      const joined = await system().client.post(`/waitlist/${event.id}/join`, {}, { token: person.token });
      expect(joined.status).to.equal(201);
    }
    await expectPages("/waitlist", person.token, "id");
    const page = await ask(system().api.url, "GET /waitlists/me?limit=2", { token: person.token });
    expect([page.status, page.body.length, page.headers.get("x-total-count")]).to.deep.equal([200, 2, "3"]);
    const { id } = page.body[1];
    const left = await ask(system().api.url, `DELETE /waitlists/${id}`, { token: person.token });
    expect(left.status).to.equal(200);
    expect((await system().client.get("/waitlist", { token: person.token })).body.pagination.total).to.equal(
      2,
    );
  });

  it("have pages: one's own sessions, which take no body to end", async () => {
    const { client } = system();
    const password = "a-fairly-long-one-1";
    const email = `sessions-${process.pid}@example.com`;
    const { token } = (await client.post("/auth/register", { email, password, name: "A" })).body.data;
    for (let count = 0; count < 2; count += 1) await client.post("/auth/login", { email, password });
    await expectPages("/auth/sessions", token, "id");
    const [{ id }] = (await client.get("/auth/sessions", { token })).body.data;
    const refused: [string, string][] = [
      ["POST", "/auth/logout"],
      ["POST", "/auth/logout-all"],
      ["DELETE", `/auth/sessions/${id}`],
    ];
    for (const [method, path] of refused) {
      const { status, body } = await client.request(method, path, { token, body: { x: 1 } });
      expect([status, body.details], path).to.have.deep.nested.property("[0]", 400);
      expect(body.details, path).to.have.keys("body");
    }
    expect((await client.get("/auth/sessions", { token })).body.count).to.equal(3);
  });

  it("say which days and changes they accept", async () => {
    const { client, admin } = system();
    const days = await client.get("/events?start_date=xx");
    expect([days.status, days.body.details.start_date]).to.deep.equal([
      400,
      "must be a day or a time in ISO 8601, such as 2030-05-01 or 2030-05-01T19:00:00Z",
    ]);
    const event = await system().event();
    for (const method of ["PUT", "PATCH"]) {
      const { status, body } = await client.request(method, `/events/${event.id}`, {
        token: admin.token,
        body: {},
      });
      expect([status, body.details.body]).to.have.property("0", 400);
      expect(body.details.body).to.match(/^has nothing to change; accepted: name, /);
    }
  });
});
