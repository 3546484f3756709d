import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../support/until.ts";
import type { Fault, FaultRun } from "../fault.ts";
import { emptyVolume, fillVolume, freeBytes, whyNoVolume } from "../injections/volume.ts";
import { untilUnderWay } from "./progress.ts";
import { bookingsBetween, judgeRefusals } from "./refusals.ts";

const MIB = 1_048_576;
const VOLUME_BYTES = 384 * MIB;
/** Too little for a segment of the write-ahead log, and enough for tables to grow meanwhile. */
const LEFT_FOR_TABLES_BYTES = 12 * MIB;
const WAL_SETTINGS = { max_wal_size: "48MB", min_wal_size: "32MB", shared_buffers: "16MB" };
const FULL_MS = { quick: 1_500, long: 4_000 };
const STRIKES_MS_MAX = 20_000;
/** A server that cannot start is tried again with pauses that grow up to five seconds. */
const RECOVERY_MS_MAX = { data: 4_000, wal: 10_000 };
const REFUSAL_MS_MAX = 8_000;
/** Longer than an accept on a full disk takes to be refused, so that clients are told. */
const REQUEST_MS_MAX = 9_000;
const LOOK_MS = 100;

/**
 * F13: the volume of PostgreSQL is full. Where a table cannot grow, the statement fails. Where the write-ahead log cannot,
 * PostgreSQL ends itself and cannot start again: what started it, the embedded server's keeper, tries until it can.
 */
export const DISK_FULL: Fault = {
  id: "F13",
  title: "disk full",
  points: ["data", "wal"],
  quickPoints: ["data"],
  needs: async () => whyNoVolume(),
  stage: () => ({
    system: { postgres: "once", settings: WAL_SETTINGS, volumeBytes: VOLUME_BYTES, workers: 1 },
    workload: { clients: 24, thinkMsMax: 0, kinds: { book: 70 }, requestMsMax: REQUEST_MS_MAX },
  }),
  recoveryMsMax: (point) => (point === "wal" ? RECOVERY_MS_MAX.wal : RECOVERY_MS_MAX.data),
  inject: async (run, point) => {
    const { folder, pid } = run.system.postgres;
    await untilUnderWay(run);
    if (point === "wal") run.countersMayLag("connections were lost at COMMIT");
    const from = run.history.now();
    const bytes = fillVolume(folder, point === "wal" ? LEFT_FOR_TABLES_BYTES : 0);
    try {
      await until("the full disk shows", () => strikes(run, point, { from, pid }), STRIKES_MS_MAX);
      run.fired(`${Math.round(bytes / MIB)} MiB of ballast left ${freeBytes(folder)} bytes`);
      await sleep(run.isQuick ? FULL_MS.quick : FULL_MS.long);
    } finally {
      emptyVolume(folder);
    }
    run.recoveryBegins();
    const to = run.history.now();
    await until("the database is back", () => canAsk(run), RECOVERY_MS_MAX.wal);
    run.healed("there is space again");
    await untilUnderWay(run);
    judgeRefusals(run, bookingsBetween(run, from, to), REFUSAL_MS_MAX);
  },
};

/** Whether clients are refused, and for the log, whether the server that was there is gone. */
async function strikes(
  run: FaultRun,
  point: string,
  { from, pid }: { readonly from: number; readonly pid: number },
): Promise<boolean> {
  await sleep(LOOK_MS);
  if (point === "wal") {
    await endSegment(run);
    return run.system.postgres.pid !== pid || !(await canAsk(run));
  }
  return bookingsBetween(run, from, run.history.now()).some(({ done }) => done?.status === 503);
}

/** Has the log go on in its next segment, as it would after 16 MiB of traffic. */
async function endSegment({ system }: FaultRun): Promise<void> {
  for (const statement of ["pg_logical_emit_message(true, 'fault run', '')", "pg_switch_wal()"]) {
    await system.db.query(`select ${statement}`).catch(() => undefined);
  }
}

async function canAsk({ system }: FaultRun): Promise<boolean> {
  return await system.db.query("select 1").then(
    () => true,
    () => false,
  );
}
