import { reasonOf } from "./machine/reason.ts";
import { createLog } from "./ops/log.ts";
import { takePriority } from "./ops/priority.ts";
import { type RehearsalJob, runJob } from "./rehearsal/job.ts";
import { createRehearsalPool, createRehearsalSource } from "./store/rehearsals/source.ts";

/** Whatever else this machine does goes first. */
const LOWEST_PRIORITY = 19;

/**
 * A process that makes one rehearsal, at the lowest priority there is. It is sent `{url, job}`, says `{progress}` as it
 * goes on and `{result}` or `{failure}` in the end, and ends. It cannot write to the database.
 */
takePriority(LOWEST_PRIORITY);
// What ends it is its parent's end.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
process.on("disconnect", () => process.exit());
process.once("message", async ({ url, job }: { readonly url: string; readonly job: RehearsalJob }) => {
  const pool = createRehearsalPool(url, createLog({ role: "rehearsal", level: "warn" }));
  const say = (message: object) =>
    new Promise((told) => {
      process.send?.(message, told);
    });
  const cpuMs = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  };
  const ended = await runJob(job, {
    source: createRehearsalSource(pool),
    cpuMs,
    progress: (progress) => process.send?.({ progress }),
    reasonOf,
  });
  await say(ended);
  await pool.end();
  process.disconnect();
});
