import type pg from "pg";
import { appendDecided, type Decided } from "./append.ts";
import { Collector } from "./collector.ts";
import type { Peer, PeerAnswer, PeerRequest } from "./peer.ts";
import { SCHEMA_OF } from "./tables.ts";

const SCHEMA = SCHEMA_OF["group-commit"];
const LOT_SIZE_MAX = 500;

/** What this process knows of an event. It is right as long as no other process sells. */
interface Stock {
  available: number;
  ledgerSeq: number;
}

/**
 * No queue at all: this process gathers concurrent requests, decides them in memory in the order in which it read them,
 * writes them as one transaction, and answers when that is committed. The least that a durable booking can cost, and
 * the measure of what the product's queue costs. It works in one process only: the memory is the truth, and a second
 * process that sells is noticed by the ledger's numbers, whereupon the lot fails and the memory is thrown away.
 */
export function createGroupCommitPeer(pool: pg.Pool): Peer {
  const stocks = new Map<string, Stock>();
  const lots = new Collector<PeerRequest, PeerAnswer>(
    (requests) => commit(pool, stocks, requests),
    LOT_SIZE_MAX,
  );
  return {
    book: (request) => lots.add(request),
    close: async () => {
      await lots.close();
      await pool.end();
    },
  };
}

async function commit(
  pool: pg.Pool,
  stocks: Map<string, Stock>,
  requests: readonly PeerRequest[],
): Promise<PeerAnswer[]> {
  await load(pool, stocks, requests);
  const decided: Decided[] = [];
  const answers = requests.map((request) => decide(stocks.get(request.eventId)!, request, decided));
  try {
    if (decided.length > 0) await appendDecided(pool, SCHEMA, decided);
  } catch (error) {
    // Whether it was committed is unknown: what was decided since the last load is read again.
    stocks.clear();
    throw error;
  }
  return answers;
}

function decide(stock: Stock, request: PeerRequest, decided: Decided[]): PeerAnswer {
  if (stock.available < request.command.quantity) return "sold-out";
  stock.available -= request.command.quantity;
  stock.ledgerSeq += 1;
  decided.push({ request, seq: stock.ledgerSeq });
  return "confirmed";
}

async function load(
  pool: pg.Pool,
  stocks: Map<string, Stock>,
  requests: readonly PeerRequest[],
): Promise<void> {
  const unknown = new Set(requests.map(({ eventId }) => eventId).filter((eventId) => !stocks.has(eventId)));
  if (unknown.size === 0) return;
  const { rows } = await pool.query<{ event_id: string; available: number; ledger_seq: number }>(
    `select event_id, capacity - held - sold as available, ledger_seq
       from ${SCHEMA}.tier where event_id = any($1::uuid[]) and position = 0`,
    [[...unknown]],
  );
  for (const { event_id, available, ledger_seq } of rows)
    stocks.set(event_id, { available, ledgerSeq: ledger_seq });
}
