import type pg from "pg";
import { referenceOf } from "../../src/domain/ids.ts";
import type { Queryable } from "../../src/store/database.ts";
import { ledgerJson, type Peer, type PeerAnswer, type PeerRequest } from "./peer.ts";
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
  const { id, userId, quantity } = request.command;
  const { command, outcomes } = ledgerJson(request);
  const { rowCount } = await db.query({
    name: "book-if-left",
    text: `with sold as (
             update ${schema}.tier set sold = sold + $5, ledger_seq = ledger_seq + 1
              where event_id = $1 and position = 0 and held + sold + $5 <= capacity
             returning price_minor, ledger_seq
           ), booked as (
             insert into ${schema}.booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor,
                                            total_minor, status, created_at, updated_at)
             select $1, $2, $3, $4, 0, $5, price_minor, price_minor * $5::integer, 'confirmed', now(), now() from sold
           )
           insert into ${schema}.ledger (event_id, seq, command_id, type, command, outcomes, decided_at)
           select $1, ledger_seq, $2, 'BookingConfirmed', $6, $7, now() from sold`,
    values: [request.eventId, id, userId, referenceOf(id), quantity, command, outcomes],
  });
  return rowCount === 1 ? "confirmed" : "sold-out";
}
