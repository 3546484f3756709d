import { provideAdmin } from "./machine/admin.ts";
import { reasonOf } from "./machine/reason.ts";
import { installMailboxSchema } from "./mailbox/schema.ts";
import { ConfigError, loadConfig } from "./ops/config.ts";
import { createLog } from "./ops/log.ts";
import { migrate } from "./store/migrate.ts";

/** `npm run migrate`: brings the database of DATABASE_URL up to date, with the admin of ADMIN_EMAIL if it is set, and exits. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  if (config.DATABASE_URL === null) {
    throw new ConfigError("set DATABASE_URL; the embedded database is brought up to date by every npm start");
  }
  const log = createLog({ role: "migrate", level: config.LOG_LEVEL });
  await migrate(config.DATABASE_URL, log, [installMailboxSchema]);
  if (config.ADMIN_EMAIL !== null) await provideAdmin(config, config.DATABASE_URL, log);
}

try {
  await main();
} catch (error) {
  const isConfig = error instanceof ConfigError;
  process.stderr.write(`${isConfig ? "" : "the database was not brought up to date: "}${reasonOf(error)}\n`);
  process.exitCode = 1;
}
