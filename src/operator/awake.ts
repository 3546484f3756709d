import { setTimeout as sleep } from "node:timers/promises";
import type { Queryable } from "../store/database.ts";
import { notifyWorkers } from "../store/notices.ts";
import { actorsOf, askWhoIsAwake, type KnownWorker, knownWorkers } from "../store/workers.ts";
import { numberOf } from "./arguments.ts";
import { type Answer, type Command, EXIT } from "./command.ts";
import { duration, shortened, shortTime, table } from "./table.ts";

/** A worker hears a notice at once, and looks by itself within five seconds. */
const ANSWER_MS_MAX = 6_000;
const LOOK_INTERVAL_MS = 50;
const NAME_LENGTH_MAX = 32;

export const awake: Command = {
  name: "awake",
  words: [],
  says: "which booking workers there are, and which actors are awake in them since when",
  details:
    "Asks every worker. An actor that is awake in several was last decided by the one that is called current: the others hold an\n" +
    "older state, which they will find out and drop. A worker is gone when it has not reported itself for 15 seconds.",
  options: { limit: { type: "string", value: "N", says: "how many actors at most, the busiest first (50)" } },
  run: async (asked, io) => {
    const countMax = numberOf(asked, "limit", { fallback: 50, min: 0, max: 100_000 });
    const { pool, close } = await io.open();
    try {
      return await look(pool, countMax);
    } finally {
      await close();
    }
  },
};

async function look(db: Queryable, countMax: number): Promise<Answer> {
  const workers = await askedWorkers(db);
  const actors = await actorsIn(db, workers);
  const shown = actors.slice(0, countMax);
  const json = {
    workers: workers.map((worker) => ({
      id: worker.id,
      name: worker.name,
      port: worker.port,
      state: stateOf(worker),
      started_at: worker.startedAt.toISOString(),
      seen_at: worker.seenAt.toISOString(),
      awake: worker.awakeCount,
      answered: worker.hasTold,
    })),
    actors: shown,
  };
  const left = actors.length - shown.length;
  const more = left > 0 ? `\n… and ${left} more; --limit shows them` : "";
  return { code: EXIT.done, text: `${workersText(workers)}\n\n${actorsText(shown)}${more}`, json };
}

/** All workers, once those that live have told who is awake, or had time to. */
async function askedWorkers(db: Queryable): Promise<KnownWorker[]> {
  await askWhoIsAwake(db);
  await notifyWorkers(db);
  const deadline = Date.now() + ANSWER_MS_MAX;
  for (;;) {
    const workers = await knownWorkers(db);
    if (workers.every(({ hasTold, isGone }) => hasTold || isGone) || Date.now() >= deadline) return workers;
    await sleep(LOOK_INTERVAL_MS);
  }
}

async function actorsIn(db: Queryable, workers: readonly KnownWorker[]) {
  const present = workers.filter(({ isGone, hasTold }) => !isGone && hasTold);
  const ids = new Set(present.flatMap((worker) => worker.awake.map(({ eventId }) => eventId)));
  const known = await actorsOf(db, [...ids]);
  return present
    .flatMap((worker) =>
      worker.awake.map(({ eventId, awakeMs, idleMs, version }) => ({
        event_id: eventId,
        name: known.get(eventId)?.name ?? null,
        worker: worker.name,
        worker_id: worker.id,
        awake_ms: awakeMs,
        idle_ms: idleMs,
        // Another turn may have come in between the two looks.
        current: version >= (known.get(eventId)?.version ?? 0),
      })),
    )
    .toSorted((a, b) => a.idle_ms - b.idle_ms);
}

function stateOf({ state, isGone, isWanted }: KnownWorker): string {
  if (isGone) return "gone";
  return isWanted || state !== "working" ? state : "to be drained";
}

function workersText(workers: readonly KnownWorker[]): string {
  if (workers.length === 0) return "no booking worker is there: nothing is decided";
  const rows = workers.map((worker) => [
    worker.name,
    worker.id,
    stateOf(worker),
    worker.awakeCount,
    shortTime(worker.startedAt),
    worker.port ?? "-",
    worker.hasTold || worker.isGone ? "" : "did not answer",
  ]);
  return table(["worker", "id", "state", "awake", "since (UTC)", "port", ""], rows);
}

function actorsText(actors: Awaited<ReturnType<typeof actorsIn>>): string {
  if (actors.length === 0) return "no actor is awake";
  const rows = actors.map((actor) => [
    actor.event_id,
    shortened(actor.name ?? "", NAME_LENGTH_MAX),
    actor.worker,
    duration(actor.awake_ms),
    duration(actor.idle_ms),
    actor.current ? "current" : "older state",
  ]);
  return table(["event", "name", "worker", "awake for", "last turn", ""], rows);
}
