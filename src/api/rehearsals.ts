import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type pg from "pg";
import type { Rehearsals } from "../http/rehearsals.ts";
import type { Log } from "../ops/log.ts";
import type { RehearsalJob } from "../rehearsal/job.ts";
import { orFault } from "../store/faults.ts";
import { createRehearsalStore } from "../store/rehearsals/desk.ts";

const FILE = join(import.meta.dirname, "../rehearsal-process.ts");

/** Of one API process at once: each takes a processor as far as nothing else wants it. */
const RUNNING_MAX = 2;
const CPU_MS_MAX = 60_000;
/** Beyond that its process is stuck, or never had a processor. */
const WALL_MS_MAX = 300_000;
const HEAP_MB_MAX = 1_024;
/** Of what a container may use: the API itself needs the rest, and all of it is killed where they use more together. */
const HEAP_SHARE = 1 / 4;
const MB = 2 ** 20;
const BEAT_MS = 1_000;

type Ended = { readonly result: string } | { readonly failure: string };
type Message = { readonly progress: number } | Ended;
type Key = { readonly id: string; readonly eventId: string };

/** How many may run at once, and what the heap of each may take. */
export interface RehearsalRoom {
  readonly runningMax: number;
  readonly heapMbMax: number;
}

/** @param bytes what this process may use with its children; 0, or more than there can be, where nothing bounds it */
export function roomFor(bytes: number): RehearsalRoom {
  const shareMb = bytes === 0 ? HEAP_MB_MAX : Math.floor((bytes * HEAP_SHARE) / MB);
  if (shareMb >= HEAP_MB_MAX) return { runningMax: RUNNING_MAX, heapMbMax: HEAP_MB_MAX };
  return { runningMax: 1, heapMbMax: shareMb };
}

/** Starts rehearsals, each in a process of its own, and keeps what they came to. */
export function composeRehearsals({
  url,
  pool,
  log,
  room: { runningMax, heapMbMax } = roomFor(process.constrainedMemory()),
}: {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly log: Log;
  readonly room?: RehearsalRoom;
}): {
  readonly rehearsals: Rehearsals;
  /** Ends those under way: they are found as failed. */
  close(): Promise<void>;
} {
  const store = createRehearsalStore(pool);
  const running = new Map<ChildProcess, Promise<void>>();
  /** Those that are about to be written down and started. */
  let beginning = 0;
  const start = (key: Key, job: Omit<RehearsalJob, "cpuMsMax">) => {
    const child = forked(heapMbMax);
    const over = follow(child, key, { store, log, heapMbMax }).finally(() => running.delete(child));
    running.set(child, over);
    child.send({ url, job: { ...job, cpuMsMax: CPU_MS_MAX } }, () => undefined);
  };
  const rehearsals: Rehearsals = {
    byId: (eventId, id) => orFault(() => store.byId(eventId, id)),
    list: (page) => orFault(() => store.list(page)),
    start: ({ id, askedBy, asked, job }) =>
      orFault(async () => {
        if (running.size + beginning >= runningMax) return { type: "busy" };
        beginning += 1;
        try {
          const key = { id, eventId: job.eventId };
          const other = await store.begin({ ...key, askedBy, asked });
          if (other !== null) return { type: "running", ...other };
          start(key, job);
          return { type: "started" };
        } finally {
          beginning -= 1;
        }
      }),
  };
  const close = async () => {
    for (const child of running.keys()) child.kill("SIGKILL");
    await Promise.all(running.values());
  };
  return { rehearsals, close };
}

function forked(heapMbMax: number): ChildProcess {
  return fork(FILE, [], {
    execArgv: [`--max-old-space-size=${heapMbMax}`],
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/** Writes down how a rehearsal goes on, until its process is gone. */
async function follow(
  child: ChildProcess,
  key: Key,
  {
    store,
    log,
    heapMbMax,
  }: {
    readonly store: ReturnType<typeof createRehearsalStore>;
    readonly log: Log;
    readonly heapMbMax: number;
  },
): Promise<void> {
  let progress = 0;
  const said: { ended: Ended | null } = { ended: null };
  child.on("message", (message: Message) => {
    if ("progress" in message) progress = message.progress;
    else said.ended = message;
  });
  const beat = setInterval(() => void store.progress(key, progress).catch(() => undefined), BEAT_MS);
  const overdue = setTimeout(() => child.kill("SIGKILL"), WALL_MS_MAX);
  const why = await new Promise<string>((gone) => {
    child.on("error", ({ message }) => gone(`its process failed: ${message}`));
    child.once("exit", (code, signal) => gone(whyGone(signal ?? `exit code ${code}`, heapMbMax)));
  });
  clearInterval(beat);
  clearTimeout(overdue);
  const outcome: Ended = said.ended ?? { failure: why };
  try {
    await ("result" in outcome ? store.done(key, outcome.result) : store.failed(key, outcome.failure));
  } catch (error) {
    // Whoever asks for it is told that nobody runs it any more.
    log.error({ rehearsal: key.id, error: String(error) }, "a rehearsal's end was not written down");
  }
}

/** V8 ends a process that finds no room on its heap by SIGABRT. */
function whyGone(how: string, heapMbMax: number): string {
  if (how === "SIGABRT")
    return `it needed more than ${heapMbMax} MB of memory; ask for less, or use npm run rehearse`;
  return `its process ended (${how}): it took too long, the machine had no memory left, or this server was stopped`;
}
