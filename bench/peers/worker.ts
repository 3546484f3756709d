import { flushCompileCache } from "node:module";
import { createLog } from "../../src/ops/log.ts";
import { createPool } from "../../src/store/database.ts";
import { createBullWorker } from "./bullmq.ts";
import { createGraphileWorker } from "./graphile.ts";
import type { PeerWorker } from "./peer-worker.ts";
import { createRedisLuaWorker } from "./redis-lua-worker.ts";
import { startSendBoss } from "./send-queue.ts";
import { createSendBatchWorker, createSendWorker } from "./send-workers.ts";

/**
 * The worker process of one peer. It looks for work only between `{type: "work"}` and `{type: "rest"}` from its parent,
 * so that it costs the other variants nothing; the latter is answered by `{type: "resting"}`.
 */
const CONNECTIONS = 4;
const SEND_CONNECTIONS = 2;
const variant = process.argv[2] ?? "";

async function createWorker(url: string, redisUrl: string): Promise<PeerWorker> {
  const log = createLog({ role: `${variant} worker`, level: "warn" });
  const pool = createPool({ url, name: `peer-${variant}-worker`, max: CONNECTIONS, log });
  switch (variant) {
    case "send-per-request":
      return createSendWorker(await startSendBoss(url, SEND_CONNECTIONS), pool);
    case "send-batch":
      return createSendBatchWorker(await startSendBoss(url, SEND_CONNECTIONS), pool);
    case "graphile-worker":
      return createGraphileWorker(pool);
    case "bullmq":
      return createBullWorker(redisUrl, pool);
    case "redis-lua":
      return createRedisLuaWorker(redisUrl, pool);
    default:
      throw new Error(`the peer "${variant}" has no worker`);
  }
}

const worker = await createWorker(process.env.DATABASE_URL ?? "", process.env.PEER_REDIS_URL ?? "");

async function obey(order: string): Promise<void> {
  if (order === "work") return worker.work();
  await worker.rest();
  process.send?.({ type: "resting" });
}

async function end(): Promise<void> {
  await worker.close();
  process.exit(0);
}

process.on("message", ({ type }: { readonly type: string }) => void obey(type));
for (const event of ["SIGTERM", "SIGINT", "disconnect"]) process.once(event, () => void end());
// What was compiled here is there for the peers that start next.
flushCompileCache();
process.send?.({ type: "ready", port: 0 });
