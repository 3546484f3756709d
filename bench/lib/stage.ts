import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import pg from "pg";
import { SEND_QUEUES, type SendVariant, startSendBoss } from "../peers/send-queue.ts";
import { createPeerTables } from "../peers/tables.ts";
import type { Timing } from "./bench-options.ts";
import { startCast, startPeerWorker, startRedis } from "./cast.ts";
import { startThrowAwayPostgres, type ThrowAwayPostgres } from "./cluster.ts";
import type { Cast, PeerVariant } from "./contestants.ts";
import { LOG_FILES, layInLog } from "./lay-in-log.ts";
import type { Arena } from "./measure.ts";
import { type Running, runProcess } from "./processes.ts";
import type { Started } from "./started.ts";
import { type BenchUser, createUsers } from "./users.ts";

/** Everything a benchmark runs on. */
export interface Stage {
  readonly cast: Cast;
  readonly pool: pg.Pool;
  readonly postgres: ThrowAwayPostgres;
  readonly adminToken: string;
  /** Where events are created. */
  readonly origin: string;
  /** What the product's processes were started with, for others of them that a suite starts. */
  readonly env: Readonly<Record<string, string>>;
  readonly users: readonly BenchUser[];
  /** Starts another worker process of a peer. */
  startPeerWorker(variant: PeerVariant): Promise<Running>;
  arena(timing: Timing): Arena;
}

export interface StageOptions {
  /** How many users with a session there are to be. */
  readonly users: number;
  /** Which peers are to be there besides the product. */
  readonly peers: readonly PeerVariant[];
  /** Settings of the product's processes besides, or instead of, those of every benchmark. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the data of PostgreSQL go. */
  readonly folder: string;
  /** Where CPU profiles go; null: none are made. */
  readonly profile: string | null;
  /** How much log (WAL) PostgreSQL has to write into. */
  readonly log: keyof typeof LOG_FILES;
}

const POOL_MAX = 4;

/**
 * Sets everything up: an empty PostgreSQL, the product's tables and the peers', users with tokens, and all processes.
 * Whatever was started is in `started`, also where a later part fails.
 */
export async function setUpStage(started: Started, options: StageOptions): Promise<Stage> {
  const postgres = started.add(await startThrowAwayPostgres(options.folder, "bench"));
  await layInLog(postgres.url, LOG_FILES[options.log]);
  const secret = randomBytes(32).toString("hex");
  const env = { ...environment(postgres.url, secret), ...profiling(options.profile), ...options.env };
  await runProcess("src/migrate.ts", env);
  const pool = new pg.Pool({ connectionString: postgres.url, max: POOL_MAX });
  started.add({ stop: () => pool.end() });
  await setUpPeers(pool, postgres.url, options.peers);
  const users = await createUsers(pool, { secret, count: options.users, role: "user" });
  const [admin] = await createUsers(pool, { secret, count: 1, role: "admin" });
  const redis = await startRedis(started, postgres.folder, options.peers);
  const compiled = { NODE_COMPILE_CACHE: join(postgres.folder, "compiled") };
  const peerEnv = { ...env, ...compiled, ...(redis === null ? {} : { PEER_REDIS_URL: redis.url }) };
  const cast = { ...(await startCast(started, peerEnv, options.peers)), redis };
  return {
    cast,
    pool,
    postgres,
    adminToken: admin!.token,
    origin: `http://127.0.0.1:${cast.api.port}`,
    env,
    users,
    startPeerWorker: (variant) => startPeerWorker(started, peerEnv, variant),
    arena: (timing) => ({ load: cast.load, postgresPid: () => postgres.pid, users, timing }),
  };
}

function environment(databaseUrl: string, secret: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    JWT_SECRET: secret,
    HOST: "127.0.0.1",
    PORT: "0",
    LOG_LEVEL: "warn",
    // Requests are counted as ever, but a few users book as fast as they can.
    RATE_LIMITS: "all=100000000/60",
    NODE_ENV: "production",
    PAYMENT_PROVIDER: "test",
  };
}

function profiling(folder: string | null): Record<string, string> {
  return folder === null ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(folder)}` };
}

async function setUpPeers(pool: pg.Pool, databaseUrl: string, peers: readonly PeerVariant[]): Promise<void> {
  await createPeerTables(pool);
  const senders = peers.filter((peer): peer is SendVariant => peer in SEND_QUEUES);
  if (senders.length === 0) return;
  const boss = await startSendBoss(databaseUrl, 1);
  for (const sender of senders) await boss.createQueue(SEND_QUEUES[sender]);
  await boss.stop({ graceful: false });
}
