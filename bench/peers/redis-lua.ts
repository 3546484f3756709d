import type pg from "pg";
import type { Peer, PeerAnswer, PeerRequest } from "./peer.ts";
import { CONFIRMED_STREAM, createStockRedis, type StockRedis, stockKey } from "./redis-stock.ts";
import { SCHEMA_OF } from "./tables.ts";

const SCHEMA = SCHEMA_OF["redis-lua"];
const UNKNOWN_EVENT = -1;

/**
 * A script in Redis decides and the buyer is told at once; a worker writes to PostgreSQL afterwards. What was confirmed and
 * is not yet written is lost with Redis.
 */
export function createRedisLuaPeer(redisUrl: string, pool: pg.Pool): Peer {
  const redis = createStockRedis(redisUrl);
  return {
    book: (request) => book(redis, pool, request),
    close: async () => {
      await redis.quit();
      await pool.end();
    },
  };
}

async function book(redis: StockRedis, pool: pg.Pool, request: PeerRequest): Promise<PeerAnswer> {
  let seq = await take(redis, request);
  if (seq === UNKNOWN_EVENT) {
    await load(redis, pool, request);
    seq = await take(redis, request);
  }
  return seq > 0 ? "confirmed" : "sold-out";
}

function take(redis: StockRedis, request: PeerRequest): Promise<number> {
  const { eventId, command } = request;
  return redis.take(stockKey(eventId), CONFIRMED_STREAM, command.quantity, JSON.stringify(request));
}

async function load(redis: StockRedis, pool: pg.Pool, { eventId }: PeerRequest): Promise<void> {
  const { rows } = await pool.query<{ available: number; ledger_seq: number }>(
    `select capacity - held - sold as available, ledger_seq from ${SCHEMA}.tier where event_id = $1 and position = 0`,
    [eventId],
  );
  const tier = rows[0];
  if (tier === undefined) throw new Error(`invariant: no tier of event ${eventId}`);
  await redis.load(stockKey(eventId), tier.available, tier.ledger_seq);
}
