import type { Queryable } from "../../src/store/database.ts";
import { analyseSendQueue, clearSendQueue, countSendQueue } from "../peers/send-per-request.ts";
import { SCHEMA_OF } from "../peers/tables.ts";
import { type Check, checkPeerBooks, checkProductBooks } from "./books.ts";
import type { Running } from "./processes.ts";
import type { Variant } from "./scenarios.ts";

/** The processes that take part, all of them up during the whole run. */
export interface Cast {
  readonly load: Running;
  readonly api: Running;
  readonly bookingWorker: Running;
  readonly effectsWorker: Running;
  readonly sendWorker: Running;
  readonly peers: Readonly<Record<PeerVariant, Running>>;
}

export type PeerVariant = Exclude<Variant, "evently" | "evently-keyed">;

/** Who books, and how its decisions are counted and checked. */
export interface Contestant {
  readonly variant: Variant;
  readonly api: Running;
  readonly workers: readonly Running[];
  /** Bookings decided so far on these events, as the database has them; null where only replies can be counted. */
  readonly decided: ((eventIds: readonly string[]) => Promise<number>) | null;
  readonly check: (eventIds: readonly string[]) => Promise<Check[]>;
  /** A worker that has to be told when to look for work, and whose line outlasts the load; null for the others. */
  readonly line: Line | null;
}

/** What a variant that answers before it decides still has to do when the load is over. */
export interface Line {
  readonly worker: Running;
  /** How many requests ever joined it since it was cleared. */
  arrived(): Promise<number>;
  /** Refreshes PostgreSQL's statistics of the line, as autovacuum does sooner or later: without them it is walked slowly. */
  analyse(): Promise<void>;
  /** Throws away what is still waiting. */
  clear(): Promise<void>;
}

/** Each request is for one ticket, and counters equal bookings (which is checked), so they count the bookings. */
const TICKETS_SOLD = "select coalesce(sum(sold), 0)::int as count from tier where event_id = any($1::uuid[])";

const isProduct = (variant: Variant): variant is "evently" | "evently-keyed" => variant.startsWith("evently");

export function contestantOf(variant: Variant, cast: Cast, db: Queryable): Contestant {
  if (isProduct(variant)) {
    return {
      variant,
      api: cast.api,
      workers: [cast.bookingWorker, cast.effectsWorker],
      decided: (eventIds) => countOf(db, TICKETS_SOLD, eventIds),
      check: (eventIds) => checkProductBooks(db, eventIds),
      line: null,
    };
  }
  return peerContestant(variant, cast, db);
}

function peerContestant(variant: PeerVariant, cast: Cast, db: Queryable): Contestant {
  const api = cast.peers[variant];
  const workers = variant === "send-per-request" ? [cast.sendWorker] : [];
  if (variant === "ceiling")
    return { variant, api, workers, decided: null, check: async () => [], line: null };
  const schema = SCHEMA_OF[variant];
  const bookings = `select count(*)::int as count from ${schema}.booking where event_id = any($1::uuid[])`;
  return {
    variant,
    api,
    workers,
    decided: (eventIds) => countOf(db, bookings, eventIds),
    check: (eventIds) => checkPeerBooks(db, schema, eventIds),
    line: variant === "send-per-request" ? sendLine(cast.sendWorker, db) : null,
  };
}

function sendLine(worker: Running, db: Queryable): Line {
  return {
    worker,
    arrived: () => countSendQueue(db),
    analyse: () => analyseSendQueue(db),
    clear: () => clearSendQueue(db),
  };
}

async function countOf(db: Queryable, text: string, eventIds: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ count: number }>(text, [eventIds]);
  return rows[0]?.count ?? 0;
}
