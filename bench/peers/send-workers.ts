import type pg from "pg";
import type { PgBoss } from "pg-boss";
import { inTransaction } from "../../src/store/database.ts";
import { bookIfLeft } from "./conditional.ts";
import { bookBatchIfLeft } from "./conditional-batch.ts";
import type { PeerRequest } from "./peer.ts";
import { loopingWorker, type PeerWorker } from "./peer-worker.ts";
import { SEND_QUEUES } from "./send-queue.ts";
import { SCHEMA_OF } from "./tables.ts";

const BATCH_SIZE_MAX = 500;

/** The worker of `send-per-request`: fetch one, book it, complete it. */
export function createSendWorker(boss: PgBoss, pool: pg.Pool): PeerWorker {
  const queue = SEND_QUEUES["send-per-request"];
  const take = async () => {
    const [job] = await boss.fetch<PeerRequest>(queue, { batchSize: 1 });
    if (job === undefined) return false;
    await bookIfLeft(pool, SCHEMA_OF["send-per-request"], job.data);
    await boss.complete(queue, job.id);
    return true;
  };
  return loopingWorker(take, () => close(boss, pool));
}

/** The worker of `send-batch`: fetch many, book them with one statement and complete them in the same transaction. */
export function createSendBatchWorker(boss: PgBoss, pool: pg.Pool): PeerWorker {
  const queue = SEND_QUEUES["send-batch"];
  const take = async () => {
    const jobs = await boss.fetch<PeerRequest>(queue, { batchSize: BATCH_SIZE_MAX });
    if (jobs.length === 0) return false;
    const requests = jobs.map(({ data }) => data);
    const ids = jobs.map(({ id }) => id);
    await inTransaction(pool, async (tx) => {
      await bookBatchIfLeft(tx, SCHEMA_OF["send-batch"], requests);
      await boss.complete(queue, ids, null, {
        db: { executeSql: (text, values) => tx.query(text, values) },
      });
    });
    return true;
  };
  return loopingWorker(take, () => close(boss, pool));
}

async function close(boss: PgBoss, pool: pg.Pool): Promise<void> {
  await boss.stop({ graceful: false });
  await pool.end();
}
