import type pg from "pg";
import { fold } from "../../analytics/fold.ts";
import { bookingKnownTo } from "../../analytics/fold-booking.ts";
import type { FoldedEvent } from "../../analytics/folded-event.ts";
import type { Step } from "../../analytics/ports.ts";
import type { EventId } from "../../domain/ids.ts";
import type { LedgerEntry } from "../../domain/ledger.ts";
import type { LedgerRange } from "../../engine/ports.ts";
import { inTransaction, type Queryable } from "../database.ts";
import { readLedger } from "../sql/ledger.ts";
import { readFolded } from "./read-folded.ts";
import { writeCategories } from "./write-categories.ts";
import { writeEvents } from "./write-events.ts";
import { writeFacts } from "./write-facts.ts";
import { writePeople } from "./write-people.ts";
import { writeScopes } from "./write-scopes.ts";

/** Events of one step: those that are least behind come first, so that one with a long way to go holds up nobody. */
const EVENTS_MAX = 500;
const ELSEWHERE: Step = { type: "elsewhere", entries: 0, events: 0, behind: 0 };

/**
 * Adds up the next entries of the ledgers that moved. One transaction, which holds the row of `analytics_progress` from
 * beginning to end: whoever does not get it has nothing to do, and what is not committed never was.
 */
export async function stepAnalytics(pool: pg.Pool, entriesMax: number): Promise<Step> {
  return await inTransaction(pool, async (tx) => {
    const lease = await tx.query("select 1 from analytics_progress for update skip locked");
    if (lease.rowCount === 0) return ELSEWHERE;
    const { ranges, behind } = await findBehind(tx, entriesMax);
    const entries = await readLedger(tx, ranges);
    const folded = await foldAll(tx, entries);
    await writeCategories(tx, folded);
    await writeEvents(tx, folded);
    await writeScopes(tx, folded);
    await writePeople(tx, folded);
    await writeFacts(tx, folded);
    if (behind <= entries.length) await noteCaughtUp(tx);
    return { type: "done", entries: entries.length, events: folded.length, behind };
  });
}

interface BehindRow {
  readonly eventId: EventId;
  readonly seq: number;
  readonly head: number;
  readonly behind: number;
}

/** Which entries are next, and how many there are in all. What load tests sell themselves is nobody's business figure. */
async function findBehind(
  tx: Queryable,
  entriesMax: number,
): Promise<{ readonly ranges: readonly LedgerRange[]; readonly behind: number }> {
  const { rows } = await tx.query<BehindRow>({
    name: "analytics-behind",
    text: `select a.event_id as "eventId", coalesce(e.seq, 0) as seq, a.ledger_seq as head,
                  (sum(a.ledger_seq - coalesce(e.seq, 0)) over ())::bigint as behind
             from actor a left join analytics_event e using (event_id)
            where a.ledger_seq > coalesce(e.seq, 0)
              and not exists (select from load_test_event l where l.event_id = a.event_id)
            order by a.ledger_seq - coalesce(e.seq, 0) limit ${EVENTS_MAX}`,
  });
  const ranges: LedgerRange[] = [];
  let left = entriesMax;
  for (const { eventId, seq, head } of rows) {
    if (left === 0) break;
    const to = Math.min(head, seq + left);
    ranges.push({ eventId, from: seq + 1, to });
    left -= to - seq;
  }
  return { ranges, behind: rows[0]?.behind ?? 0 };
}

async function foldAll(tx: Queryable, entries: readonly LedgerEntry[]): Promise<readonly FoldedEvent[]> {
  const byEvent = Map.groupBy(entries, ({ eventId }) => eventId);
  const named = [...byEvent].map(([eventId, ofEvent]) => ({ eventId, ...namedBy(ofEvent) }));
  const folded = await readFolded(tx, named);
  for (const event of folded) {
    for (const entry of byEvent.get(event.standing.eventId as EventId) ?? []) fold(event, entry);
  }
  return folded;
}

/** What entries take for known of what was added up before them. */
export function namedBy(entries: readonly LedgerEntry[]) {
  const bookingIds = new Set<string>();
  const refundIds = new Set<string>();
  for (const { decision } of entries) {
    for (const outcome of decision) {
      const bookingId = bookingKnownTo(outcome);
      if (bookingId !== null) bookingIds.add(bookingId);
      if (outcome.type === "RefundSettled") refundIds.add(outcome.refundId);
    }
  }
  return { bookingIds, refundIds };
}

/** All that was decided when this transaction began is added up with it. */
async function noteCaughtUp(tx: Queryable): Promise<void> {
  await tx.query({
    name: "analytics-caught-up",
    text: "update analytics_progress set caught_up_at = now(), rebuilding_since = null",
  });
}
