import type pg from "pg";
import type { Queryable } from "../../src/store/database.ts";
import { bookFromSold, bookingValues } from "./book-from-sold.ts";
import type { Peer, PeerAnswer, PeerRequest } from "./peer.ts";
import { SCHEMA_OF } from "./tables.ts";

/**
 * The decision inside the database: one statement takes the tickets if enough are left and writes the rows. One
 * round trip, and the row is locked no longer than the statement and its commit.
 */
export function createConditionalPeer(pool: pg.Pool): Peer {
  return {
    book: (request) => bookIfLeft(pool, SCHEMA_OF.conditional, request),
    close: () => pool.end(),
  };
}

/** Books in one statement, in the tables of the given schema. */
export async function bookIfLeft(db: Queryable, schema: string, request: PeerRequest): Promise<PeerAnswer> {
  const { rowCount } = await db.query({
    name: "book-if-left",
    text: `with sold as (
             update ${schema}.tier set sold = sold + $5, ledger_seq = ledger_seq + 1
              where event_id = $1 and position = 0 and held + sold + $5 <= capacity
             returning price_minor, ledger_seq
           ), ${bookFromSold(schema)}`,
    values: bookingValues(request),
  });
  return rowCount === 1 ? "confirmed" : "sold-out";
}
