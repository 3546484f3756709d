import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import pg from "pg";
import { SEND_QUEUE, startSendBoss } from "../peers/send-per-request.ts";
import { createPeerTables } from "../peers/tables.ts";
import type { Timing } from "./bench-options.ts";
import { startThrowAwayPostgres, type ThrowAwayPostgres } from "./cluster.ts";
import type { Cast, PeerVariant } from "./contestants.ts";
import type { Arena } from "./measure.ts";
import { runProcess, startProcess } from "./processes.ts";
import type { Started } from "./started.ts";
import { createUsers } from "./users.ts";

/** Everything a benchmark runs on. */
export interface Stage {
  readonly cast: Cast;
  readonly pool: pg.Pool;
  readonly postgres: ThrowAwayPostgres;
  readonly adminToken: string;
  /** Where events are created. */
  readonly origin: string;
  arena(timing: Timing): Arena;
}

const POOL_MAX = 4;

/**
 * Sets everything up: an empty PostgreSQL, the product's tables and the peers', users with tokens, and all processes.
 * Whatever was started is in `started`, also where a later part fails.
 */
export async function setUpStage(
  started: Started,
  options: { readonly users: number; readonly folder: string; readonly profile: string | null },
): Promise<Stage> {
  const postgres = started.add(await startThrowAwayPostgres(options.folder, "bench"));
  const secret = randomBytes(32).toString("hex");
  const env = { ...environment(postgres.url, secret), ...profiling(options.profile) };
  await runProcess("src/migrate.ts", env);
  const pool = new pg.Pool({ connectionString: postgres.url, max: POOL_MAX });
  started.add({ stop: () => pool.end() });
  await setUpPeers(pool, postgres.url);
  const users = await createUsers(pool, { secret, count: options.users, role: "user" });
  const [admin] = await createUsers(pool, { secret, count: 1, role: "admin" });
  const cast = await startCast(started, env);
  return {
    cast,
    pool,
    postgres,
    adminToken: admin!.token,
    origin: `http://127.0.0.1:${cast.api.port}`,
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

async function setUpPeers(pool: pg.Pool, databaseUrl: string): Promise<void> {
  await createPeerTables(pool);
  const boss = await startSendBoss(databaseUrl, 1);
  await boss.createQueue(SEND_QUEUE);
  await boss.stop({ graceful: false });
}

async function startCast(started: Started, env: Readonly<Record<string, string>>): Promise<Cast> {
  const start = async (name: string, script: string, args: readonly string[] = []) =>
    started.add(await startProcess({ name, script, args, env }));
  const peer = (name: PeerVariant) => start(`peer ${name}`, "bench/peers/server.ts", [name]);
  const all = {
    load: start("load generator", "bench/lib/load-process.ts"),
    api: start("API", "src/server.ts"),
    bookingWorker: start("booking worker", "workers/booking.ts"),
    effectsWorker: start("effects worker", "workers/effects.ts"),
    sendWorker: start("send worker", "bench/peers/send-worker.ts"),
    rowLock: peer("row-lock"),
    tuned: peer("row-lock-tuned"),
    conditional: peer("conditional"),
    send: peer("send-per-request"),
    ceiling: peer("ceiling"),
  };
  // Those that did start are stopped also where another did not.
  await Promise.allSettled(Object.values(all));
  return {
    load: await all.load,
    api: await all.api,
    bookingWorker: await all.bookingWorker,
    effectsWorker: await all.effectsWorker,
    sendWorker: await all.sendWorker,
    peers: {
      "row-lock": await all.rowLock,
      "row-lock-tuned": await all.tuned,
      conditional: await all.conditional,
      "send-per-request": await all.send,
      ceiling: await all.ceiling,
    },
  };
}
