import { Redis } from "ioredis";
import type { PeerRequest } from "./peer.ts";

/** Bookings that are confirmed to their buyers and not yet known to be in PostgreSQL, in the order of the decisions. */
export const CONFIRMED_STREAM = "confirmed";
const LOST_CONNECTION_RETRY_MS = 100;

/**
 * Decides in Redis, which runs one script at a time: takes the tickets if enough are left, numbers the booking, and
 * appends it to the stream. KEYS: the event's stock, the stream. ARGV: tickets, the request as JSON.
 * Returns the number, 0 where too few are left, -1 where the event is unknown.
 */
const TAKE = `
  local available = redis.call('HGET', KEYS[1], 'available')
  if not available then return -1 end
  if tonumber(available) < tonumber(ARGV[1]) then return 0 end
  redis.call('HINCRBY', KEYS[1], 'available', -ARGV[1])
  local seq = redis.call('HINCRBY', KEYS[1], 'seq', 1)
  redis.call('XADD', KEYS[2], '*', 'seq', seq, 'request', ARGV[2])
  return seq`;

/** Makes an event known, unless somebody else was faster. ARGV: tickets available, the last number of its ledger. */
const LOAD = `
  if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('HSET', KEYS[1], 'available', ARGV[1], 'seq', ARGV[2]) end
  return 0`;

const SCRIPTS = { take: { lua: TAKE, numberOfKeys: 2 }, load: { lua: LOAD, numberOfKeys: 1 } };

/** A client of Redis with the scripts of this peer. */
export interface StockRedis extends Redis {
  take(stock: string, stream: string, quantity: number, request: string): Promise<number>;
  load(stock: string, available: number, seq: number): Promise<number>;
}

/** Concurrent commands of the process share a round trip. */
export function createStockRedis(url: string): StockRedis {
  const redis = new Redis(url, {
    scripts: SCRIPTS,
    enableAutoPipelining: true,
    maxRetriesPerRequest: 1,
    retryStrategy: () => LOST_CONNECTION_RETRY_MS,
  });
  // A Redis that is away fails the commands; that says enough.
  redis.on("error", () => undefined);
  return redis as StockRedis;
}

export function stockKey(eventId: PeerRequest["eventId"]): string {
  return `stock:${eventId}`;
}
