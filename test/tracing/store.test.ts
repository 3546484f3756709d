import { expect } from "chai";
import type pg from "pg";
import { createPool } from "../../src/store/database.ts";
import { purgeTraces, type TraceBounds } from "../../src/store/traces/purge.ts";
import { readTrace } from "../../src/store/traces/read.ts";
import { type TraceRow, writeTraces } from "../../src/store/traces/write.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";

const BOUNDS: TraceBounds = {
  partsMax: 1_000,
  bytesMax: 1_000_000,
  usualHours: 1,
  notableHours: 168,
  countHours: 24,
};

describe("traces that are kept", () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  before(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, name: "test-traces", max: 4, log: silent });
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });
  beforeEach(() => pool.query("truncate trace_part, request_minute"));

  const row = (traceId: string, rank: number, bytes = 100): TraceRow => ({
    traceId,
    rank,
    bytes,
    spans: JSON.stringify([{ id: "1", startedAt: rank }]),
    request: { startedAt: Date.now(), method: "GET", route: "/x", status: 200, durationMs: 1.5 },
  });
  const age = (traceId: string, hours: number) =>
    pool.query("update trace_part set written_at = now() - $2 * interval '1 hour' where trace_id = $1", [
      traceId,
      hours,
    ]);
  const left = async (): Promise<string[]> => {
    const { rows } = await pool.query<{ id: string }>(
      "select distinct trace_id as id from trace_part order by 1",
    );
    return rows.map(({ id }) => id);
  };

  it("are kept an hour where nothing was the matter, and a week where something was", async () => {
    const traces = [
      ["usual-new", 0, 0.9],
      ["usual-old", 0, 1.1],
      ["slow-new", 1, 160],
      ["slow-old", 1, 170],
      ["failed-new", 2, 160],
      ["failed-old", 2, 170],
    ] as const;
    await writeTraces(
      pool,
      traces.map(([id, rank]) => row(id, rank)),
    );
    for (const [id, , hours] of traces) await age(id, hours);
    await purgeTraces(pool, BOUNDS);
    expect(await left()).to.deep.equal(["failed-new", "slow-new", "usual-new"]);
  });

  it("make room for each other: the oldest that is worth the least goes first", async () => {
    const ids = ["failed", "slow", "usual-1", "usual-2", "usual-3"];
    for (const id of ids) await writeTraces(pool, [row(id, id === "failed" ? 2 : id === "slow" ? 1 : 0)]);
    await age("failed", 100);
    await age("slow", 100);
    await age("usual-1", 0.5);
    await purgeTraces(pool, { ...BOUNDS, partsMax: 4 });
    expect(await left()).to.deep.equal(["failed", "slow", "usual-2", "usual-3"]);
    await purgeTraces(pool, { ...BOUNDS, bytesMax: 250 });
    expect(await left()).to.deep.equal(["failed", "slow"]);
    await purgeTraces(pool, { ...BOUNDS, bytesMax: 100 });
    expect(await left()).to.deep.equal(["failed"]);
  });

  it("are kept whole: what failed in one process is kept in all, whoever wrote first", async () => {
    await writeTraces(pool, [row("early", 0), row("late", 2)]);
    await writeTraces(pool, [row("early", 2), row("late", 0)]);
    await age("early", 10);
    await age("late", 10);
    await purgeTraces(pool, BOUNDS);
    expect(await left()).to.deep.equal(["early", "late"]);
    expect(await readTrace(pool, "early")).to.have.length(2);
    expect(await readTrace(pool, "late")).to.have.length(2);
  });

  it("are cleared by one process at a time", async () => {
    await Promise.all(Array.from({ length: 200 }, (_, at) => writeTraces(pool, [row(`t${at}`, 0)])));
    await Promise.all(Array.from({ length: 4 }, () => purgeTraces(pool, { ...BOUNDS, partsMax: 50 })));
    expect((await left()).length).to.equal(50);
  });
});
