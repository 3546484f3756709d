import { expect } from "chai";
import { until } from "../support/until.ts";
import { sharedSystem } from "./shared-system.ts";

const STREAMS_MAX = 10;

describe("the cache of pages, for admins", () => {
  const system = sharedSystem();
  const admin = () => ({ token: system().admin.token });

  it("tells 001's figures, measured", async () => {
    const { client } = system();
    const { id } = await system().event();
    const before = (await client.get("/cache/stats", admin())).body.data;
    const figures = async () => (await client.get("/cache/stats", admin())).body.data;
    // Figures are put together now and then; and word of what was decided before may throw the page out once more.
    const after = await until("the next figures", async () => {
      for (let at = 0; at < 10; at += 1) await client.get(`/events/${id}`);
      const now = await figures();
      return now.reads.memory >= before.reads.memory + 9 && now;
    });
    expect(after.reads.database).to.be.at.least(before.reads.database + 1);
    expect(after.memory_cache.entries).to.be.above(0);
    expect(after.memory_cache.hit_ratio).to.be.within(0, 1);
    expect(after.memory_cache.memory_usage).to.match(/^\d+(\.\d)?MB$/);
    const none = { status: "not configured", hit_ratio: null, entries: null, memory_usage: null };
    expect(after.redis_cache).to.deep.equal(none);
    expect(after.database_cache.hit_ratio).to.be.within(0, 1);
    expect(after.database_cache.query_cache_size).to.match(/^\d+(\.\d)?MB$/);
  });

  it("says of a page whether it was read for this request", async () => {
    const { client } = system();
    const { id } = await system().event();
    const first = await client.get(`/events/${id}`);
    expect(first.body.cached).to.equal(false);
    // Word of its creation may come only now, and throw the page out once more.
    const second = await until("a kept page", async () => {
      const page = await client.get(`/events/${id}`);
      return page.body.cached && page;
    });
    expect(second.headers.get("etag")).to.equal(first.headers.get("etag"));
    expect(second.body.data).to.deep.equal(first.body.data);
    await until("a kept list", async () => (await client.get("/events?limit=2")).body.cached);
  });

  it("makes popular pages beforehand, and the list's", async () => {
    const { client } = system();
    await system().event();
    await client.post("/cache/invalidate", { keys: ["events:*"], pattern: true }, admin());
    for (const target of ["popular_events", "event_list"]) {
      const first = await client.post("/cache/warm", { type: "events", target }, admin());
      expect(first.body.data).to.include({ type: "events", target });
      expect(first.body.data.warmed).to.be.above(0).and.at.most(first.body.data.pages);
      const again = await client.post("/cache/warm", { type: "events", target }, admin());
      expect(again.body.data.warmed).to.be.below(again.body.data.pages);
    }
    for (const body of [
      {},
      { type: "events", target: "http://127.0.0.1/" },
      { type: "users", target: "event_list" },
    ]) {
      expect((await client.post("/cache/warm", body, admin())).status).to.equal(400);
    }
  });

  it("takes 001's own patterns, and refuses all others with a list of those that are accepted", async () => {
    const { client, pool } = system();
    const { id } = await system().event();
    await client.get(`/events/${id}`);
    await pool.query("update event set name = 'Anew' where event_id = $1", [id]);
    const documented = { keys: ["events:*", "user:123:*"], pattern: true };
    const { status, body } = await client.post("/cache/invalidate", documented, admin());
    expect(status).to.equal(200);
    expect(body.data).to.deep.equal({ keys: documented.keys, tags: ["pages", "lists", "popular", "seats"] });
    expect((await client.get(`/events/${id}`)).body.data.name).to.equal("Anew");
    const people = await client.post("/cache/invalidate", { keys: ["user:123:*"] }, admin());
    expect(people.body.data.tags).to.deep.equal([]);
    for (const key of [
      "*",
      "evently.*",
      "bookings:*",
      "events:* EVAL",
      "user:*",
      "sessions:*",
      "x".repeat(101),
    ]) {
      const refused = await client.post("/cache/invalidate", { keys: ["events:*", key] }, admin());
      expect(refused.status, key).to.equal(400);
      if (key.length <= 100) expect(refused.body.details["keys.1"]).to.include("events:*, events:list:*");
    }
    for (const wrong of [{ keys: [] }, { keys: "events:*" }, { keys: ["events:*"], pattern: false }]) {
      expect((await client.post("/cache/invalidate", wrong, admin())).status).to.equal(400);
    }
    expect(
      (await client.post("/cache/invalidate", { keys: ["events"], pattern: false }, admin())).status,
    ).to.equal(200);
  });

  it("streams its figures to a few at a time, who may go at any time", async () => {
    const { api, admin: person } = system();
    const open = (query: string) =>
      fetch(`${api.url}/api/v1/cache/metrics${query}`, {
        headers: { authorization: `Bearer ${person.token}` },
      });
    const three = await open("?events=3&interval_ms=250");
    expect(three.headers.get("content-type")).to.equal("text/event-stream; charset=utf-8");
    const events = (await three.text()).trim().split("\n\n");
    expect(events).to.have.length(3);
    for (const [at, event] of events.entries()) {
      const [name, id, data = ""] = event.split("\n");
      expect([name, id]).to.deep.equal(["event: metrics", `id: ${at + 1}`]);
      expect(JSON.parse(data.slice("data: ".length))).to.have.property("memory_cache");
    }
    const streams = await Promise.all(Array.from({ length: STREAMS_MAX }, () => open("")));
    const beyond = await open("");
    expect([beyond.status, beyond.headers.get("retry-after")]).to.deep.equal([503, "10"]);
    await beyond.arrayBuffer();
    await Promise.all(streams.map(({ body }) => body?.cancel()));
    const isFree = async () => {
      const { status, body } = await open("?events=1");
      await body?.cancel();
      return status === 200;
    };
    await until("room for another", isFree);
  });
});
