import { Desk } from "../http/desk.ts";
import type { EventFoundry } from "../http/event-desk.ts";
import { createMailbox } from "../mailbox/boss.ts";
import { findQueued } from "../mailbox/find-queued.ts";
import type { Log } from "../ops/log.ts";
import { OutcomeFeed } from "../outbox/feed.ts";
import { createEvent } from "../store/create-event.ts";
import { orFault } from "../store/faults.ts";
import { createReads } from "../store/reads.ts";
import { findDecisions, readLedger } from "../store/sql/ledger.ts";
import { composePost, type PostOptions, sendOrFault } from "./post.ts";

export interface BookingPathOptions extends PostOptions {
  readonly log: Log;
  /** Told the place in line that each command got, and the pace of its event. */
  readonly observePlace: (position: number, decidedPerSecond: number | null) => void;
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
    send: async (letter) => {
      const acceptance = await sendOrFault(post, options.metrics, letter);
      if (acceptance.type === "accepted") {
        options.observePlace(acceptance.position, acceptance.decidedPerSecond);
      } else if (acceptance.type === "full") {
        options.observePlace(acceptance.waiting, acceptance.decidedPerSecond);
      }
      return acceptance;
    },
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
