import { expect } from "chai";
import type pg from "pg";
import { makeForecasts } from "../../src/forecast/forecaster-loop.ts";
import { dayAfter, measureDays } from "../../src/forecast/measure.ts";
import { createPool } from "../../src/store/database.ts";
import { createForecastStore } from "../../src/store/forecasts/forecast-store.ts";
import { knownDay } from "../../src/store/forecasts/progress.ts";
import { createForecastReads } from "../../src/store/forecasts/reads.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";
import { ANA, BEN, bookings, bookingsOn, EVERYBODY, event, eventIdOf, TODAY } from "./world.ts";

describe("forecasts of an installation", () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeEach(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, name: "forecasts", max: 6, log: silent });
  });
  afterEach(async () => {
    await pool.end();
    await database.drop();
  });

  const reads = () => createForecastReads(pool);
  async function make(today: string, holder = "one"): Promise<void> {
    const store = createForecastStore(pool, holder);
    if (!(await store.claim(today))) return;
    while (!(await makeForecasts(store, today))) await store.claim(today);
  }
  const past = (number: number, days: number, sold: Record<number, number>) =>
    event(pool, { eventId: eventIdOf(number), on: dayAfter(TODAY, -days), sold });

  it("are made of all days before, of each organiser and of everybody", async () => {
    await event(pool, { eventId: eventIdOf(1), on: dayAfter(TODAY, 3), sold: {} });
    await event(pool, { eventId: eventIdOf(2), ownerId: BEN, on: dayAfter(TODAY, 3), sold: {} });
    for (const scopeId of [ANA, EVERYBODY]) {
      // What comes later is there already, and must not be looked at.
      await bookings(pool, { scopeId, from: dayAfter(TODAY, -150), until: TODAY });
      await bookings(pool, { scopeId, from: TODAY, until: dayAfter(TODAY, 5), of: () => 900 });
    }
    await make(TODAY);
    const { madeOn, outlook, reason } = (await reads().latest(ANA))!;
    expect({ madeOn, reason }).to.deep.equal({ madeOn: TODAY, reason: null });
    expect(outlook!.days).to.have.length(14);
    outlook!.days.forEach(({ point }, ahead) => {
      expect(point, `day ${ahead}`).to.be.closeTo(bookingsOn(dayAfter(TODAY, ahead)), 3);
    });
    expect((await reads().latest(null))!.outlook).to.deep.equal(outlook);
    const ofBen = (await reads().latest(BEN))!;
    expect(ofBen.outlook).to.equal(null);
    expect(ofBen.reason).to.match(/^0 days since the first booking; a forecast needs 68$/);
  });

  it("are made once a day, however many processes make them and whenever one dies", async () => {
    for (let number = 1; number <= 30; number += 1) {
      const ownerId = eventIdOf(1_000 + number);
      await event(pool, { eventId: eventIdOf(number), ownerId, on: dayAfter(TODAY, number), sold: {} });
    }
    await bookings(pool, { scopeId: EVERYBODY, from: dayAfter(TODAY, -100), until: TODAY });
    // One died in the middle: it had made some, and holds the claim.
    const dead = createForecastStore(pool, "dead");
    expect(await dead.claim(TODAY)).to.equal(true);
    await makeForecasts(dead, TODAY);
    const first = await pool.query("select * from forecast_made order by scope_id");
    expect(await createForecastStore(pool, "other").claim(TODAY)).to.equal(false);
    await pool.query("update forecast_progress set claimed_until = now() - interval '1 second'");
    // No claim keeps these from one another: the keys do.
    const stores = ["a", "b", "c"].map((name) => createForecastStore(pool, name));
    await Promise.all(
      stores.map(async (store) => {
        while (!(await makeForecasts(store, TODAY)));
      }),
    );
    const { rows } = await pool.query("select * from forecast_made order by scope_id");
    expect(rows).to.have.length(31);
    expect(rows, "what was made stays as it was").to.deep.include.members(first.rows);
    const events = await pool.query("select count(*)::integer as made from forecast_event_made");
    expect(events.rows[0].made).to.equal(30);
    expect(await createForecastStore(pool, "late").claim(TODAY), "all is made").to.equal(false);
    expect(await createForecastStore(pool, "late").claim(dayAfter(TODAY, 1)), "the next day").to.equal(true);
  });

  it("are measured by what came, from the second week of them on", async () => {
    await event(pool, { eventId: eventIdOf(1), on: dayAfter(TODAY, 60), sold: {} });
    await bookings(pool, { scopeId: ANA, from: dayAfter(TODAY, -90), until: dayAfter(TODAY, 40) });
    for (let days = 0; days < 14; days += 1) await make(dayAfter(TODAY, days));
    const early = await reads().measured(ANA, dayAfter(TODAY, 13));
    expect(early).to.deep.equal({
      reason: "13 forecasts could be compared with what came; 14 are needed",
      byDay: null,
      byWeek: null,
    });
    const { byDay, byWeek, reason } = await reads().measured(ANA, dayAfter(TODAY, 14));
    expect(reason).to.equal(null);
    // 14 origins; of the last ones not all seven days were over.
    expect(byDay!.n).to.equal(7 * 8 + 6 + 5 + 4 + 3 + 2 + 1);
    expect(byWeek!.n).to.equal(8);
    expect(byDay!.wape).to.be.within(0, 0.2);
    expect(byDay!.coverage95).to.be.within(0.8, 1);
    const worse = await pool.query("update analytics_day set bookings = bookings * 3 where day >= $1", [
      TODAY,
    ]);
    expect(worse.rowCount).to.be.above(0);
    expect((await reads().measured(ANA, dayAfter(TODAY, 14))).byDay!.wape).to.be.above(0.5);
    expect((await reads().measured(BEN, dayAfter(TODAY, 14))).reason).to.match(/^0 forecasts/);
  });

  it("of events compare with those that are over, count what was refused, and are measured when they are over", async () => {
    const usual = { 30: 10, 20: 20, 10: 20, 5: 20, 1: 15 };
    for (let number = 1; number <= 10; number += 1) await past(number, 20 + number, { ...usual, 3: number });
    await past(11, 40, { 30: 500 });
    await pool.query("update event set status = 'cancelled' where event_id = $1", [eventIdOf(11)]);
    const upcoming = { eventId: eventIdOf(20), on: dayAfter(TODAY, 7) };
    await event(pool, { ...upcoming, sold: { 30: 10, 20: 20, 10: 20, 5: 70, 1: 15 } });
    await make(TODAY);
    const [made] = await reads().events(ANA, TODAY, 10);
    expect(made).to.include({ eventId: upcoming.eventId, daysBefore: 7, madeOn: TODAY, sold: 135 });
    const { pickUp, likeness, comparableEvents } = made!.prediction;
    expect({ likeness, comparableEvents }).to.deep.equal({
      likeness: "same organizer and category, similar size",
      comparableEvents: 10,
    });
    // Others took in 35 to 45 from here on; that this one took in 85 is not known yet.
    expect(pickUp!.demandToCome.point).to.be.within(35, 46);
    expect(pickUp!.sales.point).to.be.within(85, 96);
    expect(await reads().event(ANA, upcoming.eventId, TODAY)).to.deep.equal(made);
    expect(await reads().event(BEN, upcoming.eventId, TODAY)).to.equal(null);
    expect(await reads().events(BEN, TODAY, 10)).to.deep.equal([]);

    const over = dayAfter(TODAY, 8);
    expect(await reads().measuredEvents(ANA, over)).to.deep.equal({
      reason: "forecasts of 1 events could be compared with what came; 8 are needed",
      byEvent: null,
    });
    for (let number = 21; number <= 28; number += 1) {
      await event(pool, { eventId: eventIdOf(number), on: upcoming.on, sold: usual });
    }
    await pool.query("update forecast_progress set made_on = '-infinity'");
    await make(TODAY);
    await pool.query(
      "insert into analytics_tally (event_id, day, what, reason, requests, tickets) values ($1, $2, 'refused', 'SoldOut', 9, 18), ($1, $2, 'refused', 'SalePaused', 5, 5)",
      [eventIdOf(21), dayAfter(TODAY, 6)],
    );
    const { byEvent } = await reads().measuredEvents(ANA, over);
    const came = 85 + 8 * 35 + 18;
    const expected = 9 * pickUp!.demandToCome.point;
    expect(byEvent!.n).to.equal(9);
    expect(byEvent!.bias).to.be.closeTo((expected - came) / came, 0.02);
  });

  it("of an event without enough to compare with are none, with the reason", async () => {
    for (let number = 1; number <= 7; number += 1) await past(number, 20, { 10: 20 });
    await event(pool, { eventId: eventIdOf(20), on: dayAfter(TODAY, 7), sold: { 20: 4 } });
    await make(TODAY);
    const [made] = await reads().events(null, TODAY, 10);
    expect(made!.prediction).to.include({
      pickUp: null,
      reason: "7 comparable past events; a forecast needs 8",
    });
  });

  it("wait until the day before is added up, and until a rebuild is over", async () => {
    expect(await knownDay(pool)).to.equal(null);
    await pool.query("update analytics_progress set caught_up_at = now() - interval '1 day'");
    expect(await knownDay(pool)).to.equal(null);
    await pool.query("update analytics_progress set caught_up_at = now()");
    expect(await knownDay(pool)).to.equal(await reads().today());
    await pool.query("update analytics_progress set rebuilding_since = now()");
    expect(await knownDay(pool)).to.equal(null);
  });

  it("are forgotten when they are of no use any more", async () => {
    await make(dayAfter(TODAY, -200));
    await make(dayAfter(TODAY, -100));
    await make(TODAY);
    const { rows } = await pool.query("select made_on::text from forecast_made order by 1");
    expect(rows.map(({ made_on: madeOn }) => madeOn)).to.deep.equal([dayAfter(TODAY, -100), TODAY]);
  });
});

describe("measuring past forecasts", () => {
  it("knows nothing of days that are not over", () => {
    const flat = { point: 2, interval80: { lower: 1, upper: 3 }, interval95: { lower: 0, upper: 4 } };
    const made = Array.from({ length: 14 }, (_, at) => ({
      madeOn: dayAfter(TODAY, at - 14),
      outlook: { days: new Array(14).fill(flat), weeks: new Array(2).fill(flat) },
      reason: null,
    }));
    const { byDay, byWeek } = measureDays(made, new Map([[TODAY, 1_000]]), TODAY);
    expect(byDay).to.deep.include({ wape: null, coverage80: 0, coverage95: 1 });
    expect(byWeek!.n).to.equal(8);
  });
});
