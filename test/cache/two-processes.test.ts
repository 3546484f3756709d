import { expect } from "chai";
import pg from "pg";
import { RedisServer, whyNoRedis } from "../realtime/redis-server.ts";
import { Client } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { createAdmin, type Role, startRole } from "../support/system.ts";
import { until } from "../support/until.ts";

const STALE_MS_MAX = 1_000;
const READERS = 8;
const BUYERS = 6;
const BOOKINGS_EACH = 10;
const CAPACITY = 400;

for (const withRedis of [false, true]) {
  describe(`pages of two API processes ${withRedis ? "with" : "without"} Redis`, () => {
    let database: TestDatabase;
    let redis: RedisServer | null = null;
    let pool: pg.Pool;
    let token: string;
    const roles: Role[] = [];

    before(async function () {
      const reason = withRedis ? whyNoRedis() : null;
      if (reason !== null) {
        console.log(`      skipped: ${reason}`);
        this.skip();
      }
      if (withRedis) redis = await RedisServer.start();
      database = await createTestDatabase();
      await createAdmin(database.url);
      const env = {
        CACHE_STALE_MS_MAX: String(STALE_MS_MAX),
        ...(redis === null ? {} : { REDIS_URL: redis.url }),
      };
      const apis = [startRole("api", database.url, env), startRole("api", database.url, env)];
      roles.push(...(await Promise.all([...apis, startRole("booking", database.url)])));
      pool = new pg.Pool({ connectionString: database.url, max: 2 });
      token = await clients()[0].adminToken();
    });
    after(async () => {
      await pool?.end();
      const codes = await Promise.all(roles.map((role) => role.stop()));
      await redis?.kill();
      await database?.drop();
      expect(codes).to.deep.equal(roles.map(() => 0));
    });

    const clients = () => roles.slice(0, 2).map(({ url }) => new Client(url)) as [Client, Client];
    // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test is about
    type Shown = any;
    const shownBy = async (client: Client, path: string): Promise<Shown> => (await client.get(path)).body;

    /** How often the first process has read pages of the database, by its own count. */
    async function databaseReads(): Promise<number> {
      const text = await (await fetch(`${roles[0]?.url}/metrics`)).text();
      const counts = text.matchAll(/^evently_cache_reads_total\{kind="event",source="database"\} (\d+)$/gm);
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
    }

    it("show a booking to its buyer at once, and everywhere with its notice", async () => {
      const [one, other] = clients();
      const { id } = await one.createEvent(token);
      for (const client of [one, other, one, other]) {
        expect((await shownBy(client, `/events/${id}`)).data.available_seats).to.equal(10);
      }
      expect((await shownBy(other, `/events/${id}`)).cached).to.equal(true);
      for (let left = 9; left >= 5; left -= 1) {
        expect((await one.book(token, id, 1)).status).to.equal(201);
        for (const path of [`/events/${id}`, "/events?limit=100"]) {
          const { data } = await shownBy(one, path);
          const event = Array.isArray(data) ? data.find((each: Shown) => each.id === id) : data;
          expect(event.available_seats, path).to.equal(left);
        }
        const isThere = async () => (await shownBy(other, `/events/${id}`)).data.available_seats === left;
        await until("the notice", isThere, STALE_MS_MAX / 2);
      }
    });

    it("show new events, changed ones and changed venues", async () => {
      const [one, other] = clients();
      const list = "/events?category=Opera";
      const names = async (client: Client) =>
        (await shownBy(client, list)).data.map(({ name }: Shown) => name);
      const venue = await one.post("/venues", { name: "The House", city: "Vienna" }, { token });
      const fields = { category: "Opera", venue_id: venue.body.data.id, venue: undefined };
      await one.createEvent(token, { ...fields, name: "Tosca" });
      expect(await names(one)).to.deep.equal(["Tosca"]);
      await until("the first", async () => (await names(other)).length === 1);
      const { id } = await one.createEvent(token, { ...fields, name: "Aida" });
      expect(await names(one)).to.have.members(["Tosca", "Aida"]);
      await until("the second", async () => (await names(other)).length === 2, STALE_MS_MAX / 2);
      await one.request("PUT", `/events/${id}`, { token, body: { category: "Ballet" } });
      expect(await names(one)).to.deep.equal(["Tosca"]);
      await until("its leaving", async () => (await names(other)).length === 1, STALE_MS_MAX / 2);
      await shownBy(other, `/events/${id}`);
      await one.request("PUT", `/venues/${venue.body.data.id}`, { token, body: { city: "Milan" } });
      const city = async (client: Client) => (await shownBy(client, `/events/${id}`)).data.venue_details.city;
      expect(await city(one)).to.equal("Milan");
      await until("the venue", async () => (await city(other)) === "Milan", STALE_MS_MAX / 2);
    });

    it("are no older than the bound where no notice comes", async () => {
      const [one] = clients();
      const { id } = await one.createEvent(token);
      await shownBy(one, `/events/${id}`);
      await pool.query("update event set name = 'Without a notice' where event_id = $1", [id]);
      const changedAtMs = performance.now();
      for (;;) {
        const askedAtMs = performance.now();
        const { data } = await shownBy(one, `/events/${id}`);
        if (data.name === "Without a notice") break;
        expect(askedAtMs - changedAtMs).to.be.below(STALE_MS_MAX);
      }
    });

    it("are read from the database once for a thousand who ask for a cold one", async () => {
      const [one] = clients();
      const { id } = await one.createEvent(token);
      await one.post("/cache/invalidate", { keys: [`event:${id}:*`], pattern: true }, { token });
      const before = await databaseReads();
      const startedAtMs = performance.now();
      const asks = Array.from({ length: 1_000 }, () => fetch(`${roles[0]?.url}/api/v1/events/${id}`));
      const replies = await Promise.all(asks);
      expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([200]));
      await Promise.all(replies.map((reply) => reply.arrayBuffer()));
      // And again each time that it has become old while they were answered.
      const refreshes = Math.floor((performance.now() - startedAtMs) / (STALE_MS_MAX / 2));
      expect((await databaseReads()) - before).to.be.within(1, 1 + refreshes);
    });

    it("never go back for one who reads while others book", async () => {
      const [one, other] = clients();
      const { id } = await one.createEvent(token, {
        total_capacity: CAPACITY,
        max_tickets_per_user: CAPACITY,
      });
      let isOver = false;
      let reads = 0;
      const reading = async (client: Client) => {
        let last = { seq: 0, seats: CAPACITY };
        while (!isOver) {
          const { seq, available_seats: seats } = (await shownBy(client, `/events/${id}`)).data;
          expect(seq).to.be.at.least(last.seq);
          expect(seats).to.be.at.most(last.seats);
          last = { seq, seats };
          reads += 1;
        }
      };
      const buying = async (client: Client) => {
        for (let at = 0; at < BOOKINGS_EACH; at += 1) {
          const { body } = await client.book(token, id, 1);
          expect(body.data.status).to.equal("confirmed");
        }
      };
      const readers = Array.from({ length: READERS }, (_, at) => reading(at % 2 === 0 ? one : other));
      await Promise.all(
        Array.from({ length: BUYERS }, (_, at) => buying(at % 2 === 0 ? one : other)),
      ).finally(() => {
        isOver = true;
      });
      await Promise.all(readers);
      expect(reads).to.be.above(READERS);
      expect((await shownBy(one, `/events/${id}`)).data.sold_seats).to.equal(BUYERS * BOOKINGS_EACH);
    });

    it("are invalidated by an admin in both", async () => {
      const [one, other] = clients();
      const { id } = await one.createEvent(token);
      for (const client of [one, other]) await shownBy(client, `/events/${id}`);
      await pool.query("update event set name = 'By hand' where event_id = $1", [id]);
      const reply = await one.post("/cache/invalidate", { keys: ["events:*"], pattern: true }, { token });
      expect(reply.status).to.equal(200);
      expect((await shownBy(one, `/events/${id}`)).data.name).to.equal("By hand");
      const isThere = async () => (await shownBy(other, `/events/${id}`)).data.name === "By hand";
      await until("the notice", isThere, STALE_MS_MAX / 2);
    });

    if (withRedis) {
      it("are served while Redis is flushed, frozen, killed and back", async () => {
        const [one, other] = clients();
        const { id } = await one.createEvent(token);
        const server = redis as RedisServer;
        const works = async (left: number) => {
          expect((await one.book(token, id, 1)).status).to.equal(201);
          for (const path of [`/events/${id}`, "/events", "/events/popular", `/events/${id}/seats`]) {
            for (const client of [one, other]) expect((await client.get(path)).status, path).to.equal(200);
          }
          expect((await shownBy(one, `/events/${id}`)).data.available_seats).to.equal(left);
          const isThere = async () => (await shownBy(other, `/events/${id}`)).data.available_seats === left;
          await until("the notice", isThere, STALE_MS_MAX);
        };
        await works(9);
        server.pause();
        await works(8).finally(() => server.resume());
        await works(7);
        await server.kill();
        await works(6);
        await server.restart();
        await works(5);
        const isUsed = async () => {
          await one.post("/cache/invalidate", { keys: ["events:*"] }, { token });
          for (const client of [one, other]) await shownBy(client, `/events/${id}`);
          const { body } = await other.get("/cache/stats", { token });
          return body.data.redis_cache.status === "in use";
        };
        await until("Redis to be used again", isUsed, 15_000);
      });
    }
  });
}
