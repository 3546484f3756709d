import { expect } from "chai";
import { sharedSystem } from "./shared-system.ts";

describe("the status of database and limits, for admins", () => {
  const system = sharedSystem();
  const admin = () => ({ token: system().admin.token });
  const database = async () => (await system().client.get("/analytics/database-status", admin())).body.data;

  it("tells 001's figures of the database, measured", async () => {
    const { pool } = system();
    const { master, replicas, shards, pools } = await database();
    const { rows } = await pool.query("select current_setting('max_connections')::integer as max");
    expect(master.status).to.equal("healthy");
    expect(master.connections_max).to.equal(rows[0].max);
    expect(master.connections).to.be.within(5, rows[0].max);
    const byState = Object.values(master.connections_by_state as Record<string, number>);
    expect(byState.reduce((sum, count) => sum + count, 0)).to.equal(master.connections);
    expect(master.avg_query_time).to.be.above(0);
    expect(master.database_bytes).to.be.above(5_000_000);
    expect(master.cache_hit_ratio).to.be.within(0.1, 1);
    expect(master.dead_rows).to.include.keys("outbox", "actor", "tier");
    expect({ replicas, shards }).to.deep.equal({ replicas: [], shards: {} });
    expect(pools.map(({ name, max }: { name: string; max: number }) => [name, max])).to.deep.equal([
      ["pages", 10],
      ["bookings", 4],
      ["health", 1],
    ]);
  });

  it("sees a connection that comes", async () => {
    const { pool } = system();
    const clients = await Promise.all([1, 2, 3].map(() => pool.connect()));
    try {
      await Promise.all(clients.map((client) => client.query("begin; select txid_current()")));
      let now = await database();
      while (now.master.connections_by_state["idle in transaction"] !== 3) now = await database();
      // Not held against the count before: pools let idle connections go meanwhile.
      const byState: number[] = Object.values(now.master.connections_by_state);
      expect(now.master.connections).to.equal(byState.reduce((sum, count) => sum + count, 0));
      expect(now.master.oldest_transaction_ms).to.be.above(0);
    } finally {
      await Promise.all(clients.map((client) => client.query("rollback")));
      for (const client of clients) client.release();
    }
  });

  it("counts the mailboxes, and names the deepest", async () => {
    const { client } = system();
    const { token } = await system().person();
    const event = await system().event();
    await system().withoutWorker(async () => {
      for (const _ of [1, 2, 3]) {
        await client.book(token, event.id, 1, { headers: { prefer: "respond-async" } });
      }
      let { queues } = await database();
      while (queues.waiting < 3) queues = (await database()).queues;
      expect(queues).to.include({ with_mail: 1, waiting: 3, dead_letters: 0 });
      expect(queues.mailboxes).to.be.at.least(1);
      expect(queues.oldest_ms).to.be.above(0);
      const [deepest] = queues.deepest;
      expect(deepest).to.include({ event_id: event.id, waiting: 3 });
    });
  });

  it("tells 001's figures of limits, counted", async () => {
    const { client } = system();
    const limits = async () => (await client.get("/analytics/rate-limits", admin())).body.data;
    const before = await limits();
    const { token } = await system().person();
    for (let at = 0; at < 5; at += 1) await client.get("/bookings", { token });
    await client.get("/events");
    const after = await limits();
    expect(after.global_requests - before.global_requests).to.equal(7);
    expect(after.rate_limited_requests).to.equal(before.rate_limited_requests);
    const tier = (figures: typeof after, name: string) => figures.tiers[name]?.requests ?? 0;
    expect(tier(after, "anonymous") - tier(before, "anonymous")).to.equal(1);
    expect(tier(after, "basic") - tier(before, "basic")).to.equal(6);
    expect(after.top_clients[0].ip).to.match(/^(127\.0\.0\.1|::ffff:127\.0\.0\.1)$/);
    expect(after.top_clients[0].requests).to.be.at.least(7);
    expect(after.limits.map(({ limit }: { limit: string }) => limit)).to.include.members([
      "user",
      "bookings",
    ]);
    expect(after.factor).to.be.within(0.25, 1);
    expect(Date.parse(after.since)).to.be.below(Date.now());
  });

  it("is for admins alone", async () => {
    const { client } = system();
    const [user, organizer] = [await system().person(), await system().organizer()];
    for (const path of ["/analytics/database-status", "/analytics/rate-limits"]) {
      expect((await client.get(path)).status, path).to.equal(401);
      for (const { token } of [user, organizer])
        expect((await client.get(path, { token })).status).to.equal(403);
    }
  });
});
