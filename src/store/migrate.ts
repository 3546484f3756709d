import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runner } from "node-pg-migrate";
import type { Log } from "../ops/log.ts";
import { sqlStateOf } from "./database.ts";

/** Brings something else in the same database up to date, such as the tables of a queue. Safe to run again. */
export type MigrationStep = (databaseUrl: string) => Promise<void>;

const ATTEMPTS_MAX = 10;
const PAUSE_MS = 100;
const DEADLOCK = "40P01";

const MIGRATIONS_FOLDER = join(import.meta.dirname, "../../migrations");

/**
 * Brings a database up to date: `migrations/*.sql` in their order, each once, in one transaction; then the further
 * steps. Several processes may do this at once; they take turns.
 */
export async function migrate(
  databaseUrl: string,
  log: Log,
  steps: readonly MigrationStep[] = [],
): Promise<void> {
  const done = await insist(() => bringUp(databaseUrl, log));
  for (const step of steps) await step(databaseUrl);
  log.info({ migrations: done.map((migration) => migration.name) }, "database is up to date");
}

/** Those who sell meanwhile lock the same tables; who is chosen to give way left nothing behind, and begins again. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || sqlStateOf(error) !== DEADLOCK) throw error;
      await sleep(PAUSE_MS * attempt);
    }
  }
}

function bringUp(databaseUrl: string, log: Log): ReturnType<typeof runner> {
  return runner({
    databaseUrl: { connectionString: databaseUrl, application_name: "evently-migrate" },
    dir: MIGRATIONS_FOLDER,
    direction: "up",
    migrationsTable: "schema_migration",
    advisoryLockMode: "wait",
    logger: {
      debug: (message) => log.debug({}, message),
      info: (message) => log.debug({}, message),
      warn: (message) => log.warn({}, message),
      // What it logs as an error it throws as well.
      error: (message) => log.debug({}, message),
    },
  });
}
