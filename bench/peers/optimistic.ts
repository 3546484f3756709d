import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { Fault } from "../../src/ops/fault.ts";
import type { Queryable } from "../../src/store/database.ts";
import { bookFromSold, bookingValues } from "./book-from-sold.ts";
import type { Peer, PeerAnswer, PeerRequest } from "./peer.ts";
import { SCHEMA_OF } from "./tables.ts";

const SCHEMA = SCHEMA_OF.optimistic;
const ATTEMPTS_MAX = 12;
/** The longest wait before the second attempt; it doubles with each, up to the bound. */
const BACKOFF_MS = 2;
const BACKOFF_MS_MAX = 100;

interface SeenTier extends pg.QueryResultRow {
  readonly available: number;
  readonly version: number;
}

/**
 * Optimistic versioning: nothing is locked; the row is read, and written on condition that nobody wrote it in between.
 * Whoever loses waits a random time and starts again, a bounded number of times.
 */
export function createOptimisticPeer(pool: pg.Pool): Peer {
  return { book: (request) => book(pool, request), close: () => pool.end() };
}

/** @throws Fault "Overloaded" where every attempt lost against another */
async function book(pool: pg.Pool, request: PeerRequest): Promise<PeerAnswer> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const answer = await attemptOnce(pool, request);
    if (answer !== "conflict") return answer;
    await sleep(Math.random() * Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** attempt));
  }
  throw new Fault("Overloaded", `the row had changed at each of ${ATTEMPTS_MAX} attempts`);
}

/** One connection for both statements: with a pool of n at most n attempts are between their read and their write. */
async function attemptOnce(pool: pg.Pool, request: PeerRequest): Promise<PeerAnswer | "conflict"> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<SeenTier>({
      name: "see",
      text: `select capacity - held - sold as available, version
               from ${SCHEMA}.tier where event_id = $1 and position = 0`,
      values: [request.eventId],
    });
    const tier = rows[0];
    if (tier === undefined) throw new Error(`invariant: no tier of event ${request.eventId}`);
    if (tier.available < request.command.quantity) return "sold-out";
    return (await writeIfUnchanged(client, request, tier.version)) ? "confirmed" : "conflict";
  } finally {
    client.release();
  }
}

async function writeIfUnchanged(db: Queryable, request: PeerRequest, version: number): Promise<boolean> {
  const { rowCount } = await db.query({
    name: "write-if-unchanged",
    text: `with sold as (
             update ${SCHEMA}.tier set sold = sold + $5, ledger_seq = ledger_seq + 1, version = version + 1
              where event_id = $1 and position = 0 and version = $8
             returning price_minor, ledger_seq
           ), ${bookFromSold(SCHEMA)}`,
    values: [...bookingValues(request), version],
  });
  return rowCount === 1;
}
