import type { EventState } from "../domain/state.ts";
import type { Case } from "./case.ts";
import { AnalyticsCheck } from "./check-analytics.ts";
import { checkBookings } from "./check-bookings.ts";
import { checkPayments, checkRefunds, checkWaitlist } from "./check-money.ts";
import { checkActor, checkState } from "./check-state.ts";
import { checkCodes, checkSeats, checkTiers } from "./check-stock.ts";
import type { Findings } from "./findings.ts";
import { LedgerWalk } from "./ledger-walk.ts";
import { checkListing } from "./listing.ts";
import type { AuditSource, StoredBooks } from "./ports.ts";
import { StockCount } from "./stock-count.ts";

/** Ledger entries that are read at once. */
const PAGE_ENTRIES_MAX = 1_000;

export interface AuditedBooks {
  readonly walk: LedgerWalk;
  /** As the tables have it; null where they make no state. */
  readonly state: EventState | null;
  readonly bookings: number;
}

/**
 * Audits one event while it goes on selling. Its ledger is read first, page by page, each in a statement of its own:
 * entries are written once, so that what is read stays true. Then the tables, which do change, are read as of one
 * moment in one short transaction, in which the ledger is first followed to its end. So the tables are held against
 * exactly the history that made them, no lock is asked for, and no snapshot is kept while a long history is decided again.
 * @param read told how many more entries were read
 */
export async function auditEvent(
  source: AuditSource,
  eventId: string,
  findings: Findings,
  read: (entries: number) => void = () => undefined,
): Promise<AuditedBooks> {
  const stored = await source.analytics(eventId);
  const analytics = stored === null ? null : new AnalyticsCheck(stored, findings);
  const walk = new LedgerWalk(eventId, findings, analytics);
  await follow(walk, (after) => source.ledger(eventId, after, PAGE_ENTRIES_MAX), read);
  return await source.snapshot(eventId, async (books) => {
    await follow(walk, (after) => books.ledger(after, PAGE_ENTRIES_MAX), read);
    const audited = await checkBooks(eventId, books, walk, findings);
    analytics?.end();
    const asked = findings.unnumbered(eventId);
    if (asked.length > 0) findings.number(await books.numbersOf(asked));
    return audited;
  });
}

/** Walks on to where the ledger ends at the moment. */
async function follow(
  walk: LedgerWalk,
  page: (after: number) => ReturnType<StoredBooks["ledger"]>,
  read: (entries: number) => void,
): Promise<void> {
  for (;;) {
    const entries = await page(walk.head);
    for (const entry of entries) walk.take(entry);
    read(entries.length);
    if (entries.length < PAGE_ENTRIES_MAX) return;
  }
}

async function checkBooks(
  eventId: string,
  books: StoredBooks,
  walk: LedgerWalk,
  findings: Findings,
): Promise<AuditedBooks> {
  const { world, told } = walk;
  const asked = [books.actor(), books.waiting(), books.listing(), stateOf(eventId, books, findings)] as const;
  // Asked for before anything is answered: what most events have is one round trip.
  const subject: Case = { eventId, rows: books.rows(), world, told, findings };
  const [actor, waiting, listing, state] = await Promise.all(asked);
  checkActor(subject, { actor, waiting, walk });
  checkListing(subject, walk.listing, listing);
  if (state !== null) checkState(subject, state);
  const stock = new StockCount();
  await checkBookings(subject, stock);
  if (state !== null) {
    checkTiers(subject, state, stock);
    checkCodes(subject, state, stock);
  }
  await checkSeats(subject, stock);
  await checkPayments(subject);
  await checkRefunds(subject);
  await checkWaitlist(subject);
  return { walk, state, bookings: stock.rows };
}

/** Null where the rows make no state, such as a seat taken that the event does not have. */
async function stateOf(eventId: string, books: StoredBooks, findings: Findings): Promise<EventState | null> {
  try {
    return await books.state();
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith("invariant:"))) throw error;
    findings.add({
      eventId,
      area: "event",
      subject: "the event as its actor would load it",
      says: { tables: error.message },
      means: "The event's actor cannot wake up: nothing about this event is decided any more.",
    });
    return null;
  }
}
