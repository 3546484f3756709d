import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { Redis } from "ioredis";
import { Circuit } from "../../src/cache/circuit.ts";
import { freshMsOf } from "../../src/cache/entry.ts";
import { SharedPages } from "../../src/cache/shared-pages.ts";
import { ALL, createPageRedis, type PageRedis } from "../../src/cache/shared-scripts.ts";
import { RedisServer, whyNoRedis } from "../realtime/redis-server.ts";
import { until } from "../support/until.ts";
import { CacheUnderTest, pageOf } from "./page.ts";

const STALE_MS_MAX = 2_000;
/** Longer than the product waits: this machine may be busy, and it is not the time that is tested. */
const ANSWER_MS_MAX = 200;

describe("pages in Redis", () => {
  let redis: RedisServer;
  let direct: Redis;
  const clients: PageRedis[] = [];

  /** What one process has: its connection and what it keeps there. */
  async function process(results: string[] = []) {
    const commands = createPageRedis(redis.url, ANSWER_MS_MAX);
    clients.push(commands);
    const pages = new SharedPages({
      commands,
      circuit: new Circuit({ failuresMax: 3, openMs: 100 }),
      freshMs: freshMsOf(STALE_MS_MAX),
      staleMsMax: STALE_MS_MAX,
      observe: { asked: (result) => results.push(result) },
    });
    await until("the connection", () => commands.isReady);
    return { pages, results };
  }

  before(async function () {
    const reason = whyNoRedis();
    if (reason !== null) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    redis = await RedisServer.start();
    direct = new Redis(redis.url, { lazyConnect: true, retryStrategy: () => 50, maxRetriesPerRequest: null });
    direct.on("error", () => undefined);
  });
  beforeEach(() => direct.flushall());
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  after(async () => {
    direct?.disconnect();
    await redis?.kill();
  });

  const found = async (pages: SharedPages, key = "k") =>
    (await pages.look(key))?.found?.page.body.toString() ?? null;
  const stored = (key = "k") =>
    until("a page", async () => (await direct.exists(`evently.page:${key}`)) === 1);

  it("are found by other processes, with all that they are, until they are old", async () => {
    const [one, other] = [await process(), await process()];
    const page = pageOf("päge", { count: 3, total: 7, tags: ["a", "b"], goodUntilMs: 99 });
    one.pages.keep("k", page, (await one.pages.look("k")) ?? { atUs: "0", found: null });
    await stored();
    const look = await other.pages.look("k");
    expect(look?.found?.page).to.deep.equal(page);
    expect(look?.found?.ageMs).to.be.within(0, 1_000);
    const leftMs = await direct.pttl("evently.page:k");
    expect(leftMs).to.be.above(0).and.at.most(freshMsOf(STALE_MS_MAX));
  });

  it("are not found after one of their tags was dropped by anybody, and cannot be put there by a read from before", async () => {
    const [one, other] = [await process(), await process()];
    for (const dropped of ["b", ALL]) {
      const before = await one.pages.look("k");
      one.pages.keep("k", pageOf("old", { tags: ["a", "b"] }), before ?? { atUs: "0", found: null });
      await stored();
      other.pages.drop([dropped]);
      // On the same connection it comes after.
      expect(await found(other.pages)).to.equal(null);
      await direct.del("evently.page:k");
      one.pages.keep("k", pageOf("old", { tags: ["a", "b"] }), before ?? { atUs: "0", found: null });
      const after = await one.pages.look("k");
      expect(after?.found).to.equal(null);
      expect(await direct.exists("evently.page:k")).to.equal(0);
      one.pages.keep("k", pageOf("new", { tags: ["a", "b"] }), after ?? { atUs: "0", found: null });
      await stored();
      expect(await found(other.pages)).to.equal("new");
      await direct.flushall();
    }
  });

  it("are not kept where their read took longer than they are good for, nor where they are large", async () => {
    const { pages } = await process();
    const early = await pages.look("k");
    pages.keep("k", pageOf("x".repeat(300_000)), early ?? { atUs: "0", found: null });
    const long = { atUs: String(Number(early?.atUs) - freshMsOf(STALE_MS_MAX) * 1_000), found: null };
    pages.keep("k", pageOf("late"), long);
    expect(await found(pages)).to.equal(null);
    expect(await direct.exists("evently.page:k")).to.equal(0);
  });

  it("fill the memory of a process that has none, and are as old there as they are", async () => {
    const [one, other] = [await process(), await process()];
    const first = new CacheUnderTest({ shared: one.pages, staleMsMax: STALE_MS_MAX });
    const second = new CacheUnderTest({ shared: other.pages, staleMsMax: STALE_MS_MAX });
    await first.text(async () => pageOf("one"));
    await stored();
    expect(await second.text(async () => pageOf("two"))).to.equal("one");
    expect(second.sources).to.deep.equal(["redis"]);
    second.nowMs += freshMsOf(STALE_MS_MAX);
    await second.text(async () => pageOf("two"));
    expect(second.sources).to.deep.equal(["redis", "aging"]);
  });

  it("are done without while Redis is frozen, and not trusted before what was there has run out", async () => {
    const { pages, results } = await process();
    const under = new CacheUnderTest({ shared: pages, staleMsMax: STALE_MS_MAX });
    await under.text(async () => pageOf("one"));
    await stored();
    redis.pause();
    try {
      for (let at = 0; at < 3; at += 1) {
        expect(await under.text(async () => pageOf("mine"), `cold-${at}`)).to.equal("mine");
      }
      const started = performance.now();
      for (let at = 0; at < 100; at += 1) await under.text(async () => pageOf("mine"), `more-${at}`);
      expect(performance.now() - started).to.be.below(3 * ANSWER_MS_MAX);
      under.clock.invalidate(["t"]);
      pages.drop(["t"]);
      expect(pages.isTrusted).to.equal(false);
    } finally {
      redis.resume();
    }
    expect(results).to.include.members(["failed", "skipped"]);
    await sleep(300);
    // The page of before the invalidation is still there, or was; nobody looks.
    expect(await under.text(async () => pageOf("two"))).to.equal("two");
    expect(results.at(-1)).to.equal("skipped");
    await until("trust", async () => (await pages.look("k")) !== null, 2 * STALE_MS_MAX);
  });

  it("may be flushed at any time, and come back by themselves after Redis was killed", async () => {
    const { pages } = await process();
    const under = new CacheUnderTest({ shared: pages, staleMsMax: STALE_MS_MAX });
    await under.text(async () => pageOf("one"));
    await stored();
    await direct.flushall();
    expect(await under.text(async () => pageOf("two"))).to.equal("one");
    under.clock.invalidate(["t"]);
    expect(await under.text(async () => pageOf("two"))).to.equal("two");
    await redis.kill();
    under.clock.invalidate(["t"]);
    expect(await under.text(async () => pageOf("three"))).to.equal("three");
    await redis.restart();
    await until("its return", async () => (await pages.look("k")) !== null, 10_000);
  });
});
