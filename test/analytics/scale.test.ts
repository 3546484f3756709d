import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import type pg from "pg";
import { type HistorySize, writeSales } from "../../bench/analytics/history.ts";
import { type Projected, projectAll, timed } from "../../bench/analytics/measure.ts";
import { csvOf } from "../../src/http/csv-rows.ts";
import { ReadAnalytics } from "../../src/http/steps/read-analytics.ts";
import { eventReads } from "../../src/store/analytics/event-reads.ts";
import { exportRows } from "../../src/store/analytics/exports.ts";
import { scopeReads } from "../../src/store/analytics/reads.ts";
import { createPool } from "../../src/store/database.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";

/** ANALYTICS_SCALE=1 is what the issue asks for: 1,000,000 bookings of 5,000 events. */
const SCALE = Number(process.env.ANALYTICS_SCALE ?? 0.03);
const SIZE: HistorySize = {
  events: Math.round(5_000 * SCALE),
  bookings: Math.round(1_000_000 * SCALE),
  people: Math.round(200_000 * SCALE),
  organizers: 20,
  days: 180,
};
/** Processor time of this process for each booking that is added up: a tenth of what deciding it costs. */
const CPU_US_MAX = 150;
/** Of 1,000,000 bookings it takes half of that on two quiet cores. */
const DASHBOARD_MS_MAX = 50;
/** Days back, and days long. */
const PERIODS = [
  [0, 1],
  [3, 4],
  [9, 9],
  [29, 30],
  [100, 25],
  [179, 180],
] as const;
const CSV_MIB_MAX = 24;
const MIB = 1024 * 1024;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function heapMib(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MIB;
}

describe(`analytics of ${SIZE.bookings.toLocaleString("en")} bookings of ${SIZE.events} events`, function () {
  this.timeout(1_800_000);
  let database: TestDatabase;
  let pool: pg.Pool;
  let projected: Projected;

  before(async () => {
    database = await createTestDatabase();
    const limits = {
      statementMs: 300_000,
      lockMs: 5_000,
      idleInTransactionMs: 60_000,
      transactionMs: 300_000,
    };
    pool = createPool({ url: database.url, name: "test-analytics", max: 4, log: silent, limits });
    await writeSales(pool, SIZE);
    projected = await projectAll(pool);
    await pool.query("analyze");
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });

  it("cost little for each booking that is new", async () => {
    console.log(`        ${JSON.stringify(projected)}`);
    expect(projected.entries).to.equal(SIZE.bookings + SIZE.events);
    expect(projected.cpuUs).to.be.lessThan(CPU_US_MAX);
    const again = await projectAll(pool);
    expect(again.entries, "nothing is new").to.equal(0);
  });

  it("are shown without looking at bookings", async () => {
    const desk = {
      reads: { ...scopeReads(pool), ...eventReads(pool) },
      rows: () => [],
      performance: NO_FIGURES,
    };
    const read = new ReadAnalytics({ analytics: desk as never, defaultCurrency: "USD" });
    const period = {
      from: new Date(Date.now() - 29 * 86_400_000).toISOString().slice(0, 10),
      to: "2999-12-31",
    };
    const owner = "00000000-0000-7a00-8000-000000000003";
    const dashboards = {
      "everybody, all time": () => read.dashboard(null, { period: null, currency: undefined }),
      "everybody, 30 days": () => read.dashboard(null, { period, currency: undefined }),
      "an organizer, all time": () => read.dashboard(owner, { period: null, currency: undefined }),
      "an organizer, 30 days": () => read.dashboard(owner, { period, currency: undefined }),
      segments: () => read.segments(null),
    };
    const { summary } = await read.dashboard(null, { period: null, currency: undefined });
    expect(summary.total_bookings).to.equal(SIZE.bookings);
    for (const [name, dashboard] of Object.entries(dashboards)) {
      await timed(10, dashboard);
      const taken = await timed(200, dashboard);
      console.log(`        ${name}: ${JSON.stringify(taken)} ms`);
      expect(taken.p50, name).to.be.lessThan(DASHBOARD_MS_MAX);
    }
  });

  it("name the events that sold most in any period", async () => {
    for (const [back, length] of PERIODS) {
      const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
      const period = { from: day(back), to: day(back - length + 1) };
      const { rows } = await pool.query<{ eventId: string; sold: number }>(
        `select event_id as "eventId", sum(tickets - cancelled_tickets)::integer as sold from analytics_event_day
          where day between $1 and $2 group by 1 order by 2 desc, 1 limit 10`,
        [period.from, period.to],
      );
      const top = await eventReads(pool).topEvents(null, period, 10);
      const found = top.map(({ eventId, tickets, cancelled_tickets: cancelled }) => ({
        eventId,
        sold: tickets - cancelled,
      }));
      expect(found, JSON.stringify(period)).to.deep.equal(rows);
    }
  });

  it("are exported in the memory of a page", async () => {
    const before = heapMib();
    let [lines, bytes, most] = [0, 0, before];
    const asked = { scope: null, eventId: null, period: null };
    for await (const chunk of csvOf("bookings", exportRows(pool, "bookings", asked)).setEncoding("utf8")) {
      bytes += chunk.length;
      const had = Math.floor(lines / (SIZE.bookings / 20));
      lines += (chunk as string).split("\n").length - 1;
      if (Math.floor(lines / (SIZE.bookings / 20)) > had) most = Math.max(most, heapMib());
    }
    console.log(
      `        ${lines} lines, ${Math.round(bytes / MIB)} MiB, ${Math.round(most - before)} MiB of memory`,
    );
    expect(lines).to.equal(SIZE.bookings + 1);
    expect(most - before).to.be.lessThan(CSV_MIB_MAX);
  });
});

const NO_FIGURES = async () => ({ responseMs: null, cacheHitRatio: null });
