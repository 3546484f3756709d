import { expect } from "chai";
import type pg from "pg";
import { writeSales } from "../../bench/analytics/history.ts";
import { wrongSums } from "../../src/store/audit/wrong-sums.ts";
import { createPool } from "../../src/store/database.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";
import { startRole } from "../support/system.ts";
import { until } from "../support/until.ts";

const BOOKINGS = 24_000;
const EVENTS = 60;
const KILLS = 4;

interface Sums {
  /** Entries that the cursors say were added up. */
  readonly entries: number;
  /** Requests that the figures have. */
  readonly requests: number;
  readonly ofDays: number;
  readonly ofAll: number;
}

describe("an effects process that is killed while it adds up", function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let pool: pg.Pool;

  before(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, name: "test-analytics", max: 4, log: silent });
    await writeSales(pool, { events: EVENTS, bookings: BOOKINGS, people: 500, organizers: 3, days: 20 });
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });

  async function sums(): Promise<Sums> {
    const { rows } = await pool.query<Sums>(
      `select coalesce(sum(seq - 1), 0)::bigint as entries, coalesce(sum(requests), 0)::bigint as requests,
              (select coalesce(sum(requests), 0)::bigint from analytics_event_day) as "ofDays",
              (select coalesce(sum(requests), 0)::bigint from analytics_day
                where scope_id = '00000000-0000-0000-0000-000000000000') as "ofAll"
         from analytics_event`,
    );
    return rows[0] as Sums;
  }

  it("counts nothing twice and leaves nothing out, whenever that is, with two at work", async () => {
    let least = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const [one, other] = await Promise.all([
        startRole("effects", database.url),
        startRole("effects", database.url),
      ]);
      const wanted = least + 1;
      await until("they add up", async () => (await sums()).entries >= wanted, 30_000);
      one.kill("SIGKILL");
      other.kill("SIGKILL");
      await until("they are gone", () => one.hasEnded && other.hasEnded);
      const { entries, ...counted } = await sums();
      expect(counted, `after kill ${kill + 1}`).to.deep.equal({
        requests: entries,
        ofDays: entries,
        ofAll: entries,
      });
      expect(await wrongSums(pool)).to.deep.equal([]);
      least = entries;
    }
    expect(least, "killed on the way").to.be.greaterThan(0).and.lessThan(BOOKINGS);
    const last = await startRole("effects", database.url);
    await until("all is added up", async () => (await sums()).entries === BOOKINGS, 60_000);
    expect(await last.stop()).to.equal(0);
    expect(await sums()).to.deep.equal({
      entries: BOOKINGS,
      requests: BOOKINGS,
      ofDays: BOOKINGS,
      ofAll: BOOKINGS,
    });
    expect(await wrongSums(pool)).to.deep.equal([]);
  });
});
