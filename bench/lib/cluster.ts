import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/ops/embedded-postgres.ts";
import type { Log } from "../../src/ops/log.ts";

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

/**
 * Starts an empty PostgreSQL below `parent`, with the settings that the product itself runs it with: as durable
 * as in production.
 */
export async function startThrowAwayPostgres(parent: string, name: string): Promise<ThrowAwayPostgres> {
  started += 1;
  const dataDir = join(parent, `${name}-${process.pid}-${started}`);
  // As root the server runs under another account, which has to get in.
  await mkdir(dataDir, { recursive: true, mode: 0o755 });
  const server = await startEmbeddedPostgres({ dataDir, log: SILENT, orphanGraceS: 3 }).catch(
    async (error) => {
      await rm(dataDir, { recursive: true, force: true });
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

async function stopAndRemove(server: EmbeddedPostgres, dataDir: string): Promise<void> {
  await server.stop({ immediate: true });
  // The cluster may live outside, in a folder made for this data folder alone.
  for (const folder of new Set([dirname(server.cluster), dataDir])) {
    await rm(folder, { recursive: true, force: true });
  }
}
