import { setTimeout as sleep } from "node:timers/promises";
import type { PgBoss } from "pg-boss";
import { createLog } from "../../src/ops/log.ts";
import { createPool } from "../../src/store/database.ts";
import { bookIfLeft } from "./conditional.ts";
import type { PeerRequest } from "./peer.ts";
import { SEND_QUEUE, startSendBoss } from "./send-per-request.ts";
import { SCHEMA_OF } from "./tables.ts";

/**
 * The worker of the `send-per-request` peer, a process of its own: fetch one, book it, complete it. It looks for work
 * only between `{type: "work"}` and `{type: "rest"}` from its parent, so that it costs the other variants nothing.
 */
const IDLE_MS = 2;
const CONNECTIONS = 2;

async function takeOne(boss: PgBoss, pool: ReturnType<typeof createPool>): Promise<boolean> {
  const [job] = await boss.fetch<PeerRequest>(SEND_QUEUE, { batchSize: 1 });
  if (job === undefined) return false;
  await bookIfLeft(pool, SCHEMA_OF["send-per-request"], job.data);
  await boss.complete(SEND_QUEUE, job.id);
  return true;
}

async function main(): Promise<void> {
  const url = process.env.DATABASE_URL ?? "";
  const log = createLog({ role: "send-worker", level: "warn" });
  const pool = createPool({ url, name: "peer-send-worker", max: CONNECTIONS, log });
  const boss = await startSendBoss(url, CONNECTIONS);
  let working = false;
  let ending = false;
  process.on("message", (message: { readonly type: string }) => {
    working = message.type === "work";
  });
  for (const event of ["SIGTERM", "SIGINT", "disconnect"]) process.on(event, () => (ending = true));
  process.send?.({ type: "ready", port: 0 });
  while (!ending) {
    if (!working || !(await takeOne(boss, pool))) await sleep(working ? IDLE_MS : 50);
  }
  await boss.stop({ graceful: false });
  await pool.end();
  process.disconnect?.();
}

await main();
