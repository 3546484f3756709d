import { setImmediate as nextRound, setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type pg from "pg";
import { composeCache } from "../../src/api/cache.ts";
import type { SharedPages } from "../../src/cache/shared-pages.ts";
import type { CommandId, EventId } from "../../src/domain/ids.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import type { LedgerRange } from "../../src/engine/ports.ts";
import { eventTag } from "../../src/http/page-tags.ts";
import { loadConfig } from "../../src/ops/config.ts";
import { createLog } from "../../src/ops/log.ts";
import { Metrics } from "../../src/ops/metrics.ts";
import { OutcomeFeed } from "../../src/outbox/feed.ts";
import { CacheUnderTest, HeldRead, pageOf } from "./page.ts";

describe("pages that an outcome has changed of which nobody was told", () => {
  it("are shown as they were while they are read anew, and no longer once it is told", async () => {
    const under = new CacheUnderTest();
    const held = new HeldRead();
    const first = under.text(held.read);
    held.end(pageOf("before"));
    await first;
    const at = under.clock.heard(["t"]);
    under.cache.renew(["k"]);
    expect(await under.text(held.read)).to.equal("before");
    expect(held.begun).to.equal(2);
    under.clock.told(["t"], at);
    const late = under.text(held.read);
    held.end(pageOf("after"));
    expect(await late).to.equal("after");
    expect(under.sources).to.deep.equal(["database", "aging", "shared"]);
  });

  it("wait for nobody where the next is there before it is told", async () => {
    const under = new CacheUnderTest();
    await under.text(async () => pageOf("before"));
    let version = "after";
    const read = async () => pageOf(version);
    const at = under.clock.heard(["t"]);
    expect(await under.text(read)).to.equal("before");
    await nextRound();
    under.clock.told(["t"], at);
    version = "later";
    expect(await under.text(read)).to.equal("after");
    expect(under.sources).to.deep.equal(["database", "aging", "memory"]);
  });

  it("are kept where only what was not told has overtaken their read", async () => {
    const under = new CacheUnderTest();
    const held = new HeldRead();
    const first = under.text(held.read);
    under.clock.heard(["t"]);
    held.end(pageOf("between"));
    await first;
    expect(await under.text(held.read)).to.equal("between");
    expect([under.overtaken, held.begun]).to.deep.equal([0, 2]);
  });

  it("are for visitors of this process only where they were overtaken", async () => {
    const kept: string[] = [];
    const shared = {
      look: async () => ({ found: null }),
      keep: (_: string, page: { readonly body: Buffer }) => kept.push(page.body.toString()),
    };
    const under = new CacheUnderTest({ shared: shared as unknown as SharedPages });
    const held = new HeldRead();
    const first = under.text(held.read);
    await nextRound();
    under.clock.heard(["t"]);
    held.end(pageOf("between"));
    await first;
    expect(kept).to.deep.equal([]);
    await under.text(held.read);
    await nextRound();
    held.end(pageOf("after"));
    await nextRound();
    expect(kept).to.deep.equal(["after"]);
  });

  it("are old at once where everything before is forgotten", async () => {
    const under = new CacheUnderTest();
    await under.text(async () => pageOf("before"));
    const at = under.clock.heard(["t"]);
    under.clock.invalidateAll();
    under.clock.told(["t"], at);
    expect(await under.text(async () => pageOf("after"))).to.equal("after");
  });
});

describe("what an API process knows to be decided", () => {
  const eventId = "0197c1a4-7c00-7000-8000-5f0000000001" as EventId;
  /** Longer than anything may stay untold. */
  const UNTOLD_MS = 100;

  /** The pages of a process, and the text of the one page of the event. */
  const stage = async () => {
    const config = { ...loadConfig({}), REDIS_URL: null };
    const caching = composeCache({ config, pool: {} as pg.Pool, metrics: new Metrics() });
    let version = 0;
    const read = async () => {
      version += 1;
      return pageOf(`v${version}`, { tags: [eventTag(eventId)] });
    };
    const text = async () => {
      const { page } = await caching.desk.pages.page({ kind: "event", key: "k", read });
      return page.body.toString();
    };
    expect(await text()).to.equal("v1");
    return { caching, text };
  };

  it("is in no page from before, once it says so", async () => {
    const { caching, text } = await stage();
    caching.decided([{ eventId }]);
    expect(await text()).to.equal("v2");
  });

  it("may be missing in a page until somebody is told, and no longer than a moment", async () => {
    const { caching, text } = await stage();
    const told = caching.decidedUntold([{ eventId }]);
    expect(await text()).to.equal("v1");
    await nextRound();
    expect(await text()).to.equal("v2");
    told([{ eventId }]);
    expect(await text()).to.equal("v2");
    const held = new HeldRead();
    const look = async () =>
      (await caching.desk.pages.page({ kind: "event", key: "k", read: held.read })).page;
    caching.decidedUntold([{ eventId }]);
    expect((await look()).body.toString()).to.equal("v2");
    await sleep(UNTOLD_MS);
    const late = look();
    held.end(pageOf("v3", { tags: [eventTag(eventId)] }));
    expect((await late).body.toString()).to.equal("v3");
  });
});

describe("the feed of outcomes", () => {
  const [hot, calm] = ["event-hot", "event-calm"] as unknown as [EventId, EventId];
  const command = "command" as unknown as CommandId;
  const entry = { eventId: hot, command: { id: command } } as unknown as LedgerEntry;
  const rangeOf = (eventId: EventId): LedgerRange => ({ eventId, from: 1, to: 1 });

  let told: string[];
  let read: PromiseWithResolvers<LedgerEntry[]>;
  let feed: OutcomeFeed;
  const open = () => {
    told = [];
    read = Promise.withResolvers();
    feed = new OutcomeFeed({
      readLedger: () => read.promise,
      findDecisions: async () => [],
      log: createLog({ level: "silent", role: "api" }),
    });
  };
  const telling = (ranges: readonly LedgerRange[]) => {
    told.push(...ranges.map(({ eventId }) => String(eventId)));
  };
  const answered = () => feed.decisionOf(hot, command, 5_000).then(() => told.push("answered"));
  afterEach(() => feed.close());

  it("says of what nobody waits for that it is told at once, and of the rest before anybody is answered", async () => {
    open();
    const answer = answered();
    feed.noticed([rangeOf(hot), rangeOf(calm)], telling);
    expect(told).to.deep.equal(["event-calm"]);
    read.resolve([entry]);
    await answer;
    expect(told).to.deep.equal(["event-calm", "event-hot", "answered"]);
  });

  it("says so too where it cannot be read", async () => {
    open();
    void answered();
    feed.noticed([rangeOf(hot)], telling);
    read.reject(new Error("away"));
    await nextRound();
    expect(told).to.deep.equal(["event-hot"]);
  });
});
