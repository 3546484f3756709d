import { setImmediate as nextRound } from "node:timers/promises";
import { expect } from "chai";
import { freshMsOf } from "../../src/cache/entry.ts";
import { CacheUnderTest, HeldRead, pageOf, STALE_MS_MAX } from "./page.ts";

describe("pages in memory", () => {
  it("are read once for a thousand who ask at once", async () => {
    const under = new CacheUnderTest();
    let reads = 0;
    const read = async () => {
      reads += 1;
      await nextRound();
      return pageOf("one");
    };
    const texts = await Promise.all(Array.from({ length: 1_000 }, () => under.text(read)));
    expect(new Set(texts)).to.deep.equal(new Set(["one"]));
    expect(reads).to.equal(1);
    expect(under.sources.filter((source) => source === "shared")).to.have.length(999);
  });

  it("are shown until the bound: four fifths of it as they are, the last while the next is read", async () => {
    const under = new CacheUnderTest();
    let version = 0;
    const read = async () => {
      version += 1;
      return pageOf(`v${version}`);
    };
    await under.text(read);
    under.nowMs = freshMsOf(STALE_MS_MAX) - 1;
    expect(await under.text(read)).to.equal("v1");
    expect(version).to.equal(1);
    under.nowMs = freshMsOf(STALE_MS_MAX);
    expect(await Promise.all([under.text(read), under.text(read)])).to.deep.equal(["v1", "v1"]);
    await nextRound();
    expect(version).to.equal(2);
    expect(await under.text(read)).to.equal("v2");
    under.nowMs += STALE_MS_MAX;
    expect(await under.text(read)).to.equal("v3");
    expect(under.sources).to.deep.equal(["database", "memory", "aging", "aging", "memory", "database"]);
  });

  it("that were read together are not read anew together", async () => {
    const agesAt: number[] = [];
    for (const dice of [0, 0.5, 1]) {
      const under = new CacheUnderTest();
      under.dice = dice;
      await under.text(async () => pageOf("v1"));
      while (under.sources.at(-1) !== "aging") {
        under.nowMs += STALE_MS_MAX / 100;
        await under.text(async () => pageOf("v2"));
      }
      agesAt.push(under.nowMs / STALE_MS_MAX);
    }
    expect(agesAt).to.deep.equal([0.8, 0.7, 0.6]);
  });

  it("are as old as the beginning of their read, however long it took", async () => {
    const under = new CacheUnderTest();
    const held = new HeldRead();
    const first = under.text(held.read);
    under.nowMs = STALE_MS_MAX;
    held.end(pageOf("slow"));
    expect(await first).to.equal("slow");
    expect(await under.text(async () => pageOf("next"))).to.equal("next");
  });

  it("are read anew after an invalidation of any of their tags, and of no other", async () => {
    const under = new CacheUnderTest();
    await under.text(async () => pageOf("one", { tags: ["a", "b"] }));
    under.clock.invalidate(["c"]);
    expect(await under.text(async () => pageOf("two"))).to.equal("one");
    under.clock.invalidate(["b"]);
    expect(await under.text(async () => pageOf("three"))).to.equal("three");
    under.clock.invalidateAll();
    expect(await under.text(async () => pageOf("four"))).to.equal("four");
  });

  it("are not kept where an invalidation overtook their read; who asked after it gets the next", async () => {
    const under = new CacheUnderTest();
    const old = new HeldRead();
    const early = under.text(old.read);
    under.clock.invalidate(["t"]);
    const fresh = new HeldRead();
    const late = [under.text(fresh.read), under.text(fresh.read)];
    old.end(pageOf("old"));
    expect(await early).to.equal("old");
    await nextRound();
    fresh.end(pageOf("new"));
    expect(await Promise.all(late)).to.deep.equal(["new", "new"]);
    expect([fresh.begun, under.overtaken]).to.deep.equal([1, 1]);
    expect(await under.text(old.read)).to.equal("new");
  });

  it("do not hear of failures that are none of theirs", async () => {
    const under = new CacheUnderTest();
    const failing = new HeldRead();
    const both = Promise.allSettled([under.text(failing.read), under.text(failing.read)]);
    under.clock.invalidate(["t"]);
    const late = under.text(async () => pageOf("there now"));
    failing.end(new Error("away"));
    expect((await both).map(({ status }) => status)).to.deep.equal(["rejected", "rejected"]);
    expect(await late).to.equal("there now");
    under.nowMs = STALE_MS_MAX / 2;
    const away = () => Promise.reject(new Error("away"));
    expect(await under.text(away)).to.equal("there now");
    under.nowMs = STALE_MS_MAX;
    expect(await under.text(away).catch((error: Error) => error.message)).to.equal("away");
  });

  it("end with the clock where it changes what they show", async () => {
    const under = new CacheUnderTest();
    await under.text(async () => pageOf("upcoming", { goodUntilMs: Date.now() - 1 }));
    expect(await under.text(async () => pageOf("ongoing"))).to.equal("ongoing");
  });

  it("are not kept where anybody can think up any number of them, or where the bound is 0", async () => {
    for (const under of [new CacheUnderTest(), new CacheUnderTest({ staleMsMax: 0 })]) {
      await under.text(async () => pageOf("one", { isKept: false }));
      expect(await under.text(async () => pageOf("two", { isKept: false }))).to.equal("two");
      expect(under.cache.size.entries).to.equal(0);
    }
  });

  it("take no more memory than they may", async () => {
    const bytesMax = 1_048_576;
    const under = new CacheUnderTest({ bytesMax });
    for (let at = 0; at < 500; at += 1) {
      await under.text(async () => pageOf("x".repeat(10_000)), `k${at}`);
    }
    const { entries, bytes } = under.cache.size;
    expect(bytes)
      .to.be.above(bytesMax * 0.9)
      .and.at.most(bytesMax);
    expect(entries).to.be.below(110);
    await under.text(async () => pageOf("x".repeat(2 * bytesMax)), "huge");
    expect(under.cache.size.bytes).to.be.at.most(bytesMax);
  });
});

describe("pages that somebody watches", () => {
  const versions = (under: CacheUnderTest) => {
    let version = 0;
    const read = async () => {
      version += 1;
      await nextRound();
      return pageOf(`v${version}`);
    };
    const changed = () => {
      under.clock.invalidate(["t"]);
      under.cache.renew(["k"]);
    };
    /** Later; and whatever is read because of it is there. */
    const changedAfter = async (ms: number) => {
      under.nowMs += ms;
      changed();
      await nextRound();
      await nextRound();
    };
    return { read, changed, changedAfter, count: () => version };
  };

  it("are read anew when they change, before the next look at them", async () => {
    const under = new CacheUnderTest();
    const { read, changedAfter } = versions(under);
    await under.text(read);
    await changedAfter(0);
    expect(await under.text(read)).to.equal("v2");
    expect([under.sources.at(-1), under.renewed]).to.deep.equal(["memory", 1]);
  });

  it("are left alone where nobody looked since, and where they have not changed", async () => {
    const under = new CacheUnderTest();
    const { read, changedAfter, count } = versions(under);
    await under.text(read);
    under.cache.renew(["k", "unknown"]);
    for (let at = 0; at < 5; at += 1) await changedAfter(100);
    // Twice it had been looked at a quarter of a second ago at most; then not since its last read.
    expect(count()).to.equal(3);
  });

  it("are read anew with every change while they are watched, though nobody looked between two of them", async () => {
    const under = new CacheUnderTest();
    const { read, changedAfter, count } = versions(under);
    await under.text(read);
    for (let at = 0; at < 3; at += 1) await changedAfter(50);
    expect(count()).to.equal(4);
    expect(await under.text(read)).to.equal("v4");
    expect(under.sources).to.deep.equal(["database", "memory"]);
  });

  it("are read once more where they change during that read", async () => {
    const under = new CacheUnderTest();
    const { read, changed, count } = versions(under);
    await under.text(read);
    changed();
    changed();
    changed();
    for (let at = 0; at < 4; at += 1) await nextRound();
    expect(count()).to.equal(3);
    expect(await under.text(read)).to.equal("v3");
    expect(under.sources.at(-1)).to.equal("memory");
  });
});
