import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Config } from "../ops/config.ts";
import type { Log } from "../ops/log.ts";
import { readPostmaster } from "../ops/postmaster.ts";
import { runningPostgresUrl } from "../ops/running-postgres.ts";
import { createPool, sqlStateOf } from "../store/database.ts";
import { type Installation, Unusable } from "./command.ts";

const POOL_MAX = 4;
/** Tables or columns that this version of the program expects and the database does not have. */
const OTHER_SCHEMA = new Set(["42P01", "42703", "3F000"]);

/**
 * The database of DATABASE_URL, else the embedded one of an `npm start` that runs. Nothing is started for it: what an operator
 * asks about is what runs.
 * @throws Unusable saying what to do where there is none
 */
export async function openInstallation(config: Config, log: Log): Promise<Installation> {
  const url = config.DATABASE_URL ?? (await embeddedUrl(resolve(config.DATA_DIR)));
  const pool = createPool({ url, name: "evently-operator", max: POOL_MAX, log });
  try {
    await pool.query("select count(*) from worker");
  } catch (error) {
    await pool.end();
    throw new Unusable(problemOf(error, config));
  }
  return { pool, config, log, close: () => pool.end() };
}

async function embeddedUrl(dataDir: string): Promise<string> {
  const nothing = `DATABASE_URL is not set, and no npm start runs on ${dataDir}; set DATABASE_URL or DATA_DIR, or start it`;
  if (!existsSync(join(dataDir, "postgres.password"))) throw new Unusable(nothing);
  if (readPostmaster(join(dataDir, "postgres"))?.ready !== true) throw new Unusable(nothing);
  return await runningPostgresUrl(dataDir);
}

function problemOf(error: unknown, { DATABASE_URL }: Config): string {
  const said = error instanceof Error && error.message !== "" ? error.message : String(error);
  if (OTHER_SCHEMA.has(sqlStateOf(error) ?? "")) {
    return `the database's tables are not those of this version (${said}); npm run migrate brings them up to date`;
  }
  const where = DATABASE_URL === null ? "the embedded PostgreSQL" : "the database of DATABASE_URL";
  return `${where} does not answer: ${said}`;
}
