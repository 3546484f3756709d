import { expect } from "chai";
import type pg from "pg";
import type { Fault } from "../../src/ops/fault.ts";
import { createPool, inTransaction } from "../../src/store/database.ts";
import { orFault } from "../../src/store/faults.ts";
import { createTestDatabase, silent, type TestDatabase } from "../support/postgres.ts";
import { until } from "../support/until.ts";

describe("a transaction of the pool", () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  before(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, name: "test-transaction", max: 2, log: silent });
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });

  /** What a transaction fails with. */
  async function failure(work: (tx: pg.PoolClient) => Promise<unknown>, on = pool): Promise<Fault> {
    return await orFault(() => inTransaction(on, work)).then(
      () => expect.fail("it did not fail"),
      (error) => error,
    );
  }

  async function isGone(pid: number): Promise<boolean> {
    return (await pool.query("select 1 from pg_stat_activity where pid = $1", [pid])).rowCount === 0;
  }

  it("that takes too long can be tried again later", async () => {
    const fault = await failure(async (tx) => {
      // A timer that runs is left as it is: it is stopped first.
      for (const ms of [0, 30]) await tx.query(`set local transaction_timeout = ${ms}`);
      await tx.query("select pg_sleep(5)");
    });
    expect(fault.kind).to.equal("StoreUnavailable");
  });

  it("whose process did not go on in time can be tried again later", async () => {
    const fault = await failure(async (tx) => {
      await tx.query("set local idle_in_transaction_session_timeout = 30");
      const { rows } = await tx.query("select pg_backend_pid() as pid");
      await until("the session is ended", () => isGone(rows[0].pid));
      await tx.query("select 1");
    });
    expect(fault.kind).to.equal("StoreUnavailable");
  });

  it("whose session is ended between two statements does not end the process", async () => {
    const fault = await failure(async (tx) => {
      const { rows } = await tx.query("select pg_backend_pid() as pid");
      await pool.query("select pg_terminate_backend($1)", [rows[0].pid]);
      await until("the session is ended", () => isGone(rows[0].pid));
      await tx.query("select 1");
    });
    expect(fault.kind).to.equal("StoreUnavailable");
    expect((await pool.query("select 1")).rowCount).to.equal(1);
  });

  it("that never began is no transaction, though its statements worked one by one", async () => {
    const client = {
      query: async (text: string) => {
        if (text === "begin") throw new Error("canceling statement due to user request");
        return { command: text.toUpperCase(), rows: [] };
      },
      on: () => client,
      off: () => client,
      release: () => undefined,
    };
    const fake = { connect: async () => client } as unknown as pg.Pool;
    const fault = await failure((tx) => tx.query("insert"), fake);
    expect(fault.message).to.include("canceling");
  });
});
