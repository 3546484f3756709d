import type { Queryable } from "../../src/store/database.ts";
import { SCHEMA_OF } from "../peers/tables.ts";
import type { Check } from "./books.ts";
import { whole } from "./format.ts";
import type { ANSWER_IS, Variant } from "./scenarios.ts";

/** What buyers were told, by id of their booking. */
export interface Told {
  readonly confirmed: string[];
  readonly accepted: string[];
  refused: number;
  readonly errors: Record<string, number>;
}

/** What the database says of an event that was sold out. */
export interface Sold {
  readonly ids: readonly string[];
  /** Entries of its ledger that confirm a booking, and what the ledger's numbers are. */
  readonly entries: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly allEntries: number;
}

/** Reads what a variant wrote of one event. */
export async function readSold(db: Queryable, variant: Variant, eventId: string): Promise<Sold> {
  const schema = (SCHEMA_OF as Partial<Record<Variant, string>>)[variant] ?? "public";
  const bookings = await db.query<{ id: string }>(
    `select id from ${schema}.booking where event_id = $1 and status = 'confirmed'`,
    [eventId],
  );
  const ledger = await db.query<{ confirmed: number; first: number; last: number; entries: number }>(
    `select (count(*) filter (where type = 'BookingConfirmed'))::int as confirmed, count(*)::int as entries,
            coalesce(min(seq), 0)::int as first, coalesce(max(seq), 0)::int as last
       from ${schema}.ledger where event_id = $1`,
    [eventId],
  );
  const { confirmed, first, last, entries } = ledger.rows[0]!;
  return {
    ids: bookings.rows.map(({ id }) => id),
    entries: confirmed,
    firstSeq: first,
    lastSeq: last,
    allEntries: entries,
  };
}

/**
 * Holds what buyers were told against what is written: every ticket sold, none twice, nobody's booking lost, nobody's
 * booking that was told otherwise, and a ledger numbered from 1 without a gap.
 */
export function checkSellOut(facts: {
  readonly told: Pick<Told, "confirmed" | "accepted" | "errors">;
  readonly sold: Sold;
  readonly capacity: number;
  readonly answerIs: (typeof ANSWER_IS)[Variant];
}): Check[] {
  const { told, sold, capacity, answerIs } = facts;
  const written = new Set(sold.ids);
  const known = new Set([...told.confirmed, ...told.accepted]);
  const lost = told.confirmed.filter((id) => !written.has(id)).length;
  // A booking whose answer never came is nobody's fault: the buyer was told that it is unknown.
  const unknown = Object.values(told.errors).reduce((sum, count) => sum + count, 0);
  const untold = sold.ids.filter((id) => !known.has(id)).length;
  return [
    {
      name: "booked = capacity",
      holds: sold.ids.length === capacity,
      facts: `${whole(sold.ids.length)} of ${whole(capacity)}`,
    },
    ...(answerIs === "decision" ? [confirmedCheck(told, capacity)] : []),
    {
      name: "no confirmed booking is lost",
      holds: lost === 0,
      facts: `${whole(lost)} of ${whole(told.confirmed.length)} are not in the database`,
    },
    {
      name: "no booking was told twice",
      holds: known.size === told.confirmed.length + told.accepted.length,
      facts: `${whole(known.size)} different of ${whole(told.confirmed.length + told.accepted.length)}`,
    },
    {
      name: "every booking was told to somebody",
      holds: untold <= unknown,
      facts: `${whole(untold)} nobody was told of, ${whole(unknown)} without an answer`,
    },
    ledgerCheck(sold),
  ];
}

function confirmedCheck(
  { confirmed, accepted, errors }: Pick<Told, "confirmed" | "accepted" | "errors">,
  capacity: number,
): Check {
  const unknown = Object.values(errors).reduce((sum, count) => sum + count, 0);
  const holds = confirmed.length <= capacity && confirmed.length + accepted.length + unknown >= capacity;
  return {
    name: "confirmed to buyers = capacity",
    holds,
    facts: `${whole(confirmed.length)} of ${whole(capacity)}`,
  };
}

function ledgerCheck({ ids, entries, firstSeq, lastSeq, allEntries }: Sold): Check {
  const holds = entries === ids.length && (allEntries === 0 || (firstSeq === 1 && lastSeq === allEntries));
  return {
    name: "the ledger has no gap",
    holds,
    facts: `${whole(entries)} confirmations among ${whole(allEntries)} entries numbered ${firstSeq} to ${whole(lastSeq)}`,
  };
}
