import type pg from "pg";
import { appendDecided, type Decided } from "./append.ts";
import type { PeerRequest } from "./peer.ts";
import { loopingWorker, type PeerWorker } from "./peer-worker.ts";
import { CONFIRMED_STREAM, createStockRedis, type StockRedis } from "./redis-stock.ts";
import { SCHEMA_OF } from "./tables.ts";

const SCHEMA = SCHEMA_OF["redis-lua"];
const BATCH_SIZE_MAX = 500;

interface Confirmed extends Decided {
  /** Its place in the stream, `<milliseconds>-<number>`. */
  readonly at: string;
}

/** Writes the stream of confirmed bookings to PostgreSQL, one transaction for each batch, and then shortens it. */
export function createRedisLuaWorker(redisUrl: string, pool: pg.Pool): PeerWorker {
  const redis = createStockRedis(redisUrl);
  // After a crash a batch may have been written and still stand in the stream: the first one is held against the books.
  let mayHoldWritten = true;
  const take = async () => {
    const batch = await readStream(redis);
    if (batch.length === 0) return false;
    const fresh = mayHoldWritten ? await unwritten(pool, batch) : batch;
    if (fresh.length > 0) await appendDecided(pool, SCHEMA, fresh);
    mayHoldWritten = fresh.length < batch.length;
    await redis.xtrim(CONFIRMED_STREAM, "MINID", following(batch.at(-1)!.at));
    return true;
  };
  return loopingWorker(take, async () => {
    redis.disconnect();
    await pool.end();
  });
}

async function readStream(redis: StockRedis): Promise<Confirmed[]> {
  const entries = await redis.xrange(CONFIRMED_STREAM, "-", "+", "COUNT", BATCH_SIZE_MAX);
  return entries.map(([at, [, seq, , request]]) => ({
    at,
    seq: Number(seq),
    request: JSON.parse(request!) as PeerRequest,
  }));
}

async function unwritten(pool: pg.Pool, batch: readonly Confirmed[]): Promise<Confirmed[]> {
  const { rows } = await pool.query<{ event_id: string; ledger_seq: number }>(
    `select event_id, ledger_seq from ${SCHEMA}.tier where event_id = any($1::uuid[])`,
    [[...new Set(batch.map(({ request }) => request.eventId))]],
  );
  const heads = new Map(rows.map(({ event_id, ledger_seq }) => [event_id, ledger_seq]));
  return batch.filter(({ request, seq }) => seq > (heads.get(request.eventId) ?? 0));
}

function following(place: string): string {
  const [ms, number] = place.split("-");
  return `${ms}-${Number(number) + 1}`;
}
