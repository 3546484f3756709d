import { rotateTicketKey } from "./api/tickets.ts";
import { reasonOf } from "./machine/reason.ts";
import { ConfigError, loadConfig } from "./ops/config.ts";
import { createLog } from "./ops/log.ts";
import { createPool } from "./store/database.ts";

/** `npm run tickets:rotate`: makes a new key for ticket codes in the database of DATABASE_URL, and exits. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  if (config.DATABASE_URL === null) throw new ConfigError("set DATABASE_URL");
  if (config.TICKET_SIGNING_KEY.length > 0) {
    throw new ConfigError(
      "TICKET_SIGNING_KEY is set: put a new key before the present one there, with a comma between",
    );
  }
  const log = createLog({ role: "rotate", level: config.LOG_LEVEL });
  const pool = createPool({ url: config.DATABASE_URL, name: "evently-rotate", max: 1, log });
  try {
    const id = await rotateTicketKey(pool);
    process.stdout.write(`key ${id} signs tickets within a minute; those signed before stay valid\n`);
  } finally {
    await pool.end();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}
