import type { EventId, UserId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import { type Answer, refused } from "./answers.ts";
import type { EventReader } from "./event-reader.ts";
import { isPersonal } from "./hearing.ts";
import { type Presenters, personOf, presentBookingPush } from "./present.ts";

/**
 * Reads at most `scanMax` entries of an event's ledger behind `afterSeq`, of which those that name a person; `seq` is
 * the last one that was looked at.
 */
export type ReadMissed = (asked: {
  readonly eventId: EventId;
  readonly userId: UserId;
  readonly afterSeq: number;
  readonly scanMax: number;
}) => Promise<{ readonly entries: readonly LedgerEntry[]; readonly seq: number }>;

/** As a client sent it. */
interface Asked {
  readonly after_seq?: unknown;
  readonly after?: unknown;
}

interface CatchUpOptions {
  readonly readMissed: ReadMissed;
  readonly reader: EventReader;
  readonly presenters: Presenters;
}

/** Ledger entries that one question looks at; some 20 ms of the database. */
const SCAN_MAX = 5_000;
const PUSHES_MAX = 500;
/** Questions of all sockets that are looked up at the same time. */
const AT_ONCE_MAX = 4;

/** What a person's sockets missed: pushes come at most once, and the ledger knows which there would have been. */
export class CatchUp {
  readonly #options: CatchUpOptions;
  #underWay = 0;

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  /**
   * `{ok, pushes: [{name, data}], seq, complete}`: the pushes of this event to this person behind `afterSeq`, in order.
   * Where `complete` is false, ask again with `seq`; where it is true, all that comes later is pushed. `afterSeq` may be
   * called `after`, as the feed calls it. Beyond the event's last number, `seq` is that last number.
   */
  async since(eventId: EventId, userId: string, asked: Asked): Promise<Answer> {
    const afterSeq = asked.after_seq ?? asked.after;
    if (asked.after !== undefined && asked.after !== afterSeq) {
      return refused("VALIDATION_ERROR", "after_seq and after are two names of one number; send one of them");
    }
    if (typeof afterSeq !== "number" || !Number.isSafeInteger(afterSeq) || afterSeq < 0) {
      return refused("VALIDATION_ERROR", "after_seq must be a whole number of at least 0");
    }
    if (this.#underWay >= AT_ONCE_MAX) {
      return refused("RATE_LIMIT_EXCEEDED", "Too many are catching up; try again shortly");
    }
    this.#underWay += 1;
    try {
      return await this.#read(eventId, userId as UserId, afterSeq);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #read(eventId: EventId, userId: UserId, afterSeq: number): Promise<Answer> {
    const { readMissed, reader, presenters } = this.#options;
    const missed = await readMissed({ eventId, userId, afterSeq, scanMax: SCAN_MAX });
    // Read after the ledger: it knows every tier that the entries name, and how far the ledger goes.
    const event = await reader.read(eventId);
    if (event === null) return refused("EVENT_NOT_FOUND", "Event not found");
    const card = { currency: event.currency, tiers: event.tiers.map(({ name }) => name) };
    const pushes: object[] = [];
    let seq = Math.min(missed.seq, event.seq);
    for (const entry of missed.entries) {
      const own = entry.decision.filter(isPersonal).filter((outcome) => personOf(outcome) === userId);
      if (pushes.length + own.length > PUSHES_MAX && pushes.length > 0) {
        seq = entry.seq - 1;
        break;
      }
      pushes.push(...own.map((outcome) => presentBookingPush(entry, outcome, card, presenters)));
    }
    return { ok: true, event_id: eventId, pushes, seq, complete: seq >= event.seq };
  }
}
