import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, FaultRun } from "../fault.ts";
import { type Placed, placeMany } from "../injections/many-bookings.ts";
import { whileSlowed } from "../injections/slowed-process.ts";
import { DepthWatch } from "./depth-watch.ts";
import { judgePlaces } from "./places-in-line.ts";
import { untilUnderWay } from "./progress.ts";

const MILLION = 1_000_000;
const COUNTS: Readonly<Record<string, number>> = { deep: 20_000, full: 3_000, million: MILLION };
/** Of `full`: what comes beyond it is told to come again. */
const DEPTH_MAX = 600;
/** Whoever's accept finds the line almost full may fill it up with all that it carries. */
const ACCEPT_BATCH_MAX = 500;
const WORKER_SHARE = 0.1;
/** Of `million`: nothing is decided until all of them wait, and then at a tenth of the speed for so long. */
const SLOW_MS = 10_000;
/** So much of what was asked for has to wait at once: else it was no backlog. */
const DEEP_SHARE_MIN = 0.25;
/** Of `full`: turns so small that the line grows on any machine. */
const TURN_BATCH_MAX = 5;
const NARROW = {
  MAILBOX_DEPTH_MAX: String(DEPTH_MAX),
  TURN_BATCH_MAX: String(TURN_BATCH_MAX),
  TURN_EVENT_BATCH_MAX: String(TURN_BATCH_MAX),
};
/** Accepting costs the same however long the line is; the rest is the machine's. */
const ACCEPT_MS_MAX = 3_000;
const CAPACITY = 2 * MILLION;
const REST_MS_MAX = 600_000;
const RUN_MS_MAX = 3_600_000;

/**
 * F10: many more bookings are accepted than a worker at a tenth of its speed can decide, or a million before it decides
 * any. Each is told its true place, no accept takes longer for it, and all are decided in order; beyond the bound of the
 * line clients are told to come again.
 */
export const BACKLOG: Fault = {
  id: "F10",
  title: "a deep backlog, the worker at 10 % speed",
  points: ["deep", "full", "million"],
  quickPoints: ["full"],
  needs: async (point) =>
    point !== "million" || Number(process.env.MAILBOX_DEPTH_MAX ?? 0) > MILLION
      ? null
      : `it takes ten minutes; set MAILBOX_DEPTH_MAX above ${MILLION} to allow it`,
  stage: (point) => ({
    system: { workers: 1, env: point === "full" ? NARROW : { MAILBOX_DEPTH_MAX: String(CAPACITY) } },
    workload: { clients: 2, thinkMsMax: 100, events: { plain: 0 } },
  }),
  restMsMax: REST_MS_MAX,
  runMsMax: RUN_MS_MAX,
  inject: async (run, point) => {
    await untilUnderWay(run, 5);
    const [worker] = run.system.workers;
    if (worker === undefined) throw new Error("there is no worker");
    const count = COUNTS[point] ?? 0;
    const event = await run.workload.openEvent("backlog", { total_capacity: CAPACITY, price: 20 });
    const depth = new DepthWatch(run, event.id);
    const isMillion = point === "million";
    const placed = await whileSlowed(worker, isMillion ? 0 : WORKER_SHARE, async () => {
      const all = await placeMany(run, { event: event.id, count, name: "backlog" });
      await sleep(1_000);
      return all;
    });
    if (isMillion) await whileSlowed(worker, WORKER_SHARE, () => sleep(SLOW_MS));
    run.healed("the worker runs at full speed");
    const looks = await depth.untilEmpty();
    const deepest = Math.max(...looks.map(({ waiting }) => waiting));
    const deep = point === "full" ? DEPTH_MAX : count * (isMillion ? 1 : DEEP_SHARE_MIN);
    run.fired(`${deepest} bookings of ${count} waited at once`, deepest >= deep ? 1 : 0);
    run.remark(`${deepest} bookings of ${count} waited at once`);
    judgeAccepts(run, placed);
    await judgePlaces(run, { event: event.id, placed, looks });
    if (point === "full") judgeBound(run, placed, deepest);
  },
};

function judgeAccepts(run: FaultRun, placed: readonly Placed[]): void {
  const times = placed.map(({ sentAt, answeredAt }) => answeredAt - sentAt);
  const tenth = Math.floor(times.length / 10);
  const median = (some: number[]) => some.sort((a, b) => a - b)[some.length >> 1] ?? 0;
  const [early, late] = [median(times.slice(0, tenth)), median(times.slice(-tenth))];
  const longest = times.reduce((max, ms) => Math.max(max, ms), 0);
  run.remark(
    `an accept took ${early.toFixed(1)} ms among the first tenth, ${late.toFixed(1)} among the last, ${Math.round(longest)} at most`,
  );
  if (longest > ACCEPT_MS_MAX) run.violation(`an accept took ${Math.round(longest)} ms`);
  const odd = placed.find(({ ending: { status } }) => status !== 202 && status !== 503);
  if (odd !== undefined) run.violation(`a booking was answered ${odd.ending.status} ${odd.ending.code}`);
}

function judgeBound(run: FaultRun, placed: readonly Placed[], deepest: number): void {
  const full = placed.filter(({ ending }) => ending.status === 503);
  run.remark(`${full.length} were told that the line is full`);
  if (full.length === 0) run.violation("nobody was told that the line is full");
  if (full.some(({ ending }) => ending.body.retryAfterS === undefined))
    run.violation("the line is full, and nobody is told when to come again");
  if (deepest >= DEPTH_MAX + ACCEPT_BATCH_MAX)
    run.violation(`${deepest} waited where ${DEPTH_MAX} may, and a batch`);
}
