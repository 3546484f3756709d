import { expect } from "chai";
import pg from "pg";
import type { EventId } from "../../src/domain/ids.ts";
import { LowMarks } from "../../src/mailbox/low-marks.ts";
import { Engine } from "../engine/engine.ts";

const TAKEN = 20_000;
const BATCH = 500;
const COMPARISONS_MORE = 4;
const ROUNDS = 5;
/** With a mark a take costs 2 ms here, and 18 without. */
const SHARE_MAX = 0.5;
const NOON = Date.UTC(2030, 0, 1, 12);

describe("where the envelopes of a mailbox begin", () => {
  it("is a second before the oldest one that a take found, in each lane", () => {
    const marks = new LowMarks();
    const first = marks.of("queue", 0);
    expect(first).to.deep.equal({ urgent: "-infinity", bookings: "-infinity" });
    marks.learn("queue", first, { urgent: null, bookings: NOON }, 0);
    expect(marks.of("queue", 1)).to.deep.equal({ urgent: "-infinity", bookings: "2030-01-01T11:59:59.000Z" });
    expect(marks.of("another", 1)).to.deep.equal(first);
  });

  it("never goes back, not even where a lane has nothing", () => {
    const marks = new LowMarks();
    marks.learn("queue", marks.of("queue", 0), { urgent: NOON, bookings: NOON }, 0);
    const mark = marks.of("queue", 1);
    marks.learn("queue", mark, { urgent: null, bookings: NOON - 500 }, 1);
    expect(marks.of("queue", 2)).to.deep.equal(mark);
  });

  it("is forgotten every five seconds: nothing is overlooked for longer", () => {
    const marks = new LowMarks();
    marks.learn("queue", marks.of("queue", 0), { urgent: null, bookings: NOON }, 0);
    expect(marks.of("queue", 5_000).bookings).to.not.equal("-infinity");
    const everywhere = marks.of("queue", 5_001);
    expect(everywhere.bookings).to.equal("-infinity");
    marks.learn("queue", everywhere, { urgent: null, bookings: NOON }, 5_001);
    expect(marks.of("queue", 10_000).bookings).to.not.equal("-infinity");
  });

  it("goes back with a clock that was set back, after one look at everything and not at every one", () => {
    const marks = new LowMarks();
    const hourAgo = NOON - 3_600_000;
    marks.learn("queue", marks.of("queue", 0), { urgent: null, bookings: NOON }, 0);
    marks.learn("queue", marks.of("queue", 6_000), { urgent: null, bookings: hourAgo }, 6_000);
    expect(marks.of("queue", 6_001).bookings).to.equal("2030-01-01T10:59:59.000Z");
  });

  describe("in the database", () => {
    let engine: Engine;
    before(async () => {
      engine = await Engine.start();
      await engine.pool.query("alter table mailbox.job_common set (autovacuum_enabled = off)");
    });
    after(() => engine.stop());

    const send = async (eventId: EventId, count: number) => {
      await engine.send(eventId, ...Array.from({ length: count }, () => engine.book(eventId)));
    };

    it("keeps a take quick while a long reader keeps what was taken", async () => {
      const eventId = await engine.event({ capacity: 100_000 });
      const { turn } = engine.worker();
      // No session of the product is idle in a transaction for so long.
      const reader = new pg.Client({ connectionString: engine.database.url });
      await reader.connect();
      try {
        await reader.query("begin isolation level repeatable read");
        await reader.query("select count(*) from mailbox.job_common");
        await send(eventId, TAKEN);
        for (let taken = 0; taken < TAKEN; taken += BATCH) await turn(eventId);
        // Older than what an accept may be late by.
        await new Promise((resolve) => setTimeout(resolve, 1_100));
        await send(eventId, BATCH);
        const compare = async () => {
          // Whoever takes for the first time looks everywhere.
          const usual = Math.min(await takeMs(eventId), await takeMs(eventId), await takeMs(eventId));
          const { tx } = engine.worker();
          await takeMs(eventId, tx);
          const marked = Math.min(...(await inTurn(ROUNDS, () => takeMs(eventId, tx))));
          return marked / usual;
        };
        // What else the machine does only ever makes a take slower.
        let share = await compare();
        for (let more = 0; more < COMPARISONS_MORE && share >= SHARE_MAX; more += 1) share = await compare();
        expect(share).to.be.below(SHARE_MAX);
      } finally {
        await reader.end();
      }
    });

    it("hides nothing of a turn that was given up", async () => {
      const eventId = await engine.event();
      const { tx } = engine.worker();
      await send(eventId, 5);
      for (let round = 0; round < 3; round += 1) {
        await tx.lock([eventId]);
        const [delivery] = await tx.fetch([{ eventId, max: 2 }]);
        expect(delivery?.envelopes.map(({ ordinal }) => ordinal)).to.deep.equal([1, 2]);
        await tx.abandon();
      }
    });

    it("hides nothing that a slow accept put there later", async () => {
      const eventId = await engine.event();
      const { tx } = engine.worker();
      const take = async () => {
        await tx.lock([eventId]);
        const [delivery] = await tx.fetch([{ eventId, max: 10 }]);
        await tx.abandon();
        return delivery?.envelopes.length;
      };
      await send(eventId, 1);
      expect(await take()).to.equal(1);
      await send(eventId, 1);
      await engine.pool.query(
        "update mailbox.job_common set created_on = created_on - interval '900 ms' where (data->>'n')::integer = 2",
      );
      expect(await take()).to.equal(2);
    });

    /** What a take costs that is not kept. */
    async function takeMs(eventId: EventId, tx = engine.worker().tx): Promise<number> {
      await tx.lock([eventId]);
      const began = performance.now();
      const [delivery] = await tx.fetch([{ eventId, max: BATCH }]);
      const elapsedMs = performance.now() - began;
      expect(delivery?.envelopes).to.have.length(BATCH);
      await tx.abandon();
      return elapsedMs;
    }
  });
});

async function inTurn<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let at = 0; at < count; at += 1) results.push(await work());
  return results;
}
