import type pg from "pg";
import type { Acceptance, Letter } from "../mailbox/accept.ts";
import type { AcceptSql } from "../mailbox/ports.ts";
import { Post, PostOverloaded, type PostPorts } from "../mailbox/post.ts";
import type { Config } from "../ops/config.ts";
import { Fault } from "../ops/fault.ts";
import type { Metrics } from "../ops/metrics.ts";
import { inTransaction, isDataError, type Queryable } from "../store/database.ts";
import { faultOf } from "../store/faults.ts";
import { notifyMail } from "../store/notices.ts";
import { countIn, findKeys, readDoors, reserveKeys } from "../store/sql/accepts.ts";

/** One at a time: a second would wait for the first at the row that numbers an event's envelopes, and halve the batches. */
const FLUSHES_MAX = 1;
const ACCEPTS_WAITING_MAX = 20_000;
/** A hundred times what an accept takes on a busy day. */
const ACCEPT_WAIT_MS_MAX = 2_000;

export interface PostOptions {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly metrics: Metrics;
  readonly tracing?: PostPorts["tracing"];
}

/** The way into the mailboxes, for any process that has commands to send. */
export function composePost({ config, pool, metrics, tracing = null }: PostOptions): Post {
  const sql = { readDoors, reserveKeys, findKeys, countIn } as unknown as AcceptSql;
  return new Post(
    {
      sql,
      mailboxDepthMax: config.MAILBOX_DEPTH_MAX,
      inTransaction: (work) => inTransaction(pool, work),
      wake: (eventIds, tx) => void notifyMail(tx as Queryable, eventIds).catch(() => undefined),
      isDataError,
      observe: ({ letters, elapsedMs }) => {
        metrics.acceptBatch.observe(letters);
        metrics.acceptSeconds.observe(elapsedMs / 1_000);
      },
      tracing,
    },
    {
      batchMax: config.ACCEPT_BATCH_MAX,
      flushesMax: FLUSHES_MAX,
      waitingMax: ACCEPTS_WAITING_MAX,
      waitMsMax: ACCEPT_WAIT_MS_MAX,
    },
  );
}

/** @throws Fault where the command could not be accepted for now. */
export async function sendOrFault(post: Post, metrics: Metrics, letter: Letter): Promise<Acceptance> {
  try {
    const acceptance = await post.send(letter);
    metrics.acceptedAs(acceptance.type);
    return acceptance;
  } catch (error) {
    if (error instanceof PostOverloaded) throw new Fault("Overloaded", error.message, { cause: error });
    throw faultOf(error);
  }
}
