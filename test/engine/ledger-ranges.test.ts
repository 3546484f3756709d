import { expect } from "chai";
import type pg from "pg";
import { writeSales } from "../../bench/analytics/history.ts";
import type { EventId } from "../../src/domain/ids.ts";
import { createPool } from "../../src/store/database.ts";
import { readLedger } from "../../src/store/sql/ledger.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";

const SIZE = { events: 20, bookings: 200_000, people: 1_000, organizers: 1, days: 10 };
/** Of every event so many, each of a few entries: what is owed after moments in which many turns were committed. */
const RANGES = 20;
const LENGTH = 5;

/** However long ledgers are, a reader pays for what it reads. */
describe("ranges of ledgers of 200,000 entries", function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let pool: pg.Pool;
  let ranges: { readonly eventId: EventId; readonly from: number; readonly to: number }[] = [];

  before(async () => {
    database = await createTestDatabase();
    // What is written first takes longer than any statement of the product may.
    const limits = { statementMs: 0, lockMs: 0, idleInTransactionMs: 0, transactionMs: 0 };
    pool = createPool({ url: database.url, name: "test-ledger", max: 2, log: silent, limits });
    await writeSales(pool, SIZE);
    const { rows } = await pool.query<{ eventId: EventId }>(
      `select event_id as "eventId" from actor order by 1`,
    );
    ranges = rows.flatMap(({ eventId }) =>
      Array.from({ length: RANGES }, (_, at) => ({ eventId, from: 1 + at * 100, to: at * 100 + LENGTH })),
    );
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });

  it("are read in order, each whole", async () => {
    const entries = await readLedger(pool, ranges);
    const expected = ranges.flatMap(({ eventId, from }) =>
      Array.from({ length: LENGTH }, (_, at) => `${eventId} ${from + at}`),
    );
    expect(entries.map(({ eventId, seq }) => `${eventId} ${seq}`)).to.deep.equal(expected);
  });

  it("are found by the index, and never by reading all that was ever decided", async () => {
    let asked: pg.QueryConfig | undefined;
    const asking = {
      query: async (config: pg.QueryConfig) => {
        asked = config;
        return { rows: [] };
      },
    };
    await readLedger(asking as never, ranges);
    const { text = "", values = [] } = asked ?? {};
    for (const mode of ["force_custom_plan", "force_generic_plan"]) {
      const client = await pool.connect();
      try {
        await client.query(`set plan_cache_mode = ${mode}`);
        await client.query(`prepare ranges (uuid[], bigint[], bigint[]) as ${text}`);
        const literals = values.map((value) => `'${value}'`).join(", ");
        const { rows } = await client.query(`explain execute ranges (${literals})`);
        const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
        expect(plan, mode).to.include("Index Scan using ledger_pkey");
        expect(plan, mode).to.not.match(/Seq Scan on ledger|Parallel|Hash/);
        await client.query("deallocate ranges");
      } finally {
        client.release();
      }
    }
  });
});
