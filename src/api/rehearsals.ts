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
const MEMORY_MB_MAX = 1_024;
const BEAT_MS = 1_000;

type Ended = { readonly result: string } | { readonly failure: string };
type Message = { readonly progress: number } | Ended;
type Key = { readonly id: string; readonly eventId: string };

/** Starts rehearsals, each in a process of its own, and keeps what they came to. */
export function composeRehearsals({
  url,
  pool,
  log,
}: {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly log: Log;
}): {
  readonly rehearsals: Rehearsals;
  /** Ends those under way: they are found as failed. */
  close(): Promise<void>;
} {
  const store = createRehearsalStore(pool);
  const running = new Map<ChildProcess, Promise<void>>();
  const start = (key: Key, job: Omit<RehearsalJob, "cpuMsMax">) => {
    const child = forked();
    const over = follow(child, key, { store, log }).finally(() => running.delete(child));
    running.set(child, over);
    child.send({ url, job: { ...job, cpuMsMax: CPU_MS_MAX } }, () => undefined);
  };
  const rehearsals: Rehearsals = {
    byId: (eventId, id) => orFault(() => store.byId(eventId, id)),
    list: (page) => orFault(() => store.list(page)),
    start: ({ id, askedBy, asked, job }) =>
      orFault(async () => {
        if (running.size >= RUNNING_MAX) return { type: "busy" };
        const key = { id, eventId: job.eventId };
        const other = await store.begin({ ...key, askedBy, asked });
        if (other !== null) return { type: "running", ...other };
        start(key, job);
        return { type: "started" };
      }),
  };
  const close = async () => {
    for (const child of running.keys()) child.kill("SIGKILL");
    await Promise.all(running.values());
  };
  return { rehearsals, close };
}

function forked(): ChildProcess {
  return fork(FILE, [], {
    execArgv: [`--max-old-space-size=${MEMORY_MB_MAX}`],
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/** Writes down how a rehearsal goes on, until its process is gone. */
async function follow(
  child: ChildProcess,
  key: Key,
  { store, log }: { readonly store: ReturnType<typeof createRehearsalStore>; readonly log: Log },
): Promise<void> {
  let progress = 0;
  const said: { ended: Ended | null } = { ended: null };
  child.on("message", (message: Message) => {
    if ("progress" in message) progress = message.progress;
    else said.ended = message;
  });
  const beat = setInterval(() => void store.progress(key, progress).catch(() => undefined), BEAT_MS);
  const overdue = setTimeout(() => child.kill("SIGKILL"), WALL_MS_MAX);
  const how = await new Promise<string>((gone) => {
    child.once("error", ({ message }) => gone(message));
    child.once("exit", (code, signal) => gone(`${signal ?? `exit code ${code}`}`));
  });
  clearInterval(beat);
  clearTimeout(overdue);
  const outcome: Ended = said.ended ?? {
    failure: `its process ended (${how}): it took too long, or more than ${MEMORY_MB_MAX} MB of memory, or this server was stopped`,
  };
  try {
    await ("result" in outcome ? store.done(key, outcome.result) : store.failed(key, outcome.failure));
  } catch (error) {
    // Whoever asks for it is told that nobody runs it any more.
    log.error({ rehearsal: key.id, error: String(error) }, "a rehearsal's end was not written down");
  }
}
