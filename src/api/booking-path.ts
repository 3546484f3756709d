import type pg from "pg";
import type { PgBoss } from "pg-boss";
import { Desk } from "../http/desk.ts";
import type { EventFoundry } from "../http/event-desk.ts";
import type { Acceptance, Letter } from "../mailbox/accept.ts";
import { createMailbox } from "../mailbox/boss.ts";
import { findQueued } from "../mailbox/find-queued.ts";
import type { AcceptSql } from "../mailbox/ports.ts";
import { Post, PostOverloaded } from "../mailbox/post.ts";
import type { Config } from "../ops/config.ts";
import { Fault } from "../ops/fault.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import { OutcomeFeed } from "../outbox/feed.ts";
import { createEvent } from "../store/create-event.ts";
import { inTransaction, isDataError } from "../store/database.ts";
import { orFault } from "../store/faults.ts";
import { notifyMail } from "../store/notices.ts";
import { createReads } from "../store/reads.ts";
import { countIn, findKeys, readDoors, reserveKeys } from "../store/sql/accepts.ts";
import { findDecisions, readLedger } from "../store/sql/ledger.ts";

const FLUSHES_MAX = 2;
const ACCEPTS_WAITING_MAX = 20_000;

export interface BookingPathOptions {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly boss: PgBoss;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The way of a command through this process: accept, wait, answer; and what can be read meanwhile. */
export function composeBookingPath(options: BookingPathOptions) {
  const { pool, boss, log } = options;
  const post = composePost(options);
  const feed = new OutcomeFeed({
    readLedger: (ranges) => readLedger(pool, ranges),
    findDecisions: (asked) => findDecisions(pool, asked),
    log,
  });
  const desk = new Desk({
    send: (letter) => sendOrFault(post, options.metrics, letter),
    feed,
    findDecision: async (eventId, commandId) =>
      (await orFault(() => findDecisions(pool, [{ eventId, commandId }])))[0] ?? null,
  });
  const reads = createReads({
    pool,
    findQueued: (eventId, commandId) => findQueued(boss, pool, eventId, commandId),
  });
  const foundry: EventFoundry = {
    create: (event) => orFault(() => createEvent(pool, event, (eventId) => createMailbox(boss, eventId))),
  };
  return { post, feed, desk, reads, foundry };
}

function composePost({ config, pool, boss, metrics }: BookingPathOptions): Post {
  const sql = { readDoors, reserveKeys, findKeys, countIn } as unknown as AcceptSql;
  return new Post(
    {
      sql,
      boss,
      mailboxDepthMax: config.MAILBOX_DEPTH_MAX,
      inTransaction: (work) => inTransaction(pool, work),
      wake: (eventIds) => {
        if (eventIds.length > 0) notifyMail(pool, eventIds).catch(() => undefined);
      },
      isDataError,
      observe: ({ letters, elapsedMs }) => {
        metrics.acceptBatch.observe(letters);
        metrics.acceptSeconds.observe(elapsedMs / 1_000);
      },
    },
    { batchMax: config.ACCEPT_BATCH_MAX, flushesMax: FLUSHES_MAX, waitingMax: ACCEPTS_WAITING_MAX },
  );
}

async function sendOrFault(post: Post, metrics: Metrics, letter: Letter): Promise<Acceptance> {
  try {
    const acceptance = await orFault(() => post.send(letter));
    metrics.accepted.inc({ result: acceptance.type });
    return acceptance;
  } catch (error) {
    if (error instanceof PostOverloaded) throw new Fault("Overloaded", error.message, { cause: error });
    throw error;
  }
}
