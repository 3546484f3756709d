import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { isUuid } from "./domain/ids.ts";
import { provideDatabase } from "./machine/provide-database.ts";
import { reasonOf } from "./machine/reason.ts";
import { loadConfig } from "./ops/config.ts";
import { createLog } from "./ops/log.ts";
import { beginRebuild, forgetEvent } from "./store/analytics/rebuild.ts";
import { stepAnalytics } from "./store/analytics/step.ts";
import { createPool, PLANNED_ANEW } from "./store/database.ts";

const ENTRIES_MAX = 5_000;
const ELSEWHERE_MS = 200;

const HELP = `npm run analytics:rebuild [-- --event ID]

Throws analytics away and adds the ledgers up again, while everything goes on. Killed, it is gone on with by the effects
workers, or by being started again.

  --event ID  only that event's
  --help      this`;

/** What cannot be understood: exit code 2. */
class UsageError extends Error {}

/** The event that was asked for; null: all. @throws UsageError with one line that says what is accepted */
function eventAsked(given: readonly string[]): string | null | "help" {
  const values = valuesOf(given);
  if (values.help === true) return "help";
  const eventId = values.event?.toLowerCase() ?? null;
  if (eventId !== null && !isUuid(eventId))
    throw new UsageError(`--event takes an event's id (a UUID), not ${values.event}`);
  return eventId;
}

function valuesOf(given: readonly string[]) {
  try {
    const options = { event: { type: "string" }, help: { type: "boolean" } } as const;
    return parseArgs({ args: [...given], options }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; accepted are --event ID and --help`);
  }
}

/** `npm run analytics:rebuild`: see `HELP`. */
async function main(): Promise<void> {
  const eventId = eventAsked(process.argv.slice(2));
  const print = (text: string) => process.stdout.write(`${text}\n`);
  if (eventId === "help") {
    print(HELP);
    return;
  }
  const config = loadConfig(process.env);
  const log = createLog({ role: "analytics", level: "warn" });
  const database = await provideDatabase(config, log);
  const pool = createPool({
    url: database.url,
    name: "evently-analytics",
    max: 2,
    log,
    settings: PLANNED_ANEW,
  });
  try {
    if (eventId === null) {
      const { since, isResumed } = await beginRebuild(pool);
      const what = isResumed ? "going on with the rebuild of" : "rebuilding since";
      print(`${what} ${new Date(since).toISOString()}`);
    } else if (!(await forgetEvent(pool, eventId))) print(`nothing of ${eventId} was added up before`);
    print(`${await catchUp(pool)} ledger entries added up`);
  } finally {
    await pool.end();
    await database.release();
  }
}

/** Adds up until nothing is left, together with whoever else does. @returns how many entries this process took */
async function catchUp(pool: ReturnType<typeof createPool>): Promise<number> {
  let total = 0;
  for (;;) {
    const step = await stepAnalytics(pool, ENTRIES_MAX);
    total += step.entries;
    if (step.type === "elsewhere") await sleep(ELSEWHERE_MS);
    else if (step.behind <= step.entries) return total;
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
