import { Logger, makeWorkerUtils, type Runner, run } from "graphile-worker";
import type pg from "pg";
import { Collector } from "./collector.ts";
import { bookBatchIfLeft } from "./conditional-batch.ts";
import type { Peer, PeerAnswer, PeerRequest } from "./peer.ts";
import type { PeerWorker } from "./peer-worker.ts";
import { SCHEMA_OF } from "./tables.ts";

export const GRAPHILE_SCHEMA = "peer_graphile_worker";
const TASK = "book";
const BATCH_SIZE_MAX = 500;
const JOBS_AHEAD = 10;

const logger = new Logger(() => (level, message) => {
  if (level === "error" || level === "warning") console.error(message);
});

/**
 * graphile-worker with its batch jobs: requests that come at the same time are added as one job whose payload is the
 * list of them; all are answered 202 once it is committed.
 */
export async function createGraphilePeer(pool: pg.Pool): Promise<Peer> {
  const utils = await makeWorkerUtils({ pgPool: pool, schema: GRAPHILE_SCHEMA, logger });
  const lots = new Collector<PeerRequest, PeerAnswer>(async (requests) => {
    await utils.addJob(TASK, [...requests]);
    return requests.map(() => "accepted");
  }, BATCH_SIZE_MAX);
  return {
    book: (request) => lots.add(request),
    close: async () => {
      await lots.close();
      await utils.release();
      await pool.end();
    },
  };
}

/**
 * Its worker, with what its documentation names for throughput: a local queue, and completions that share a statement.
 * One job at a time, so in order; each books its whole list with one statement.
 */
export function createGraphileWorker(pool: pg.Pool): PeerWorker {
  let runner: Runner | null = null;
  const rest = async () => {
    await runner?.stop();
    runner = null;
  };
  return {
    work: async () => {
      runner ??= await startRunner(pool);
    },
    rest,
    close: async () => {
      await rest();
      await pool.end();
    },
  };
}

function startRunner(pool: pg.Pool): Promise<Runner> {
  return run({
    pgPool: pool,
    schema: GRAPHILE_SCHEMA,
    logger,
    concurrency: 1,
    noHandleSignals: true,
    taskList: {
      [TASK]: async (payload) => {
        await bookBatchIfLeft(pool, SCHEMA_OF["graphile-worker"], payload as readonly PeerRequest[]);
      },
    },
    preset: {
      worker: { localQueue: { size: JOBS_AHEAD }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
    },
  });
}
