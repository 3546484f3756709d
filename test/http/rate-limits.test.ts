import { expect } from "chai";
import pg from "pg";
import { Client, type Reply } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { ADMIN, createAdmin, type Role, startRole } from "../support/system.ts";

/** Small limits, one window long enough for a whole test. */
const LIMITS =
  "anonymous=12/600,user=20/600,bookings=3/600,event_reads=8/600,booking_polls=6/600,admin=4/600,registrations=5/600,failed_refreshes=3/600";

interface Person {
  readonly token: string;
  readonly userId: string;
}

describe("limits on requests", () => {
  let database: TestDatabase;
  const roles: Role[] = [];
  let client: Client;
  let eventId = "";
  let adminToken = "";
  let hosts = 0;

  /** As from a machine that nobody came from before. */
  const anywhere = () => {
    hosts += 1;
    return { "x-forwarded-for": `198.51.${hosts >> 8}.${hosts & 255}` };
  };
  const person = async (): Promise<Person> => {
    const body = { email: `p${hosts}@example.com`, name: "P", password: "a-fairly-long-one-1" };
    const reply = await client.post("/auth/register", body, { headers: anywhere() });
    expect(reply.status).to.equal(201);
    return { token: reply.body.data.token, userId: reply.body.data.user.id };
  };
  const statusesOf = async (times: number, ask: () => Promise<Reply>): Promise<number[]> => {
    const statuses: number[] = [];
    for (let time = 0; time < times; time += 1) statuses.push((await ask()).status);
    return statuses;
  };

  before(async () => {
    database = await createTestDatabase();
    await createAdmin(database.url);
    const env = { RATE_LIMITS: LIMITS, RATE_LIMIT_TIERS: "premium=2", TRUSTED_PROXIES: "127.0.0.0/8" };
    roles.push(
      ...(await Promise.all([startRole("api", database.url, env), startRole("booking", database.url)])),
    );
    client = new Client((roles[0] as Role).url);
    const login = await client.post("/auth/login", ADMIN, { headers: anywhere() });
    adminToken = login.body.data.token;
    const fields = { total_capacity: 100 };
    eventId = (await client.createEvent(adminToken, fields)).id;
  });
  after(async () => {
    const codes = await Promise.all(roles.map((role) => role.stop()));
    await database.drop();
    expect(codes).to.deep.equal(roles.map(() => 0));
  });

  it("tell on every reply how many requests are left, of the tightest", async () => {
    const headers = anywhere();
    const startedS = Math.floor(Date.now() / 1_000);
    const reply = await client.get("/events", { headers });
    expect(reply.status).to.equal(200);
    const of = (name: string) => reply.headers.get(name);
    expect(of("x-ratelimit-limit")).to.equal("8");
    expect(of("x-ratelimit-remaining")).to.equal("7");
    expect(Number(of("x-ratelimit-reset"))).to.be.within(startedS + 599, startedS + 605);
    expect(of("x-ratelimit-tier")).to.equal("anonymous");
    expect(of("ratelimit")).to.match(/^"event_reads";r=7;t=(600|599)$/);
    expect(of("ratelimit-policy")).to.equal('"event_reads";q=8;w=600');
    const other = await client.get("/venues", { headers });
    expect(other.headers.get("ratelimit")).to.match(/^"anonymous";r=10;t=\d+$/);
  });

  it("refuse with 429, saying which limit it was and when to come back", async () => {
    const headers = anywhere();
    await statusesOf(8, () => client.get("/events", { headers }));
    const reply = await client.get("/events", { headers });
    expect(reply.status).to.equal(429);
    expect(reply.body).to.include({ success: false, code: "RATE_LIMIT_EXCEEDED", rate_limit: "event_reads" });
    expect(reply.body.error).to.match(/^Too many requests: at most 8 reads of events in 600 s; try again in/);
    const retryAfterS = Number(reply.headers.get("retry-after"));
    expect(retryAfterS).to.be.within(590, 600);
    expect(reply.headers.get("x-ratelimit-remaining")).to.equal("0");
    const problem = await client.get("/events", {
      headers: { ...headers, accept: "application/problem+json" },
    });
    expect(problem.body).to.include({ status: 429, code: "RATE_LIMIT_EXCEEDED", rate_limit: "event_reads" });
  });

  it("count by address without a token", async () => {
    const [here, there] = [anywhere(), anywhere()];
    const statuses = await statusesOf(13, () => client.get("/venues", { headers: here }));
    expect(statuses).to.deep.equal([...Array(12).fill(200), 429]);
    expect((await client.get("/venues", { headers: there })).status).to.equal(200);
  });

  it("count IPv6 by network", async () => {
    const from = (last: number) => ({ "x-forwarded-for": `2001:db8:7::${last.toString(16)}` });
    let last = 0;
    const ask = () => {
      last += 1;
      return client.get("/venues", { headers: from(last) });
    };
    expect(await statusesOf(13, ask)).to.deep.equal([...Array(12).fill(200), 429]);
  });

  it("believe X-Forwarded-For no further than the trusted proxies reach", async () => {
    const real = anywhere()["x-forwarded-for"];
    let forged = 0;
    const ask = () => {
      forged += 1;
      return client.get("/venues", { headers: { "x-forwarded-for": `203.0.113.${forged}, ${real}` } });
    };
    expect(await statusesOf(13, ask)).to.deep.equal([...Array(12).fill(200), 429]);
  });

  it("count by person with a token, wherever they are, and not by address", async () => {
    const [ada, bob] = [await person(), await person()];
    const same = anywhere();
    const adas = await statusesOf(21, () =>
      client.get("/auth/validate", { token: ada.token, headers: anywhere() }),
    );
    expect(adas).to.deep.equal([...Array(20).fill(200), 429]);
    for (const _ of Array(13)) {
      const reply = await client.get("/auth/validate", { token: bob.token, headers: same });
      expect(reply.status).to.equal(200);
    }
    expect((await client.get("/venues", { headers: same })).status).to.equal(200);
  });

  it("count new bookings by person", async () => {
    const [ada, bob] = [await person(), await person()];
    const statuses = await statusesOf(4, () => client.book(ada.token, eventId, 1));
    expect(statuses).to.deep.equal([201, 201, 201, 429]);
    expect((await client.book(bob.token, eventId, 1)).status).to.equal(201);
    const refused = await client.book(ada.token, eventId, 1);
    expect(refused.body.rate_limit).to.equal("bookings");
    expect((await client.get("/bookings", { token: ada.token })).status, "other requests").to.equal(200);
  });

  it("count reads of one's own booking apart", async () => {
    const ada = await person();
    const { body } = await client.book(ada.token, eventId, 1);
    const path = `/bookings/${body.data.id}`;
    const statuses = await statusesOf(7, () => client.get(path, { token: ada.token }));
    expect(statuses).to.deep.equal([...Array(6).fill(200), 429]);
    const list = await client.get("/bookings", { token: ada.token });
    expect(list.status).to.equal(200);
  });

  it("count reads of events by person where there is a token", async () => {
    const ada = await person();
    const headers = anywhere();
    await statusesOf(8, () => client.get("/events", { headers }));
    const mine = () => client.get(`/events/${eventId}/seats`, { headers, token: ada.token });
    expect(await statusesOf(9, mine)).to.deep.equal([...Array(8).fill(200), 429]);
  });

  it("count administration", async () => {
    const fields = { token: adminToken };
    const statuses = await statusesOf(5, () => client.get("/auth/admin/users", fields));
    expect(statuses).to.deep.equal([200, 200, 200, 200, 429]);
    expect((await client.get("/auth/validate", fields)).status).to.equal(200);
  });

  it("count registrations by address, also those that fail", async () => {
    const headers = anywhere();
    const statuses = await statusesOf(6, () => client.post("/auth/register", { email: "x" }, { headers }));
    expect(statuses).to.deep.equal([400, 400, 400, 400, 400, 429]);
  });

  it("count what is answered 401, 403, 404 and 405, and say so", async () => {
    const ada = await person();
    const asks: [number, string, () => Promise<Reply>][] = [
      [401, "anonymous", () => client.get("/bookings", { headers: anywhere() })],
      [401, "anonymous", () => client.get("/events", { token: "forged", headers: anywhere() })],
      [403, "user", () => client.post("/events", {}, { token: ada.token })],
      [404, "anonymous", () => client.get("/nothing-here", { headers: anywhere() })],
      [405, "anonymous", () => client.post("/bookings/1/nothing", {}, { headers: anywhere() })],
      [405, "anonymous", () => client.request("DELETE", "/venues", { headers: anywhere() })],
      [400, "event_reads", () => client.get("/events/nonsense", { headers: anywhere() })],
    ];
    for (const [status, limit, ask] of asks) {
      const reply = await ask();
      expect([404, 405]).to.include(status === 405 ? reply.status : 404);
      if (status !== 405) expect(reply.status).to.equal(status);
      expect(reply.headers.get("ratelimit"), `${status}`).to.match(new RegExp(`^"${limit}";r=\\d+;t=\\d+$`));
    }
    const headers = anywhere();
    const forged = await statusesOf(13, () => client.get("/events", { token: "forged", headers }));
    expect(forged).to.deep.equal([...Array(12).fill(401), 429]);
    const lost = anywhere();
    const statuses = await statusesOf(13, () => client.get("/nothing-here", { headers: lost }));
    expect(statuses).to.deep.equal([...Array(12).fill(404), 429]);
  });

  it("depend on a person's tier where the configuration says so", async () => {
    const ada = await person();
    const db = new pg.Client({ connectionString: database.url });
    await db.connect();
    await db.query("update users set tier = 'premium' where id = $1", [ada.userId]);
    await db.end();
    const reply = await client.get("/events", { token: ada.token });
    expect(reply.headers.get("x-ratelimit-tier")).to.equal("premium");
    expect(reply.headers.get("x-ratelimit-limit")).to.equal("16");
  });

  it("leave system endpoints alone", async () => {
    const url = (roles[0] as Role).url;
    for (const path of ["/health", "/livez", "/readyz", "/api/v1/health", "/api/v1"]) {
      const headers = { "x-forwarded-for": "198.51.100.250" };
      const replies = await Promise.all(Array.from({ length: 20 }, () => fetch(url + path, { headers })));
      expect(new Set(replies.map(({ status }) => status)), path).to.deep.equal(new Set([200]));
      expect(replies[0]?.headers.has("ratelimit"), path).to.equal(false);
    }
  });

  it("are counted in the metrics", async () => {
    const text = await (await fetch(`${(roles[0] as Role).url}/metrics`)).text();
    expect(text).to.match(/^evently_rate_limited_total\{limit="bookings"\} [1-9]/m);
    expect(text).to.match(/^evently_rate_limit_factor 1$/m);
  });
});
