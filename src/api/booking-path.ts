import type { PgBoss } from "pg-boss";
import type { EventId } from "../domain/ids.ts";
import { isRelisting } from "../domain/relisting.ts";
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
  readonly boss: PgBoss;
  /** For accepts and decisions alone; `pool` is for everything that is read. */
  readonly bookings: PostOptions["pool"];
  readonly log: Log;
  /** Told the place in line that each command got, and the pace of its event. */
  readonly observePlace: (position: number, decidedPerSecond: number | null) => void;
  /** Told of decisions that were found without a notice, before anybody is answered with them. */
  readonly decided: (found: readonly { readonly eventId: EventId; readonly relists: boolean }[]) => void;
}

/** The way of a command through this process: accept, wait, answer; and what can be read meanwhile. */
export function composeBookingPath(options: BookingPathOptions) {
  const { pool, bookings, boss, log, decided } = options;
  const found = async (asked: Parameters<typeof findDecisions>[1]) => {
    const entries = await findDecisions(bookings, asked);
    decided(entries.map(({ eventId, decision }) => ({ eventId, relists: isRelisting(decision) })));
    return entries;
  };
  const post = composePost({ ...options, pool: bookings });
  const feed = new OutcomeFeed({
    readLedger: (ranges) => readLedger(bookings, ranges),
    findDecisions: found,
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
      (await orFault(() => found([{ eventId, commandId }])))[0] ?? null,
  });
  const reads = createReads({
    pool,
    bookings,
    findQueued: (eventId, commandId) => findQueued(boss, pool, eventId, commandId),
  });
  const foundry: EventFoundry = {
    create: async (event) => {
      const creation = await orFault(() =>
        createEvent(pool, event, (eventId) => createMailbox(boss, eventId)),
      );
      decided([{ eventId: event.draft.eventId, relists: true }]);
      return creation;
    },
  };
  return { post, feed, desk, reads, foundry };
}
