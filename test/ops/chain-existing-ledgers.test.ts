import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { expect } from "chai";
import { runner } from "node-pg-migrate";
import pg from "pg";
import { installMailboxSchema } from "../../src/mailbox/schema.ts";
import { migrate } from "../../src/store/migrate.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";

const MIGRATIONS_FOLDER = join(import.meta.dirname, "../../migrations");
/** How many there were before ledgers were chained. */
const MIGRATIONS_BEFORE = 10;
const EVENTS = 3;
const ENTRIES = 50;

/** Each digest as it is, and as it follows from the one before. */
const CHAIN = `
  select seq, encode(digest, 'hex') as digest,
         encode(ledger_digest(coalesce(lag(digest) over (partition by event_id order by seq), decode(repeat('00', 32), 'hex')),
                              l), 'hex') as expected
    from ledger l order by event_id, seq`;

describe("bringing a database up to date that has ledgers without digests", () => {
  let database: TestDatabase;
  let client: pg.Client;
  let url: string;

  before(async () => {
    database = await createTestDatabase();
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query("create database of_the_version_before");
    await admin.end();
    const of = new URL(database.url);
    of.pathname = "/of_the_version_before";
    url = of.href;
    await runner({
      databaseUrl: url,
      dir: MIGRATIONS_FOLDER,
      direction: "up",
      migrationsTable: "schema_migration",
      count: MIGRATIONS_BEFORE,
      log: () => undefined,
    });
    client = new pg.Client({ connectionString: url });
    await client.connect();
  });
  after(async () => {
    await client?.end();
    await database?.drop();
  });

  it("chains what is there, and sets the heads", async () => {
    for (let n = 1; n <= EVENTS; n += 1) await fill(n * ENTRIES);
    await fill(0);
    await migrate(url, silent, [installMailboxSchema]);
    const { rows } = await client.query(CHAIN);
    expect(rows).to.have.length(ENTRIES * (1 + 2 + 3));
    expect(rows.filter(({ digest, expected }) => digest !== expected)).to.deep.equal([]);
    expect(new Set(rows.map(({ digest }) => digest)).size).to.equal(rows.length);
    const heads = await client.query(
      `select a.ledger_seq as seq, a.ledger_digest = l.digest as "isHead", a.ledger_digest = decode(repeat('00', 32), 'hex') as "isNone"
         from actor a left join ledger l on l.event_id = a.event_id and l.seq = a.ledger_seq order by a.ledger_seq`,
    );
    expect(heads.rows).to.deep.equal([
      { seq: "0", isHead: null, isNone: true },
      ...[1, 2, 3].map((n) => ({ seq: String(n * ENTRIES), isHead: true, isNone: false })),
    ]);
  });

  it("keeps its keys", async () => {
    const { rows } = await client.query(
      `select pg_get_constraintdef(oid) as is from pg_constraint
        where conrelid = 'ledger'::regclass and contype in ('p', 'u') order by contype`,
    );
    expect(rows.map(({ is }) => is)).to.deep.equal([
      "PRIMARY KEY (event_id, seq)",
      "UNIQUE (event_id, command_id)",
    ]);
  });

  async function fill(entries: number): Promise<void> {
    const eventId = randomUUID();
    await client.query(
      `insert into event (event_id, name, venue, starts_at, currency, tickets_per_booking_max, sale_status, created_by,
                          created_at, updated_at)
       values ($1, 'E', 'V', now(), 'USD', 10, 'open', $1, now(), now())`,
      [eventId],
    );
    await client.query("insert into actor (event_id, ledger_seq) values ($1, $2)", [eventId, entries]);
    // Not in the order of their numbers.
    await client.query(
      `insert into ledger (event_id, seq, command_id, type, command, outcomes, decided_at)
       select $1, n, gen_random_uuid(), 'BookingConfirmed', ('{"n":' || n || ',"é":"☕"}')::json, '[1,  2]', now()
         from generate_series($2::int, 1, -1) n`,
      [eventId, entries],
    );
  }
});
