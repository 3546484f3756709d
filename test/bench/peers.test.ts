import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type pg from "pg";
import { checkPeerBooks } from "../../bench/lib/peer-books.ts";
import { appendDecided } from "../../bench/peers/append.ts";
import { bookIfLeft } from "../../bench/peers/conditional.ts";
import { bookBatchIfLeft } from "../../bench/peers/conditional-batch.ts";
import { createGroupCommitPeer } from "../../bench/peers/group-commit.ts";
import { createOptimisticPeer } from "../../bench/peers/optimistic.ts";
import type { PeerAnswer, PeerRequest } from "../../bench/peers/peer.ts";
import { createRowLockPeer } from "../../bench/peers/row-lock.ts";
import { createTunedRowLockPeer } from "../../bench/peers/row-lock-tuned.ts";
import { createPeerEvents, createPeerTables, SCHEMA_OF } from "../../bench/peers/tables.ts";
import type { BookingId, EventId, UserId } from "../../src/domain/ids.ts";
import { createPool } from "../../src/store/database.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";

const CAPACITY = 5;

describe("the peers of the benchmark", () => {
  let database: TestDatabase;
  let db: pg.Pool;
  let eventId: EventId;

  const newPool = (max = 4) => createPool({ url: database.url, name: "peers", max, log: silent });
  const request = (quantity = 1): PeerRequest => ({
    eventId,
    command: {
      type: "BookTickets",
      id: randomUUID() as BookingId,
      userId: randomUUID() as UserId,
      quantity,
    },
    unitPriceMinor: 100,
  });
  const requests = (count: number) => Array.from({ length: count }, () => request());
  const booked = async (schema: string) => {
    const { rows } = await db.query<{ id: string }>(
      `select b.id from ${schema}.booking b join ${schema}.ledger l on l.command_id = b.id and l.event_id = b.event_id
        where b.event_id = $1 order by l.seq`,
      [eventId],
    );
    return rows.map(({ id }) => id);
  };
  const wrongs = async (schema: string) =>
    (await checkPeerBooks(db, schema, [eventId])).filter(({ holds }) => !holds).map(({ name }) => name);

  before(async () => {
    database = await createTestDatabase();
    db = newPool();
    await createPeerTables(db);
  });
  after(async () => {
    await db?.end();
    await database?.drop();
  });
  beforeEach(async () => {
    eventId = randomUUID() as EventId;
    await createPeerEvents(db, [eventId], { capacity: CAPACITY, priceMinor: 100 });
  });

  it("write into tables that are stored as the product's are", async () => {
    const { rows } = await db.query<{ schema: string; name: string; stored: string }>(
      `select n.nspname as schema, c.relname as name,
              c.relpersistence::text || ' ' || coalesce(array_to_string(c.reloptions, ','), '') as stored
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relname in ('tier', 'booking', 'ledger') and n.nspname = any($1)`,
      [["public", ...Object.values(SCHEMA_OF)]],
    );
    const stored = (wanted: string) =>
      Object.fromEntries(rows.flatMap((row) => (row.schema === wanted ? [[row.name, row.stored]] : [])));
    expect(stored("public")).to.have.all.keys("tier", "booking", "ledger");
    for (const schema of Object.values(SCHEMA_OF))
      expect(stored(schema), schema).to.deep.equal(stored("public"));
  });

  const booking: Readonly<
    Record<string, (pool: pg.Pool) => { book(one: PeerRequest): Promise<PeerAnswer> }>
  > = {
    "row-lock": createRowLockPeer,
    "row-lock-tuned": createTunedRowLockPeer,
    optimistic: createOptimisticPeer,
    conditional: (pool) => ({ book: (one) => bookIfLeft(pool, SCHEMA_OF.conditional, one) }),
    "group-commit": createGroupCommitPeer,
  };
  for (const [name, create] of Object.entries(booking)) {
    it(`${name} sells what there is to concurrent buyers, and keeps its books`, async () => {
      const schema = SCHEMA_OF[name as keyof typeof SCHEMA_OF];
      const pool = newPool();
      const answers = await Promise.all(
        requests(12).map((one) =>
          create(pool)
            .book(one)
            .catch(() => "failed"),
        ),
      );
      const sold = answers.filter((answer) => answer === "confirmed").length;
      expect(answers.filter((answer) => answer === "sold-out" || answer === "failed")).to.have.lengthOf(
        12 - sold,
      );
      expect(await booked(schema)).to.have.lengthOf(sold);
      expect(await wrongs(schema)).to.deep.equal([]);
      // Each request has a peer of its own: group-commit notices that others sell too, and fails instead of overselling.
      expect(sold).to.be.within(name === "group-commit" ? 1 : CAPACITY, CAPACITY);
      await pool.end();
    });
  }

  it("an optimistic one that always comes too late gives up, and says so", async () => {
    const pool = newPool();
    const schema = SCHEMA_OF.optimistic;
    await db.query(
      `create or replace function ${schema}.interfere() returns trigger language plpgsql as
         $$ begin return null; end $$;
       create trigger interfere before update on ${schema}.tier for each row execute function ${schema}.interfere()`,
    );
    const failure = await createOptimisticPeer(pool)
      .book(request())
      .catch((error: unknown) => error);
    await db.query(`drop trigger interfere on ${schema}.tier`);
    expect(failure).to.be.an("error").with.property("kind", "Overloaded");
    expect(await booked(schema)).to.deep.equal([]);
    await pool.end();
  });

  it("a batch is booked in its order, as far as the tickets reach", async () => {
    const schema = SCHEMA_OF["send-batch"];
    const batch = requests(7);
    expect(await bookBatchIfLeft(db, schema, batch.slice(0, 3))).to.equal(3);
    expect(await bookBatchIfLeft(db, schema, batch.slice(3))).to.equal(2);
    expect(await booked(schema)).to.deep.equal(batch.slice(0, 5).map(({ command }) => command.id));
    expect(await wrongs(schema)).to.deep.equal([]);
  });

  it("batches of several workers at once sell no ticket twice", async () => {
    const schema = SCHEMA_OF["send-batch"];
    const counts = await Promise.all([1, 2, 3, 4].map(() => bookBatchIfLeft(db, schema, requests(3))));
    expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(CAPACITY);
    expect(await wrongs(schema)).to.deep.equal([]);
  });

  it("what was decided elsewhere is appended once, and only where the ledger ends", async () => {
    const schema = SCHEMA_OF["redis-lua"];
    const decided = requests(3).map((one, at) => ({ request: one, seq: at + 1 }));
    await appendDecided(db, schema, decided.slice(0, 2));
    const again = await appendDecided(db, schema, decided.slice(0, 2)).catch((error: unknown) => error);
    expect(again).to.be.an("error").with.property("message", "2 decisions do not follow their ledgers");
    const gap = await appendDecided(db, schema, [{ request: request(), seq: 4 }]).catch(
      (error: unknown) => error,
    );
    expect(gap).to.be.an("error");
    await appendDecided(db, schema, decided.slice(2));
    expect(await booked(schema)).to.deep.equal(decided.map((one) => one.request.command.id));
    expect(await wrongs(schema)).to.deep.equal([]);
  });

  it("group-commit gives tickets to those who asked first, in one transaction for all who ask together", async () => {
    const pool = newPool();
    const peer = createGroupCommitPeer(pool);
    const asked = requests(8);
    const answers = await Promise.all(asked.map((one) => peer.book(one)));
    expect(answers.indexOf("sold-out")).to.equal(CAPACITY);
    expect(await booked(SCHEMA_OF["group-commit"])).to.deep.equal(
      asked.slice(0, CAPACITY).map(({ command }) => command.id),
    );
    const { rows } = await db.query(
      `select distinct xmin from ${SCHEMA_OF["group-commit"]}.booking where event_id = $1`,
      [eventId],
    );
    expect(rows).to.have.lengthOf(1);
    await peer.close();
  });

  const tampers: readonly (readonly [string, string])[] = [
    [
      "a booking is missing",
      "delete from SCHEMA.booking where id = (select id from SCHEMA.booking where event_id = 'EVENT' limit 1)",
    ],
    ["a ledger entry is missing", "delete from SCHEMA.ledger where event_id = 'EVENT' and seq = 1"],
    ["a counter is too low", "update SCHEMA.tier set sold = sold - 1 where event_id = 'EVENT'"],
  ];
  for (const [what, tamper] of tampers) {
    it(`the check of the books finds that ${what}`, async () => {
      const schema = SCHEMA_OF["send-batch"];
      await bookBatchIfLeft(db, schema, requests(3));
      await db.query(tamper.replaceAll("SCHEMA", schema).replaceAll("EVENT", eventId));
      expect(await wrongs(schema)).not.to.deep.equal([]);
    });
  }
});
