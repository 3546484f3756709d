import type pg from "pg";
import type {
  ActorRow,
  BookingRow,
  EntryRow,
  Listing,
  PaymentRow,
  RefundRow,
  SeatRow,
  StoredBooks,
  StoredEntry,
  Waiting,
} from "../../audit/ports.ts";
import type { EventId } from "../../domain/ids.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { loadStates } from "../sql/states.ts";
import { FIRST_ID, pagesOf } from "./pages.ts";
import { BOOKINGS, ENTRIES, PAYMENTS, REFUNDS, SEATS } from "./statements.ts";

/** What only the mailbox knows, on a connection of the caller's. */
export interface MailboxBooks {
  waiting(db: Queryable, eventId: EventId): Promise<Waiting>;
  /** Which of these commands wait. */
  among(
    db: Queryable,
    asked: readonly { readonly eventId: string; readonly commandId: string }[],
  ): Promise<ReadonlySet<string>>;
}

/** The books of one event as a transaction sees them. */
export function booksOf(tx: Queryable, eventId: string, mailbox: MailboxBooks): StoredBooks {
  const id = eventId as EventId;
  const byId = { eventId, first: FIRST_ID, keyOf: (row: { readonly id: string }) => row.id };
  return {
    ledger: (after, countMax) => readEntries(tx, eventId, after, countMax),
    actor: () => readActor(tx, eventId),
    listing: () => readListing(tx, eventId),
    waiting: () => mailbox.waiting(tx, id),
    state: async () => {
      const [state] = await loadStates(tx, [id]);
      if (state === undefined) throw new Error(`invariant: event ${eventId} has no state`);
      return state;
    },
    rows: () => ({
      bookings: pagesOf<Row<BookingRow>>(tx, BOOKINGS, byId),
      seats: pagesOf<Row<SeatRow>>(tx, SEATS, { eventId, first: -1, keyOf: ({ seat }) => seat }),
      payments: pagesOf<Row<PaymentRow>>(tx, PAYMENTS, byId),
      refunds: pagesOf<Row<RefundRow>>(tx, REFUNDS, byId),
      waitlist: pagesOf<Row<EntryRow>>(tx, ENTRIES, byId),
    }),
    numbersOf: (commandIds) => numbersOf(tx, eventId, commandIds),
  };
}

type Row<T> = T & pg.QueryResultRow;

export async function readEntries(
  db: Queryable,
  eventId: string,
  after: number,
  countMax: number,
): Promise<StoredEntry[]> {
  const { rows } = await db.query<Row<RawEntry>>({
    name: "audit-ledger",
    // As text: digests are of what is stored by the letter.
    text: `select event_id as "eventId", seq, command_id as "commandId", type, command::text, outcomes::text,
                  ${ms("decided_at")} as "decidedAt", encode(digest, 'hex') as digest
             from ledger where event_id = $1 and seq > $2 order by seq limit $3`,
    values: [eventId, after, countMax],
  });
  return rows.map(({ command, outcomes, ...row }) => ({
    ...row,
    command: JSON.parse(command),
    decision: JSON.parse(outcomes),
    texts: { command, outcomes },
  }));
}

type RawEntry = Omit<StoredEntry, "command" | "decision" | "texts"> & StoredEntry["texts"];

async function readListing(tx: Queryable, eventId: string): Promise<Listing | null> {
  const { rows } = await tx.query<Row<Listing>>({
    name: "audit-listing",
    text: `select number, name, description, venue, venue_id as "venueId", category, currency, created_by as "createdBy"
             from event where event_id = $1`,
    values: [eventId],
  });
  return rows[0] ?? null;
}

async function readActor(tx: Queryable, eventId: string): Promise<ActorRow> {
  const { rows } = await tx.query<Row<ActorRow>>({
    name: "audit-actor",
    text: `select a.ledger_seq as "ledgerSeq", encode(a.ledger_digest, 'hex') as "ledgerDigest",
                  coalesce(a.bookings_decided, 0) as "bookingsDecided",
                  coalesce(a.urgent_decided, 0) as "urgentDecided", c.bookings_accepted as "bookingsAccepted",
                  c.urgent_accepted as "urgentAccepted", ${ms("a.next_due_at")} as "nextDueAt"
             from event e left join actor a using (event_id) left join mailbox_counter c using (event_id)
            where e.event_id = $1`,
    values: [eventId],
  });
  const [row] = rows;
  if (row === undefined) throw new Error(`invariant: event ${eventId} is gone`);
  return row;
}

async function numbersOf(
  tx: Queryable,
  eventId: string,
  commandIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ id: string; seq: number }>({
    name: "audit-numbers",
    text: "select command_id as id, seq from ledger where event_id = $1 and command_id = any($2::uuid[])",
    values: [eventId, commandIds],
  });
  return new Map(rows.map(({ id, seq }) => [id, seq]));
}
