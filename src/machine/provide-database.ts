import { resolve } from "node:path";
import type { Config } from "../ops/config.ts";
import { startEmbeddedPostgres } from "../ops/embedded-postgres.ts";
import { FolderInUse } from "../ops/folder-lock.ts";
import type { Log } from "../ops/log.ts";
import { runningPostgresUrl } from "../ops/running-postgres.ts";

export interface ProvidedDatabase {
  readonly url: string;
  /** Stops what was started for it. */
  release(): Promise<void>;
}

/** The database of DATABASE_URL, else the embedded one: started for as long as it is needed, where `npm start` does not run. */
export async function provideDatabase(
  { DATABASE_URL, DATA_DIR }: Pick<Config, "DATABASE_URL" | "DATA_DIR">,
  log: Log,
): Promise<ProvidedDatabase> {
  const notOurs = async () => {};
  if (DATABASE_URL !== null) return { url: DATABASE_URL, release: notOurs };
  const dataDir = resolve(DATA_DIR);
  try {
    const server = await startEmbeddedPostgres({ dataDir, log });
    return { url: server.url, release: () => server.stop() };
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    return { url: await runningPostgresUrl(dataDir), release: notOurs };
  }
}
