import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../support/until.ts";
import type { Fault, FaultRun } from "../fault.ts";
import { HoggedServer } from "../injections/hogged-server.ts";
import { LockedTable } from "../injections/locked-table.ts";
import { HealthWatch } from "./health-watch.ts";
import { untilUnderWay } from "./progress.ts";
import { bookingsBetween, judgeRefusals } from "./refusals.ts";

/** Of an API process: pages, bookings and health each have connections of their own. */
const POOL_MAX = 4;
const READERS = 12;
const FEW = 2;
const CONNECTIONS_MAX = 48;
const BUSY_MS = { quick: 2_500, long: 4_000 };
/** Who cannot have a connection is told after two seconds; the rest is the machine's. */
const REFUSAL_MS_MAX = 4_000;
/** Who was let in and hangs there is given up by the database after five seconds. */
const HUNG_MS_MAX = 8_000;
const HEALTH_MS_MAX = 3_000;
const REQUEST_MS_MAX = 10_000;
/** A table that pages read, and bookings and health do not. */
const PAGES = { table: "notification", path: "/api/v1/notifications/user" };

/**
 * F9: every connection that pages may use hangs; the server has no connection left for anybody; one statement hangs in a
 * page, or in front of every accept. Whoever cannot be served is told so soon, health stays up, and all of it heals.
 */
export const DATABASE_BUSY: Fault = {
  id: "F9",
  title: "pool exhausted, max_connections hit, a slow query",
  points: ["pool", "connections", "slowPage", "slowAccept"],
  quickPoints: ["pool", "connections"],
  isLong: true,
  stage: (point) => ({
    system: {
      workers: 1,
      env: { API_POOL_MAX: String(POOL_MAX) },
      ...(point === "connections"
        ? { postgres: "own", settings: { max_connections: String(CONNECTIONS_MAX) } }
        : {}),
    },
    workload: { requestMsMax: REQUEST_MS_MAX },
  }),
  recoveryMsMax: () => REFUSAL_MS_MAX,
  inject: async (run, point) => {
    await untilUnderWay(run);
    const health = new HealthWatch(run, point === "connections" ? "/livez" : "/health");
    const from = run.history.now();
    try {
      await BUSY[point]?.(run);
    } finally {
      await health.judge(run, HEALTH_MS_MAX);
    }
    run.healed("nothing hangs any more");
    run.recoveryBegins();
    const to = run.history.now();
    await untilUnderWay(run);
    const asked = bookingsBetween(run, from, to);
    judgeRefusals(run, asked, point === "slowAccept" ? HUNG_MS_MAX : REFUSAL_MS_MAX);
    if (point === "connections" || point === "slowAccept") return;
    // Who would rather wait than be refused is shown a place in line, which is a page.
    const refused = asked.filter(({ invoke, done }) => done?.status === 503 && !invoke.op.waitlistIfFull);
    if (refused.length > 0) run.violation(`${refused.length} bookings were refused over a page that hangs`);
  },
};

const BUSY: Readonly<Record<string, (run: FaultRun) => Promise<void>>> = {
  pool: (run) => hangPages(run, READERS),
  slowPage: (run) => hangPages(run, FEW),
  connections: takeConnections,
  slowAccept: hangAccepts,
};

/** So many readers of a page that hangs: more than there are connections for, they are told to come again. */
async function hangPages(run: FaultRun, readers: number): Promise<void> {
  const lock = await LockedTable.lock(run.system, PAGES.table);
  const reading = Promise.all(Array.from({ length: readers }, () => readPage(run)));
  const hung = await untilHung(run, PAGES.table, Math.min(readers, POOL_MAX));
  run.fired(`${readers} readers of a page that hangs, ${hung} of them in the database`, hung);
  await sleep(run.isQuick ? BUSY_MS.quick : BUSY_MS.long);
  await untilUnderWay(run);
  await lock.release();
  const seen = await reading;
  for (const { status, ms, retryAfter } of seen) {
    if (status === 503 && retryAfter === null) run.violation("a page was answered 503 without Retry-After");
    if (status !== 200 && status !== 503) run.violation(`a page was answered ${status}`);
    if (ms > HUNG_MS_MAX) run.violation(`a page that hangs took ${Math.round(ms)} ms`);
  }
  const refused = seen.filter(({ status }) => status === 503).map(({ ms }) => ms);
  const soon = refused.filter((ms) => ms <= REFUSAL_MS_MAX).length;
  run.remark(
    `${refused.length} of ${readers} readers were answered 503, ${soon} within ${REFUSAL_MS_MAX} ms`,
  );
  if (soon < readers - POOL_MAX) run.violation(`only ${soon} of ${readers} readers were told soon`);
}

async function readPage({ system, workload }: FaultRun) {
  const began = performance.now();
  const [api] = system.apis;
  const [person] = workload.people;
  const reply = await fetch(`${api?.directUrl}${PAGES.path}/${person?.userId}`, {
    headers: { authorization: `Bearer ${person?.token}` },
    signal: AbortSignal.timeout(2 * HUNG_MS_MAX),
  });
  await reply.text();
  const ms = performance.now() - began;
  return { ms, status: reply.status, retryAfter: reply.headers.get("retry-after") };
}

/** Waits for statements of the API that hang at a table that is locked. @returns how many there are, if only fewer */
async function untilHung({ system }: FaultRun, table: string, count: number): Promise<number> {
  let hung = 0;
  await until(
    "statements hang",
    async () => {
      const { rows } = await system.db.query<{ hung: number }>(
        `select count(*)::integer as hung from pg_locks join pg_stat_activity using (pid)
          where relation = $1::regclass and not granted and application_name = 'evently-api'`,
        [table],
      );
      hung = rows[0]?.hung ?? 0;
      return hung >= count;
    },
    BUSY_MS.quick,
  ).catch(() => undefined);
  return hung;
}

/** No connection is left, and those that the API has are ended: it cannot have them back. */
async function takeConnections(run: FaultRun): Promise<void> {
  const hog = await HoggedServer.hog(run.system);
  try {
    const { rows } = await run.system.db.query(
      `select count(pg_terminate_backend(pid))::integer as ended from pg_stat_activity
        where application_name like 'evently-api%' and datname = current_database()`,
    );
    await hog.takeAll();
    run.fired(
      `all ${CONNECTIONS_MAX} connections are taken, ${hog.count} by somebody else; ${rows[0].ended} were the API's`,
    );
    run.countersMayLag("connections were lost at COMMIT");
    await sleep(run.isQuick ? BUSY_MS.quick : BUSY_MS.long);
  } finally {
    await hog.release();
  }
}

/** Every accept hangs at its first statement. */
async function hangAccepts(run: FaultRun): Promise<void> {
  const lock = await LockedTable.lock(run.system, "mailbox_counter");
  run.fired("accepts hang", await untilHung(run, "mailbox_counter", 1));
  await sleep(2 * BUSY_MS.quick);
  await lock.release();
}
