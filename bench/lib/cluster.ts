import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/ops/embedded-postgres.ts";
import type { Log } from "../../src/ops/log.ts";
import { isAlive } from "../../src/ops/postmaster.ts";

/** A PostgreSQL of our own, gone with everything in it when it is stopped. */
export interface ThrowAwayPostgres {
  readonly url: string;
  readonly pid: number;
  /** Where its data lies, for the speed of the disk. */
  readonly folder: string;
  stop(): Promise<void>;
}

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let started = 0;

/** Processes of a run that was killed may still be writing there for a moment. */
const REMOVED = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 } as const;

/**
 * Starts an empty PostgreSQL below `parent`, with the settings that the product itself runs it with: as durable
 * as in production.
 */
export async function startThrowAwayPostgres(parent: string, name: string): Promise<ThrowAwayPostgres> {
  await removeAbandoned(parent, name);
  started += 1;
  const dataDir = join(parent, `${name}-${process.pid}-${started}`);
  // As root the server runs under another account, which has to get in.
  await mkdir(dataDir, { recursive: true, mode: 0o755 });
  const server = await startEmbeddedPostgres({ dataDir, log: SILENT, orphanGraceS: 3 }).catch(
    async (error) => {
      await rm(dataDir, REMOVED);
      throw error;
    },
  );
  return {
    url: server.url,
    get pid() {
      return server.pid;
    },
    folder: dataDir,
    stop: () => stopAndRemove(server, dataDir),
  };
}

/** Removes the data of runs that were killed: their names say which process they belonged to. */
async function removeAbandoned(parent: string, name: string): Promise<void> {
  for (const entry of await readdir(parent).catch(() => [])) {
    const pid = new RegExp(`^${name}-(\\d+)-\\d+$`).exec(entry)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(parent, entry), REMOVED);
  }
}

async function stopAndRemove(server: EmbeddedPostgres, dataDir: string): Promise<void> {
  await server.stop({ immediate: true });
  // The cluster may live outside, in a folder made for this data folder alone.
  for (const folder of new Set([dirname(server.cluster), dataDir])) {
    await rm(folder, REMOVED);
  }
}
