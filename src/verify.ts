import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { verifyCommand } from "./audit/verify-command.ts";
import { provideDatabase } from "./machine/provide-database.ts";
import { reasonOf } from "./machine/reason.ts";
import { waitingAmong, waitingOf } from "./mailbox/waiting.ts";
import { type Config, ConfigError, loadConfig } from "./ops/config.ts";
import { createLog } from "./ops/log.ts";
import { createAuditPool, createAuditSource } from "./store/audit/source.ts";
import { sqlStateOf } from "./store/database.ts";

/** Tables or columns that this version of the program expects and the database does not have. */
const OTHER_SCHEMA = new Set(["42P01", "42703", "3F000"]);

/** `npm run verify`: audits a database and changes nothing in it, not even its schema. */
async function open() {
  const config = loadConfig(process.env);
  refuseToMakeOne(config);
  const log = createLog({ role: "verify", level: "warn" });
  const database = await provideDatabase(config, log);
  const pool = createAuditPool(database.url, log);
  return {
    source: createAuditSource(pool, { waiting: waitingOf, among: waitingAmong }),
    close: async () => {
      await pool.end();
      await database.release();
    },
  };
}

/** Starting the embedded database makes one where there is none; an empty one would be found clean. */
function refuseToMakeOne({ DATABASE_URL, DATA_DIR }: Config): void {
  const password = join(resolve(DATA_DIR), "postgres.password");
  if (DATABASE_URL === null && !existsSync(password)) {
    throw new ConfigError(
      `DATABASE_URL is not set, and there is no embedded database in ${resolve(DATA_DIR)}`,
    );
  }
}

process.exitCode = await verifyCommand(process.argv.slice(2), {
  open,
  reasonOf: (error) =>
    OTHER_SCHEMA.has(sqlStateOf(error) ?? "")
      ? `its tables are not those of this version (${reasonOf(error)}); npm run migrate brings them up to date`
      : reasonOf(error),
  print: (text) => process.stdout.write(text),
  screen: { isTerminal: process.stderr.isTTY, write: (text) => process.stderr.write(text) },
});
