import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { installMailboxSchema } from "../../src/mailbox/schema.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/ops/embedded-postgres.ts";
import { lockFolder } from "../../src/ops/folder-lock.ts";
import type { Log } from "../../src/ops/log.ts";
import { migrate } from "../../src/store/migrate.ts";
import { removeFolder } from "./folders.ts";

const FOLDER_PREFIX = "evently-test-";
const ABANDONED_AGE_MS_MIN = 60_000;
const TEMPLATE = "evently_template";
/** With these, copying the template takes about 20 ms; the usual settings take 100 to 200. */
const QUICK = { wal_level: "minimal", max_wal_senders: "0" };

/** A logger for tests that expect nothing of it. */
export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

interface Cluster {
  readonly server: EmbeddedPostgres;
  readonly admin: pg.Client;
  readonly folder: string;
}

let cluster: Promise<Cluster> | null = null;

/**
 * The one throw-away server of this mocha run, started by whoever asks first: a run without database tests pays nothing
 * for it. Tests that kill a server start their own.
 */
function sharedCluster(): Promise<Cluster> {
  cluster ??= startCluster();
  return cluster;
}

async function startCluster(): Promise<Cluster> {
  removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), FOLDER_PREFIX));
  // As root, PostgreSQL runs under another account, which has to get in here.
  chmodSync(folder, 0o755);
  const settings = { ...QUICK, shared_buffers: "128MB", max_wal_size: "1GB" };
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    log: silent,
    durable: false,
    settings,
    orphanGraceS: 0,
  });
  const admin = new pg.Client({ connectionString: server.url });
  const started = { server, admin, folder };
  try {
    await admin.connect();
    await admin.query(`create database ${TEMPLATE}`);
    await migrate(urlOf(server, TEMPLATE), silent, [installMailboxSchema]);
  } catch (error) {
    await stopCluster(started);
    throw error;
  }
  return started;
}

async function stopCluster({ server, admin, folder }: Cluster): Promise<void> {
  await admin.end();
  await server.stop({ immediate: true });
  removeFolder(folder);
}

/** Removes what killed runs left: no process holds the lock of its folder. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(FOLDER_PREFIX))) {
    const folder = join(tmpdir(), name);
    try {
      // A young one may be about to be locked.
      if (Date.now() - statSync(folder).mtimeMs < ABANDONED_AGE_MS_MIN) continue;
      lockFolder(folder).release();
      removeFolder(folder);
    } catch {
      // It is in use, or somebody else's.
    }
  }
}

function urlOf(server: EmbeddedPostgres, database: string): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
}

export interface TestDatabase {
  readonly url: string;
  /** Ends what is still connected and removes the database. */
  drop(): Promise<void>;
}

/** A migrated, empty database of one's own, for the superuser. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { server, admin } = await sharedCluster();
  const name = `test_${randomBytes(6).toString("hex")}`;
  await admin.query(`create database ${name} template ${TEMPLATE} strategy file_copy`);
  return {
    url: urlOf(server, name),
    drop: async () => {
      await admin.query(`drop database ${name} with (force)`);
    },
  };
}

/** Long, because on a busy machine what was closed may take a while to be gone. */
const LEAK_GRACE_MS = 15_000;

/** `TCPServerWrap (2205), Timeout (1)` */
function countsOf(names: readonly string[]): string {
  const counts = Map.groupBy(names, (name) => name);
  return [...counts].map(([name, of]) => `${name} (${of.length})`).join(", ");
}

/** Run by mocha after the last test. */
export async function mochaGlobalTeardown(): Promise<void> {
  // A cluster that failed to start was told by the test that needed it, and stopped.
  const started = await cluster?.catch(() => null);
  if (started) await stopCluster(started);
  // The timer itself keeps nothing alive: it fires only where a test forgot to close something that does.
  setTimeout(() => {
    process.stderr.write(`left open after the last test: ${countsOf(process.getActiveResourcesInfo())}\n`);
    // Mocha sets the code by its own listener, which was there first, to how many tests failed.
    process.once("exit", () => {
      process.exitCode = 1;
    });
    process.exit(1);
  }, LEAK_GRACE_MS).unref();
}
