import { expect } from "chai";
import fc from "fast-check";
import type pg from "pg";
import { columnsOf } from "../../src/store/columns.ts";
import { createPool } from "../../src/store/database.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";

describe("columns of rows as parameters", () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  before(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, name: "columns", max: 1, log: silent });
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });

  it("arrive in PostgreSQL as they were, whatever texts hold", async () => {
    // PostgreSQL stores no NUL, and no half of a surrogate pair.
    const text = fc
      .oneof(
        fc.string({ unit: "binary" }),
        fc.json(),
        fc.constantFrom("null", "NULL", "", "{", '"', "\\", "\\N", " a ", "a,b"),
      )
      .map((value) => value.replaceAll("\0", "").toWellFormed());
    const rows = fc.array(fc.option(text), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(rows, async (texts) => {
        const sent = columnsOf(texts, (one) => one);
        const { rows: got } = await pool.query<{ t: string | null }>("select unnest($1::text[]) as t", sent);
        expect(got.map(({ t }) => t)).to.deep.equal(texts);
      }),
    );
  });

  it("holds numbers, truth values, times and bytes", async () => {
    const rows = [
      { n: 1.5, ok: true, at: new Date(0), bytes: Buffer.from([0, 34, 92, 255]) },
      { n: -2, ok: false, at: new Date(253_402_300_799_999), bytes: Buffer.alloc(0) },
      { n: null, ok: null, at: null, bytes: null },
    ];
    const { rows: got } = await pool.query(
      "select * from unnest($1::float8[], $2::boolean[], $3::timestamptz[], $4::bytea[]) as u (n, ok, at, bytes)",
      columnsOf(
        rows,
        ({ n }) => n,
        ({ ok }) => ok,
        ({ at }) => at,
        ({ bytes }) => bytes,
      ),
    );
    expect(got).to.deep.equal(rows);
  });
});
