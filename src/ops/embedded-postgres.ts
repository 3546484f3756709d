import { join, resolve } from "node:path";
import { type FolderLock, LOCK_WAIT_MS_MAX, lockFolder } from "./folder-lock.ts";
import type { Log } from "./log.ts";
import { usableBinaries } from "./postgres-binaries.ts";
import { type ClusterPlace, DATABASE_NAME, ensureCluster } from "./postgres-cluster.ts";
import { postgresHome } from "./postgres-home.ts";
import { PostgresServer } from "./postgres-server.ts";
import { stopLeftover } from "./postmaster.ts";

export interface EmbeddedPostgresOptions {
  /** The folder that holds cluster, password, log and lock; made where it is missing. */
  readonly dataDir: string;
  readonly log: Log;
  /** The lock on `dataDir` where the caller took it already; it stays the caller's. */
  readonly lock?: FolderLock;
  /** False only for clusters that are thrown away: gives up what a crash of the machine may take. */
  readonly durable?: boolean;
  /** Server settings by name, over the ones below. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long, in seconds, the sessions of other processes may go on when this process dies. */
  readonly orphanGraceS?: number;
}

export interface EmbeddedPostgres {
  /** Connection string of the superuser, on a port of 127.0.0.1. Constant, also over restarts. */
  readonly url: string;
  readonly port: number;
  /** Where the data really is. */
  readonly cluster: string;
  /** The server process of this moment. */
  readonly pid: number;
  /** Ends sessions, writes everything, waits for the end. `immediate` leaves the writing to the next start. */
  stop(options?: { readonly immediate?: boolean }): Promise<void>;
}

const SETTINGS = {
  listen_addresses: "127.0.0.1",
  // Paths of sockets are limited to about 100 bytes, project folders are not.
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "256MB",
  max_wal_size: "4GB",
  // Log files are kept and used again: a new one is filled with zeroes first, and every commit waits for that.
  min_wal_size: "1GB",
  checkpoint_timeout: "15min",
  autovacuum_naptime: "10s",
  fsync: "on",
  synchronous_commit: "on",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] %a ",
} as const;
const NOT_DURABLE = { fsync: "off", full_page_writes: "off" } as const;
const ORPHAN_GRACE_S = 15;

/**
 * Starts the PostgreSQL that comes with the program and keeps it running: a server that dies is started again on the
 * same port. It stops with this process, however this process ends.
 * @throws FolderInUse where another process runs on `dataDir`; Error with the server's words where it cannot start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const locks = options.lock === undefined ? [lockFolder(dataDir, LOCK_WAIT_MS_MAX)] : [];
  const release = () => {
    for (const lock of locks.splice(0)) lock.release();
  };
  try {
    const { place, password } = await prepare(dataDir, options, locks);
    const server = new PostgresServer({
      place,
      log: options.log,
      logFile: join(dataDir, "postgres.log"),
      portFile: join(dataDir, "postgres.port"),
      settings: { ...SETTINGS, ...(options.durable === false ? NOT_DURABLE : {}), ...options.settings },
      orphanGraceS: options.orphanGraceS ?? ORPHAN_GRACE_S,
    });
    await server.start();
    return handleOf(server, { cluster: place.cluster, password, release });
  } catch (error) {
    release();
    throw error;
  }
}

/** A cluster that nobody else uses, with binaries that run and a password that opens it. */
async function prepare(
  dataDir: string,
  { log, durable = true }: EmbeddedPostgresOptions,
  locks: FolderLock[],
): Promise<{ readonly place: ClusterPlace; readonly password: string }> {
  const { home, cluster, user } = await postgresHome(dataDir);
  // A copied project shares the cluster of its original through the link.
  if (home !== dataDir) locks.push(lockFolder(home, LOCK_WAIT_MS_MAX));
  await stopLeftover(cluster, log);
  const place = { native: await usableBinaries({ home, user }), cluster, user };
  const passwordFile = join(dataDir, "postgres.password");
  return { place, password: await ensureCluster(place, { passwordFile, durable }) };
}

function handleOf(
  server: PostgresServer,
  known: { readonly cluster: string; readonly password: string; readonly release: () => void },
): EmbeddedPostgres {
  return {
    url: `postgres://${DATABASE_NAME}:${known.password}@127.0.0.1:${server.port}/${DATABASE_NAME}`,
    port: server.port,
    cluster: known.cluster,
    get pid() {
      return server.pid;
    },
    stop: (how = {}) => server.stop(how.immediate ?? false).finally(known.release),
  };
}
