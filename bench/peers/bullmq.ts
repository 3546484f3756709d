import { Queue, Worker } from "bullmq";
import type pg from "pg";
import { bookIfLeft } from "./conditional.ts";
import type { Peer, PeerRequest } from "./peer.ts";
import type { PeerWorker } from "./peer-worker.ts";
import { SCHEMA_OF } from "./tables.ts";

export const BULLMQ_QUEUE = "booking";

function connectionOf(redisUrl: string) {
  const { hostname, port } = new URL(redisUrl);
  // As its documentation wants it: a worker waits for Redis however long.
  return { host: hostname, port: Number(port), maxRetriesPerRequest: null };
}

/** BullMQ: one `queue.add` for each request, answered 202 once Redis has it. */
export function createBullPeer(redisUrl: string): Peer {
  const queue = new Queue<PeerRequest>(BULLMQ_QUEUE, { connection: connectionOf(redisUrl) });
  queue.on("error", (error) => console.error(error.message));
  return {
    async book(request) {
      await queue.add("book", request, { removeOnComplete: true });
      return "accepted";
    },
    close: () => queue.close(),
  };
}

/** Its worker: one job at a time, so in order, each written to PostgreSQL with the conditional statement. */
export function createBullWorker(redisUrl: string, pool: pg.Pool): PeerWorker {
  const worker = new Worker<PeerRequest>(
    BULLMQ_QUEUE,
    async ({ data }) => {
      await bookIfLeft(pool, SCHEMA_OF.bullmq, data);
    },
    { connection: connectionOf(redisUrl), concurrency: 1, autorun: false },
  );
  worker.on("error", (error) => console.error(error.message));
  let isStarted = false;
  return {
    work: async () => {
      if (isStarted) worker.resume();
      else void worker.run();
      isStarted = true;
    },
    rest: () => worker.pause(),
    close: async () => {
      await worker.close();
      await pool.end();
    },
  };
}
