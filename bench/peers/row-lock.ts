import type pg from "pg";
import { referenceOf } from "../../src/domain/ids.ts";
import { ledgerJson, type Peer, type PeerAnswer, type PeerRequest } from "./peer.ts";
import { SCHEMA_OF } from "./tables.ts";

const SCHEMA = SCHEMA_OF["row-lock"];

const LOCK = `select capacity - held - sold as available, ledger_seq, price_minor
  from ${SCHEMA}.tier where event_id = $1 and position = 0 for update`;
const SELL = `update ${SCHEMA}.tier set sold = sold + $2, ledger_seq = $3 where event_id = $1 and position = 0`;
const BOOK = `insert into ${SCHEMA}.booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor, total_minor,
                                             status, created_at, updated_at)
  values ($1, $2, $3, $4, 0, $5, $6, $7, 'confirmed', now(), now())`;
const RECORD = `insert into ${SCHEMA}.ledger (event_id, seq, command_id, type, command, outcomes, decided_at)
  values ($1, $2, $3, 'BookingConfirmed', $4, $5, now())`;

/**
 * What most ticket shops do, as they write it: BEGIN, lock the row of the tier, look, and then one statement after the other,
 * each waiting for the answer to the one before, as the documentation of `pg` has it.
 */
export function createRowLockPeer(pool: pg.Pool): Peer {
  return { book: (request) => book(pool, request), close: () => pool.end() };
}

async function book(pool: pg.Pool, request: PeerRequest): Promise<PeerAnswer> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const answer = await bookLocked(client, request);
    await client.query("commit");
    return answer;
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}

async function bookLocked(client: pg.PoolClient, request: PeerRequest): Promise<PeerAnswer> {
  const { eventId } = request;
  const { id, userId, quantity } = request.command;
  const { rows } = await client.query(LOCK, [eventId]);
  const tier = rows[0] as { available: number; ledger_seq: number; price_minor: number } | undefined;
  if (tier === undefined) throw new Error(`invariant: no tier of event ${eventId}`);
  if (tier.available < quantity) return "sold-out";
  const { price_minor: price, ledger_seq: seq } = tier;
  const { command, outcomes } = ledgerJson(request);
  await client.query(SELL, [eventId, quantity, seq + 1]);
  await client.query(BOOK, [eventId, id, userId, referenceOf(id), quantity, price, price * quantity]);
  await client.query(RECORD, [eventId, seq + 1, id, command, outcomes]);
  return "confirmed";
}
