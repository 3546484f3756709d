import { expect } from "chai";
import { beginRebuild, forgetEvent } from "../../src/store/analytics/rebuild.ts";
import { stepAnalytics } from "../../src/store/analytics/step.ts";
import { reportOf } from "../audit/support.ts";
import { Engine, type TestWorker } from "../engine/engine.ts";
import { dice } from "../engine/storm.ts";
import { ANA, BEN, catchUp, contents, stormyEvents } from "./world.ts";

const SEEDS = [1, 2, 3];
const TURNS = 40;
const COMMANDS_PER_TURN = 10;
const CATEGORIES = ["music", "opera", null];

describe("analytics of a database on which everything happens", function () {
  this.timeout(120_000);
  let engine: Engine;

  beforeEach(async () => {
    engine = await Engine.start();
  });
  afterEach(() => engine.stop());

  async function rage(seed: number, meanwhile: () => Promise<unknown>): Promise<void> {
    const roll = dice(seed);
    const events = await stormyEvents(engine, roll);
    const worker = engine.worker();
    for (let turn = 0; turn < TURNS; turn += 1) {
      const { eventId, storm } = events[roll(events.length)] as (typeof events)[number];
      await storm.look();
      await engine.send(eventId, ...Array.from({ length: COMMANDS_PER_TURN }, () => storm.command()));
      if (turn % 10 === 9) {
        const changes = { category: CATEGORIES[roll(CATEGORIES.length)] ?? null };
        await engine.send(eventId, { type: "ChangeEvent", id: engine.ids.commandId(), changes });
      }
      await Promise.all([worker.turn(eventId), meanwhile()]);
    }
    await settle(
      events.map(({ eventId }) => eventId),
      worker,
    );
  }

  async function settle(eventIds: readonly (typeof ANA | string)[], worker: TestWorker): Promise<void> {
    for (const eventId of eventIds) {
      await engine.send(eventId as never, { type: "ResumeSale", id: engine.ids.commandId() });
      await engine.drain(eventId as never, worker);
    }
  }

  for (const seed of SEEDS) {
    it(`are what verify finds in the ledger, with two who add up at a time while it is written (seed ${seed})`, async () => {
      const elsewhere: string[] = [];
      await rage(seed, async () => {
        const steps = await Promise.all([stepAnalytics(engine.pool, 7), stepAnalytics(engine.pool, 7)]);
        elsewhere.push(...steps.map(({ type }) => type));
      });
      await catchUp(engine, 7);
      expect(elsewhere).to.include("elsewhere");
      expect(await findings(engine)).to.deep.equal([]);
      const { entries } = await reportOf(engine.database.url, null);
      expect(entries).to.be.greaterThan(TURNS * COMMANDS_PER_TURN * 0.8);
      expect((await contents(engine)).refund?.length, "refunds that are owed").to.be.greaterThan(0);
    });
  }

  it("are the same when an event is added up again, or everything", async () => {
    await rage(4, () => stepAnalytics(engine.pool, 50));
    await catchUp(engine);
    const before = await contents(engine);
    const { rows } = await engine.pool.query<{ event_id: string }>(
      "select event_id from event order by number",
    );
    for (const { event_id: eventId } of rows) {
      expect(await forgetEvent(engine.pool, eventId)).to.equal(true);
      expect(await findings(engine), "with one event less").to.deep.equal([]);
      await catchUp(engine, 3);
      await expectContents(engine, before);
    }
    expect(await beginRebuild(engine.pool)).to.include({ isResumed: false });
    await stepAnalytics(engine.pool, 100);
    expect(await beginRebuild(engine.pool), "gone on with").to.include({ isResumed: true });
    await catchUp(engine, 100);
    await expectContents(engine, before);
    expect(await beginRebuild(engine.pool), "the next one").to.include({ isResumed: false });
  });

  it("show what they are when somebody changed them", async () => {
    await rage(5, () => Promise.resolve());
    await catchUp(engine);
    expect(await findings(engine)).to.deep.equal([]);
    for (const [change, what] of CHANGES) {
      await engine.pool.query(change);
      const listed = await findings(engine);
      expect(listed.map(({ subject }) => subject).join("\n"), change).to.match(what);
      await beginRebuild(engine.pool);
      await catchUp(engine);
      expect(await findings(engine), `after ${change}`).to.deep.equal([]);
    }
  });

  it("keep organisers and currencies apart", async () => {
    await rage(1, () => Promise.resolve());
    await catchUp(engine);
    const { rows } = await engine.pool.query<{ scope: string; currency: string; tickets: number }>(
      `select scope_id as scope, currency, sum(tickets)::bigint as tickets from analytics_day group by 1, 2 order by 1, 2`,
    );
    const of = (scope: string, currency: string) =>
      rows.find((row) => row.scope === scope && row.currency === currency)?.tickets ?? 0;
    const all = "00000000-0000-0000-0000-000000000000";
    expect(of(ANA, "USD")).to.be.greaterThan(0);
    expect(of(BEN, "EUR")).to.equal(0);
    expect(of(all, "USD")).to.equal(of(ANA, "USD") + of(BEN, "USD"));
    expect(of(all, "EUR")).to.equal(of(ANA, "EUR"));
  });
});

/** What `npm run verify` says of the analytics. */
async function findings(engine: Engine) {
  const { listed } = await reportOf(engine.database.url);
  return listed.filter(({ area }) => area === "analytics");
}

async function expectContents(
  engine: Engine,
  due: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  for (const [table, rows] of Object.entries(await contents(engine)))
    expect(rows.join("\n"), table).to.equal(due[table]?.join("\n"));
}

const CHANGES = [
  ["update analytics_event set booked_minor = booked_minor + 1", /totals: booked_minor/],
  ["update analytics_event_day set refused = refused + 1", /day .*: refused/],
  ["update analytics_tier_day set tickets = tickets + 1", /tier and day/],
  ["update analytics_day set bookings = bookings + 1", /analytics_day/],
  ["update analytics_event_week set cancelled_tickets = cancelled_tickets + 1", /analytics_event_week/],
  ["update analytics_person set spend_minor = spend_minor + 5", /analytics_person/],
  ["update analytics_people set people = people + 1", /analytics_people/],
  ["delete from analytics_tally_day", /analytics_tally_day/],
] as const;
