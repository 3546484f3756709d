import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../support/until.ts";
import type { Fault, FaultRun } from "../fault.ts";
import { untilUnderWay } from "./progress.ts";
import { bookingsBetween, judgeRefusals, medianMs } from "./refusals.ts";

/** The most that PostgreSQL takes is 100 ms. */
const DELAYS_MS: Readonly<Record<string, number>> = { "20ms": 20, "100ms": 100 };
const LOOK_MS = { quick: 1_200, long: 3_000 };
const REFUSAL_MS_MAX = 2_000;
const COMMITS = 3;

/** F14: every COMMIT takes as long as on a disk that is slow to keep what it was given. Slower, and nothing is lost. */
export const SLOW_FSYNC: Fault = {
  id: "F14",
  title: "slow fsync (commit_delay)",
  points: Object.keys(DELAYS_MS),
  quickPoints: ["20ms"],
  isLong: true,
  stage: () => ({
    system: { postgres: "own", workers: 1 },
    workload: { clients: 24, thinkMsMax: 0, kinds: { book: 70 } },
  }),
  recoveryMsMax: () => REFUSAL_MS_MAX,
  inject: async (run, point) => {
    const delayMs = DELAYS_MS[point] ?? 0;
    await untilUnderWay(run);
    const beforeMs = await latencyMs(run);
    let slowMs: number | null = null;
    try {
      await setDelay(run, delayMs);
      const commitMs = await until("a COMMIT takes longer", () => slowCommitMs(run, delayMs), REFUSAL_MS_MAX);
      run.fired(`a COMMIT takes ${commitMs.toFixed(1)} ms and more`);
      slowMs = await latencyMs(run);
    } finally {
      await setDelay(run, 0);
    }
    run.healed("the disk is fast again");
    run.recoveryBegins();
    await untilUnderWay(run);
    const asText = (ms: number | null) => (ms === null ? "more than was looked" : `${ms.toFixed(1)} ms`);
    run.remark(
      `a booking took ${asText(beforeMs)}, and ${asText(slowMs)} with ${delayMs} ms more for each COMMIT`,
    );
  },
};

/** How long a booking takes in the middle, over a while. */
async function latencyMs(run: FaultRun): Promise<number | null> {
  const from = run.history.now();
  await sleep(run.isQuick ? LOOK_MS.quick : LOOK_MS.long);
  const asked = bookingsBetween(run, from, run.history.now());
  if (judgeRefusals(run, asked, REFUSAL_MS_MAX) > 0) run.violation("bookings were refused over a slow disk");
  return medianMs(asked);
}

/** What the quickest of some COMMITs takes that write something, but no table; null where that is less than it should. */
async function slowCommitMs({ system }: FaultRun, msMin: number): Promise<number | null> {
  const times: number[] = [];
  for (let at = 0; at < COMMITS; at += 1) {
    const began = performance.now();
    await system.db.query("select pg_logical_emit_message(true, 'fault run', '')");
    times.push(performance.now() - began);
  }
  const quickest = Math.min(...times);
  return quickest >= msMin ? quickest : null;
}

/** Each COMMIT waits so long before what it wrote is flushed. */
async function setDelay({ system }: FaultRun, ms: number): Promise<void> {
  await system.db.query(`alter system set commit_delay = ${ms * 1_000}`);
  await system.db.query("alter system set commit_siblings = 0");
  await system.db.query("select pg_reload_conf()");
}
