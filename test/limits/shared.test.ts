import { expect } from "chai";
import { RedisServer, whyNoRedis } from "../realtime/redis-server.ts";
import { Client } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { createAdmin, type Role, startRole } from "../support/system.ts";
import { until } from "../support/until.ts";

const POINTS = 10;

describe("limits of two API processes that share Redis", () => {
  let database: TestDatabase;
  let redis: RedisServer;
  const roles: Role[] = [];
  let hosts = 0;

  before(async function () {
    const reason = whyNoRedis();
    if (reason !== null) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    redis = await RedisServer.start();
    database = await createTestDatabase();
    await createAdmin(database.url);
    const env = {
      REDIS_URL: redis.url,
      RATE_LIMITS: `all=1000000/60,anonymous=${POINTS}/600,failed_logins=4/600`,
      TRUSTED_PROXIES: "127.0.0.1",
    };
    const apis = [startRole("api", database.url, env), startRole("api", database.url, env)];
    roles.push(...(await Promise.all([...apis, startRole("booking", database.url)])));
  });
  after(async () => {
    const codes = await Promise.all(roles.map((role) => role.stop()));
    await redis?.kill();
    await database?.drop();
    expect(codes).to.deep.equal(roles.map(() => 0));
  });

  const anywhere = () => {
    hosts += 1;
    return { "x-forwarded-for": `198.51.100.${hosts}` };
  };
  const clients = () => roles.slice(0, 2).map(({ url }) => new Client(url)) as [Client, Client];
  /** What becomes of so many requests from one address, to one process and the other in turn. */
  const alternating = async (times: number, headers = anywhere()): Promise<number[]> => {
    const statuses: number[] = [];
    for (let time = 0; time < times; time += 1) {
      statuses.push((await (clients()[time % 2] as Client).get("/venues", { headers })).status);
    }
    return statuses;
  };
  const [granted, refused] = [Array(POINTS).fill(200), [429, 429]];
  const sharing = () =>
    until("both count together", async () => (await alternating(POINTS + 1)).at(-1) === 429, 15_000);
  /** A process whose event loop is late grants less for a while, which a busy machine can bring about. */
  const allOwn = async () => {
    const own = [...granted, ...granted, ...refused];
    let statuses: number[] = [];
    const areOwn = async () => {
      statuses = await alternating(own.length);
      return statuses.every((status, at) => status === own[at]);
    };
    await until("each counts its own", areOwn, 15_000).catch(() => undefined);
    expect(statuses).to.deep.equal(own);
  };

  it("are one limit for both", async () => {
    await sharing();
    expect(await alternating(POINTS + 2)).to.deep.equal([...granted, ...refused]);
  });

  it("are exact where requests come to both at once", async () => {
    const headers = anywhere();
    const asks = Array.from({ length: 6 * POINTS }, (_, at) =>
      (clients()[at % 2] as Client).get("/venues", { headers }),
    );
    const replies = await Promise.all(asks);
    expect(replies.filter(({ status }) => status === 200)).to.have.length(POINTS);
  });

  it("bound guesses at a password at both together", async () => {
    const statuses: number[] = [];
    for (let time = 0; time < 6; time += 1) {
      const guess = { email: "nobody@example.com", password: "a wrong one" };
      const reply = await (clients()[time % 2] as Client).post("/auth/login", guess, { headers: anywhere() });
      statuses.push(reply.status);
    }
    expect(statuses).to.deep.equal([401, 401, 401, 401, 429, 429]);
  });

  it("are each process's own while Redis is killed, and shared again when it is back; bookings go on", async () => {
    const [one] = clients();
    const token = await one.adminToken();
    const event = await one.createEvent(token, { total_capacity: 1_000 });
    let booking = true;
    const tookMs: number[] = [];
    const booked = (async () => {
      while (booking) {
        const startedMs = performance.now();
        expect((await one.book(token, event.id, 1)).status).to.equal(201);
        tookMs.push(performance.now() - startedMs);
      }
    })();
    try {
      await redis.kill();
      await allOwn().finally(() => redis.restart());
      await sharing();
    } finally {
      booking = false;
    }
    await booked;
    expect(Math.max(...tookMs)).to.be.below(3_000);
  });

  it("keep nobody waiting while Redis is frozen", async () => {
    const [one] = clients();
    redis.pause();
    try {
      await alternating(2);
      const startedMs = performance.now();
      const statuses = await alternating(10);
      expect(new Set(statuses)).to.deep.equal(new Set([200]));
      // Ten requests that each waited for Redis would take a second and more.
      expect(performance.now() - startedMs).to.be.below(900);
      expect((await one.get("/venues", { headers: anywhere() })).status).to.equal(200);
    } finally {
      redis.resume();
    }
    await sharing();
  });
});
