import { provideDatabase } from "./machine/provide-database.ts";
import { reasonOf } from "./machine/reason.ts";
import { type Seeded, seed } from "./machine/seed.ts";
import { installMailboxSchema } from "./mailbox/schema.ts";
import { type Config, ConfigError, loadConfig } from "./ops/config.ts";
import { createLog, type Log } from "./ops/log.ts";
import { createPool } from "./store/database.ts";
import { migrate } from "./store/migrate.ts";

/**
 * `npm run seed`: sample people and events, for trying things out. Into the database of DATABASE_URL, else into the embedded
 * one, whether `npm start` runs or not. May be run again; refuses in production.
 */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  if (config.NODE_ENV === "production") {
    throw new ConfigError("NODE_ENV is production: sample data belongs to no real installation");
  }
  const log = createLog({ role: "seed", level: "warn" });
  const database = await provideDatabase(config, log);
  try {
    await migrate(database.url, log, [installMailboxSchema]);
    process.stdout.write(report(await seedInto(database.url, config, log)));
  } finally {
    await database.release();
  }
}

async function seedInto(url: string, config: Config, log: Log): Promise<Seeded> {
  const { DEFAULT_CURRENCY: currency, HOLD_TTL_S, OFFER_TTL_S } = config;
  const pool = createPool({ url, name: "evently-seed", max: 2, log });
  try {
    const defaults = { currency, holdTtlMs: HOLD_TTL_S * 1_000, offerTtlMs: OFFER_TTL_S * 1_000 };
    return await seed({ pool, log, defaults });
  } finally {
    await pool.end();
  }
}

function report({ people, events }: Seeded): string {
  const rows = [
    ...people.map(({ role, number, email, password }) => [
      role,
      number,
      `${email}   ${password === null ? "was there already" : `password: ${password}   (shown this once)`}`,
    ]),
    ...events.map(({ number, name, id }) => ["event", number, `${id}   ${name}`]),
  ];
  const lines = rows.map(
    ([what, number, rest]) => `  ${String(what).padEnd(6)} ${String(number).padStart(3)}  ${rest}`,
  );
  return ["Sample data is there.", ...lines, ""].join("\n");
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? "" : "nothing was seeded: "}${reasonOf(error)}\n`);
  process.exitCode = 1;
}
