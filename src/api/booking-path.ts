import type { PgBoss } from "pg-boss";
import type { EventId } from "../domain/ids.ts";
import { isRelisting } from "../domain/relisting.ts";
import { Desk, type DeskPorts } from "../http/desk.ts";
import type { EventFoundry } from "../http/event-desk.ts";
import { createMailbox } from "../mailbox/boss.ts";
import { findQueued } from "../mailbox/find-queued.ts";
import { FullLines } from "../mailbox/full-lines.ts";
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
  /** Told what became of every letter at the accept. */
  readonly accepted: (
    letter: Parameters<DeskPorts["send"]>[0],
    acceptance: Awaited<ReturnType<DeskPorts["send"]>>,
  ) => void;
  /** Does a part of a traced request as a span of its own. */
  readonly step: <T>(name: string, work: () => Promise<T>) => Promise<T>;
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
  const fullLines = new FullLines();
  const desk = new Desk({
    send: async (letter) => {
      const ask = () => sendOrFault(post, options.metrics, letter);
      const acceptance = await fullLines.answered(letter, ask);
      options.accepted(letter, acceptance);
      if (acceptance.type === "accepted") {
        options.observePlace(acceptance.position, acceptance.decidedPerSecond);
      } else if (acceptance.type === "full") {
        options.metrics.shed.inc({ class: "entering", reason: "mailbox" });
        options.observePlace(acceptance.waiting, acceptance.decidedPerSecond);
      }
      return acceptance;
    },
    feed: {
      decisionOf: (eventId, commandId, waitMs) =>
        options.step("decision", () => feed.decisionOf(eventId, commandId, waitMs)),
      release: (commandId) => feed.release(commandId),
    },
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
