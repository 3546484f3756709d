import { expect } from "chai";
import type pg from "pg";
import { BooksWatch } from "../../src/ops/books-watch.ts";
import type { Log } from "../../src/ops/log.ts";
import { type BooksAudit, claimAudit, lastAudit, saveAudit } from "../../src/store/books-audit.ts";
import { createPool } from "../../src/store/database.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";
import { until } from "../support/until.ts";

const LOOK_MS = 50;
const AUDIT_MS_MAX = 30_000;

describe("the audit of the books now and then", () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  before(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, name: "test-books", max: 4, log: silent });
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });
  beforeEach(() => pool.query("delete from setting where name like 'books_audit%'"));

  const watches: BooksWatch[] = [];
  afterEach(() => Promise.all(watches.splice(0).map((one) => one.close())));

  const watch = (log: Log = silent, databaseUrl = database.url) => {
    const made = new BooksWatch({
      intervalMs: 100,
      claim: (everyMs) => claimAudit(pool, everyMs),
      last: () => lastAudit(pool),
      save: (audit) => saveAudit(pool, audit),
      databaseUrl,
      log,
      lookMs: LOOK_MS,
    });
    watches.push(made);
    return made;
  };
  const audited = () => until("an audit", () => lastAudit(pool), AUDIT_MS_MAX);

  it("is one process's of several that ask, an interval after the last", async () => {
    const ask = () => Promise.all([1, 2, 3, 4].map(() => claimAudit(pool, 200)));
    expect(await ask(), "the first is due later").to.deep.equal([false, false, false, false]);
    const mine = await until("it to be due", async () => {
      const claims = await ask();
      return claims.includes(true) && claims;
    });
    expect(mine.filter((claim) => claim)).to.have.length(1);
    expect(await claimAudit(pool, 60_000)).to.equal(false);
  });

  it("finds nothing where everything agrees, and the difference that somebody makes", async () => {
    const first = watch();
    first.start();
    const clean = await audited();
    await first.close();
    expect(clean).to.include({ differences: 0, events: 0 });
    expect(clean.endedAt).to.be.closeTo(Date.now(), AUDIT_MS_MAX);
    expect(clean.durationMs).to.be.at.least(0);
    // An event that nobody ever decided about: no actor, no ledger.
    await pool.query(
      `insert into event (event_id, name, venue, starts_at, currency, tickets_per_booking_max, sale_status, created_by,
                          created_at, updated_at)
       values (gen_random_uuid(), 'E', 'V', now(), 'USD', 1, 'open', gen_random_uuid(), now(), now())`,
    );
    await pool.query("delete from setting where name like 'books_audit%'");
    const told: object[] = [];
    const second = watch({ ...silent, error: (fields) => told.push(fields) });
    second.start();
    const audit: BooksAudit = await audited();
    await until("it to be told of", () => told.length > 0);
    await second.close();
    expect(audit.events).to.equal(1);
    expect(audit.differences).to.be.above(0);
    expect(told[0]).to.deep.equal({ differences: audit.differences });
  });

  it("says that it could not look, and keeps what it knew", async () => {
    const warned: string[] = [];
    const nowhere = database.url.replace(/\/[^/]+$/, "/there_is_none");
    const blind = watch({ ...silent, warn: (_, message) => warned.push(message) }, nowhere);
    blind.start();
    await until("a complaint", () => warned.length > 0, AUDIT_MS_MAX);
    await blind.close();
    expect(warned[0]).to.equal("the books could not be audited");
    expect(await lastAudit(pool)).to.equal(null);
  });

  it("ends with its process, in the middle of an audit", async () => {
    const warned: string[] = [];
    const cut = watch({ ...silent, warn: (_, message) => warned.push(message) });
    cut.start();
    await until("it to begin", async () => {
      const { rows } = await pool.query(
        "select 1 from setting where name = 'books_audit_begun' and value::timestamptz > now() - interval '90 ms'",
      );
      return rows.length > 0;
    });
    await cut.close();
    expect(warned).to.deep.equal([]);
  });
});
