import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { EventId } from "../../src/domain/ids.ts";
import { type Role, startRole } from "../support/system.ts";
import { Engine } from "./engine.ts";

const EVENTS = 5_000;
const WATCHED_MS = 3_000;
const TICKS_PER_S = 100;
/** 5,000 queues polled as pg-boss polls them cost 2 % of a core; here nobody polls them. The sweep costs the same at one event. */
const CORE_SHARE_MAX = 0.1;
const TURN_MS_MAX = 500;

describe("5,000 idle events", () => {
  let engine: Engine;
  let worker: Role;

  before(async function () {
    if (process.platform !== "linux") {
      console.log("      skipped: CPU time is read from /proc");
      this.skip();
    }
    engine = await Engine.start();
    await createEvents();
    worker = await startRole("booking", engine.database.url);
  });
  after(async () => {
    await worker?.stop();
    await engine?.stop();
  });

  /** As `createEvent` and `createMailbox` leave them, in a few statements. */
  const createEvents = async () => {
    const sql = [
      `insert into event (event_id, name, venue, starts_at, currency, tickets_per_booking_max, sale_status, created_by, created_at, updated_at)
       select gen_random_uuid(), 'Idle', 'Hall', now() + interval '30 days', 'USD', 10, 'open', gen_random_uuid(), now(), now()
         from generate_series(1, ${EVENTS})`,
      `insert into tier (event_id, position, name, price_minor, capacity) select event_id, 0, 'General', 100, 100 from event`,
      `insert into actor (event_id, version, ledger_seq, next_due_at) select event_id, 1, 1, starts_at from event`,
      "insert into mailbox_counter (event_id) select event_id from event",
      `select count(mailbox.create_queue('event.' || event_id, '{"policy": "standard"}')) from event`,
    ];
    for (const statement of sql) await engine.pool.query(statement);
  };

  const cpuS = (pid: number) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
  };

  const backendsOfWorker = async () => {
    const { rows } = await engine.pool.query<{ pid: number }>(
      "select pid from pg_stat_activity where datname = current_database() and application_name like 'evently-%'",
    );
    return rows.map(({ pid }) => pid);
  };

  it("cost the worker and its database connections next to nothing", async () => {
    await sleep(1_000);
    const pids = [worker.pid, ...(await backendsOfWorker())];
    const before = pids.map(cpuS);
    await sleep(WATCHED_MS);
    const used = pids.map((pid, at) => cpuS(pid) - (before[at] ?? 0)).reduce((sum, part) => sum + part, 0);
    const share = used / (WATCHED_MS / 1_000);
    console.log(`      worker and connections used ${(share * 100).toFixed(1)} % of a core`);
    expect(share).to.be.below(CORE_SHARE_MAX);
  });

  it("do not delay the one that is asked", async () => {
    const { rows } = await engine.pool.query<{ id: EventId; number: number }>(
      "select event_id as id, number from event limit 1",
    );
    const { id, number } = rows[0] as { id: EventId; number: number };
    const command = {
      type: "BookTickets",
      id: engine.ids.bookingId(number),
      userId: engine.user(),
      quantity: 1,
    } as const;
    const started = performance.now();
    await engine.send(id, command);
    await engine.pool.query("select pg_notify('evently_mailbox', $1)", [id]);
    while ((await engine.ledger(id)).length === 0) await sleep(5);
    expect(performance.now() - started).to.be.below(TURN_MS_MAX);
  });
});
