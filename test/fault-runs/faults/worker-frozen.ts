import { setTimeout as sleep } from "node:timers/promises";
import { Blockade, holdActor, type OpenTurn, openTurns } from "../../faults/sabotage.ts";
import { until } from "../../support/until.ts";
import type { Fault, FaultRun } from "../fault.ts";
import type { RoleProcess } from "../system/role-process.ts";
import { heldBy } from "./held-events.ts";
import { plantLargeBookings } from "./planting.ts";
import { pointNamed } from "./points-of-the-path.ts";
import { untilUnderWay } from "./progress.ts";

const FROZEN_MS_MAX = 10_000;
const TAKEOVER_MS_MAX = 3_000;
/** Taken over or not, it is not waited for longer. */
const TAKEOVER_MS_WAITED = 8_000;
const HITS_MAX = 5;
const LARGE = "largeResult";
const ATTEMPTS_MAX = 4;
const UNREAD_MS_MAX = 1_500;
/** So long a turn has to be seen in the same state to be taken for stuck in it. */
const STEADY_MS = 100;
/** Frozen here, the turn that is caught may stand: what is held is then another turn's, which may have found no mail. */
const WITHOUT_LATE_COMMIT: ReadonlySet<string> = new Set(["commitSent"]);
const ONLY_ONE = { plain: 100, scarce: 0, limited: 0, seated: 0, paid: 0 };

/**
 * F6: a worker is frozen in the middle of a turn, and goes on when another has taken over. Its late commit is refused;
 * nothing of the two turns is interleaved.
 */
export const WORKER_FROZEN: Fault = {
  id: "F6",
  title: "SIGSTOP of a worker in its turn, SIGCONT after the takeover",
  points: ["locked", "fetched", "decided", "written", "commitSent", LARGE],
  quickPoints: ["decided"],
  stage: (point) => ({
    system: { workers: 2 },
    // A turn that serves several events takes few envelopes of each: no large answer.
    workload: point === LARGE ? { events: ONLY_ONE } : {},
  }),
  inject: async (run, point) => {
    run.countersMayLag("a session was ended at COMMIT");
    await untilUnderWay(run);
    const { frozen, frozenAt, eventIds } =
      point === LARGE ? await freezeWhileFetching(run) : await freezeAt(run, point);
    // Who holds nothing is not taken over from.
    const struck = eventIds.length > 0 ? 1 : 0;
    run.fired(`${frozen.name} (${frozen.pid}) at ${point}, holding ${eventIds.length} events`, struck);
    if (struck === 0) return frozen.thaw();
    const printed = frozen.output.length;
    const tookMs = await untilFree(run, eventIds, frozenAt);
    run.remark(`taken over after ${Math.round(tookMs)} ms`);
    if (tookMs > TAKEOVER_MS_MAX)
      run.violation(`taken over after ${Math.round(tookMs)} ms; ${TAKEOVER_MS_MAX} ms are allowed`);
    run.recoveryBegins();
    await untilUnderWay(run);
    run.healed(`thawed ${Math.round(performance.now() - frozenAt)} ms after it was frozen`);
    frozen.thaw();
    if (!WITHOUT_LATE_COMMIT.has(point)) await seesItsTurnFail(run, frozen, printed);
    await untilUnderWay(run);
  },
};

interface Frozen {
  readonly frozen: RoleProcess;
  /** Of `performance.now()`. */
  readonly frozenAt: number;
  /** Whose actors it holds. */
  readonly eventIds: readonly string[];
}

/** Where the turn that is caught holds nothing any more, the worker goes on and is caught in another. */
async function freezeAt(run: FaultRun, name: string, attempt = 1): Promise<Frozen> {
  const [victim] = run.system.workers;
  if (victim === undefined) throw new Error("there is no worker");
  const { failpoints } = victim;
  const before = failpoints.hits.length;
  await failpoints.arm(victim.pid, `${pointNamed(name)}:${run.dice.between(1, HITS_MAX)}=stop`);
  await until(`${victim.name} is at ${name}`, () => failpoints.hits.length > before, FROZEN_MS_MAX);
  const frozenAt = performance.now();
  const eventIds = await heldBy(run, victim);
  if (eventIds.length > 0 || attempt === ATTEMPTS_MAX) return { frozen: victim, frozenAt, eventIds };
  victim.thaw();
  return await freezeAt(run, name, attempt + 1);
}

/**
 * Freezes a worker that fetches a large batch, before it reads the answer: more than the sockets between it and the server
 * buffer. Whichever worker that will be, all are frozen, and the others go on at once.
 */
async function freezeWhileFetching(run: FaultRun, attempt = 1): Promise<Frozen> {
  const { db, workers } = run.system;
  const eventId = run.workload.hall.plain.id;
  const actor = await holdActor(db, eventId);
  await plantLargeBookings(run, eventId);
  const blockade = await Blockade.raise(db, "lock table mailbox.job_common in share mode");
  await actor.release();
  await until("a turn runs into the blockade", async () =>
    (await turnsOf(run)).some(({ turn }) => turn.waitEvent === "relation"),
  );
  const frozenAt = performance.now();
  for (const worker of workers) worker.freeze();
  await blockade.release();
  const frozen = await until("an answer stays unread", () => steadyReader(run), UNREAD_MS_MAX).catch(
    () => null,
  );
  if (frozen === null) {
    // The turn took mail of other events too, and little of each: all of it is on its way already.
    for (const worker of workers) worker.thaw();
    if (attempt === ATTEMPTS_MAX) throw new Error("no answer was large enough to stay unread");
    return await freezeWhileFetching(run, attempt + 1);
  }
  for (const worker of workers) if (worker !== frozen) worker.thaw();
  return { frozen, frozenAt, eventIds: await heldBy(run, frozen) };
}

async function turnsOf({ system }: FaultRun): Promise<{ worker: RoleProcess; turn: OpenTurn }[]> {
  const turns = await Promise.all(
    system.workers.map(async (worker) =>
      (await openTurns(system.db, worker)).map((turn) => ({ worker, turn })),
    ),
  );
  return turns.flat();
}

/** The worker to which the server has been sending the same answer for a while. */
async function steadyReader(run: FaultRun): Promise<RoleProcess | null> {
  const reader = async () =>
    (await turnsOf(run)).find(({ turn }) => turn.waitEvent === "ClientWrite")?.worker ?? null;
  const before = await reader();
  await sleep(STEADY_MS);
  return before !== null && before === (await reader()) ? before : null;
}

/**
 * Until each of the events can be, or was, decided about by another.
 * @returns how long that took since the one who held them stopped, ms
 */
async function untilFree(
  { system }: FaultRun,
  eventIds: readonly string[],
  stoppedAt: number,
): Promise<number> {
  const left = new Set(eventIds);
  while (left.size > 0 && performance.now() - stoppedAt < TAKEOVER_MS_WAITED) {
    const { rows } = await system.db.query<{ id: string }>(
      "select event_id as id from actor where event_id = any($1::uuid[]) for no key update skip locked",
      [[...left]],
    );
    for (const { id } of rows) left.delete(id);
  }
  return performance.now() - stoppedAt;
}

async function seesItsTurnFail(run: FaultRun, worker: RoleProcess, printed: number): Promise<void> {
  const isRefused = () => worker.output.slice(printed).includes("a turn failed and left no trace");
  await until("its late commit is refused", isRefused).catch(() =>
    run.violation(`${worker.name} was thawed, and its turn did not fail`),
  );
}
