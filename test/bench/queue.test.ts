import { expect } from "chai";
import type pg from "pg";
import { queueChart, renderQueue } from "../../bench/suites/queue-report.ts";
import type { MeasuredState, QueueResult, QueueState } from "../../bench/suites/queue-result.ts";
import { clearDead, deadRows, startReader } from "../../bench/suites/queue-states.ts";
import { againstBaselines } from "../../bench/suites/queue-verdict.ts";
import { createPool } from "../../src/store/database.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";

function measured(state: QueueState, decided_per_s: number, others: number | null = null): MeasuredState {
  return { state, others, measured_s: 6, decided_per_s, take_ms: 4, cpu: null, violations: [] };
}

describe("the states of the queue", () => {
  const rows = againstBaselines([
    measured("baseline", 5_000),
    measured("baseline", 5_200),
    measured("pinned-xmin", 4_000),
    measured("baseline", 4_900),
    measured("many-events", 4_600, 5_000),
    measured("many-mailboxes", 4_500, 5_000),
    measured("baseline", 5_100),
  ]);
  const result: QueueResult = {
    connections: 1_000,
    rows,
    pinned: [
      { at_s: 5, decided_per_s: 5_000 },
      { at_s: 10, decided_per_s: 2_500 },
    ],
    dead_rows: 240_000,
  };

  it("are held against the baselines nearest on both sides, however many stand there", () => {
    expect(
      rows.map(({ state, baseline_per_s, against_baseline }) => [state, baseline_per_s, against_baseline]),
    ).to.deep.equal([
      ["baseline", null, null],
      ["baseline", null, null],
      ["pinned-xmin", 5_000, 0.8],
      ["baseline", null, null],
      ["many-events", 5_000, 0.92],
      ["many-mailboxes", 5_000, 0.9],
      ["baseline", null, null],
    ]);
  });

  it("cannot be held against nothing", () => {
    expect(() => againstBaselines([measured("baseline", 1), measured("many-events", 1)])).to.throw(
      "without a baseline beside it",
    );
  });

  it("are shown with what they are held against, and the reader's rate interval by interval", () => {
    const text = renderQueue(result);
    expect(text).to.match(/^so many other events exist +5,000 +4,600 +5,000 +92 %/m);
    expect(text).to.include("of 5,000 without: 5 s 5,000 (100 %), 10 s 2,500 (50 %); 240,000 dead rows");
    expect(queueChart(result).match(/<polyline /g)).to.have.lengthOf(2);
  });

  describe("in the database", () => {
    let database: TestDatabase;
    let pool: pg.Pool;

    before(async () => {
      database = await createTestDatabase();
      pool = createPool({ url: database.url, name: "queue", max: 2, log: silent });
    });
    after(async () => {
      await pool?.end();
      await database?.drop();
    });

    it("have no dead rows any more when the next one begins", async () => {
      const reader = await startReader(database.url);
      await pool.query(
        "insert into mailbox.job_common (name) select 'event.none' from generate_series(1, 300)",
      );
      await pool.query("delete from mailbox.job_common");
      await pool.query("vacuum mailbox.job_common");
      expect(await deadRows({ pool })).to.equal(300);
      const cleared = clearDead({ pool });
      await reader.stop();
      await cleared;
      expect(await deadRows({ pool })).to.equal(0);
    });
  });
});
