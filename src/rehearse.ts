import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { provideDatabase } from "./machine/provide-database.ts";
import { reasonOf } from "./machine/reason.ts";
import { type Config, ConfigError, loadConfig } from "./ops/config.ts";
import { createLog } from "./ops/log.ts";
import { rehearseCommand } from "./rehearsal/command.ts";
import { createRehearsalPool, createRehearsalSource } from "./store/rehearsals/source.ts";

/** `npm run rehearse`: reads an event and plays its sale again; changes nothing in the database, not even its schema. */
async function open() {
  const config = loadConfig(process.env);
  refuseToMakeOne(config);
  const log = createLog({ role: "rehearse", level: "warn" });
  const database = await provideDatabase(config, log);
  const pool = createRehearsalPool(database.url, log);
  return {
    source: createRehearsalSource(pool),
    close: async () => {
      await pool.end();
      await database.release();
    },
  };
}

/** Starting the embedded database makes one where there is none, and in an empty one nothing can be rehearsed. */
function refuseToMakeOne({ DATABASE_URL, DATA_DIR }: Config): void {
  if (DATABASE_URL === null && !existsSync(join(resolve(DATA_DIR), "postgres.password"))) {
    throw new ConfigError(
      `DATABASE_URL is not set, and there is no embedded database in ${resolve(DATA_DIR)}`,
    );
  }
}

process.exitCode = await rehearseCommand(process.argv.slice(2), {
  open,
  readFile: (path) => readFile(path, "utf8"),
  writeFile: async (path, content) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  },
  reasonOf,
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
});
