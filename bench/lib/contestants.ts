import type { Queryable } from "../../src/store/database.ts";
import { SCHEMA_OF } from "../peers/tables.ts";
import { type Check, checkProductBooks } from "./books.ts";
import { type Line, type LinedVariant, lineOf } from "./lines.ts";
import { untilNewsAreCarried } from "./news.ts";
import { checkPeerBooks } from "./peer-books.ts";
import type { Running } from "./processes.ts";
import type { BenchRedis } from "./redis-server.ts";
import { needsRedis, type Variant } from "./scenarios.ts";

/** The processes that take part, all of them up during the whole run. */
export interface Cast {
  readonly load: Running;
  readonly api: Running;
  readonly bookingWorker: Running;
  readonly effectsWorker: Running;
  /** Those that the suite asked for. */
  readonly peers: Readonly<Partial<Record<PeerVariant, Running>>>;
  /** The worker processes of those peers that have one. They rest until they are told to work. */
  readonly peerWorkers: Readonly<Partial<Record<PeerVariant, Running>>>;
  /** There where a peer needs it. */
  readonly redis: BenchRedis | null;
}

export type PeerVariant = Exclude<Variant, "evently" | "evently-keyed">;

export function isPeer(variant: Variant): variant is PeerVariant {
  return !isProduct(variant);
}

/** The HTTP process of a peer. @throws Error where the suite did not ask for it */
export function peerOf({ peers }: Cast, variant: PeerVariant): Running {
  const peer = peers[variant];
  if (peer === undefined) throw new Error(`invariant: the peer ${variant} was not started`);
  return peer;
}

/** Who books, and how its decisions are counted and checked. */
export interface Contestant {
  readonly variant: Variant;
  readonly api: Running;
  readonly workers: readonly Running[];
  /** Bookings decided so far on these events, as the database has them; null where only replies can be counted. */
  readonly decided: ((eventIds: readonly string[]) => Promise<number>) | null;
  readonly check: (eventIds: readonly string[]) => Promise<Check[]>;
  /** What still has work to do when the load is over; null for variants that have decided all that they answered. */
  readonly line: Line | null;
  /** Waits until everybody was told of what was decided, and says how long that took; null for variants that tell nobody. */
  readonly carryNews: (() => Promise<number>) | null;
  /** The process of Redis; null for variants without. */
  readonly redisPid: number | null;
}

/** Each request is for one ticket, and counters equal bookings (which is checked), so they count the bookings. */
const TICKETS_SOLD = "select coalesce(sum(sold), 0)::int as count from tier where event_id = any($1::uuid[])";

function isProduct(variant: Variant): variant is "evently" | "evently-keyed" {
  return variant.startsWith("evently");
}

export function contestantOf(variant: Variant, cast: Cast, db: Queryable): Contestant {
  if (isProduct(variant)) {
    return {
      variant,
      api: cast.api,
      workers: [cast.bookingWorker, cast.effectsWorker],
      decided: (eventIds) => countOf(db, TICKETS_SOLD, eventIds),
      check: (eventIds) => checkProductBooks(db, eventIds),
      line: null,
      carryNews: () => untilNewsAreCarried(db),
      redisPid: null,
    };
  }
  return peerContestant(variant, cast, db);
}

function peerContestant(variant: PeerVariant, cast: Cast, db: Queryable): Contestant {
  const api = peerOf(cast, variant);
  const worker = cast.peerWorkers[variant];
  const whoever = { variant, api, workers: worker === undefined ? [] : [worker], carryNews: null };
  const redisPid = needsRedis(variant) ? (cast.redis?.pid ?? null) : null;
  if (variant === "ceiling")
    return { ...whoever, decided: null, check: async () => [], line: null, redisPid };
  const schema = SCHEMA_OF[variant];
  const bookings = `select count(*)::int as count from ${schema}.booking where event_id = any($1::uuid[])`;
  return {
    ...whoever,
    decided: (eventIds) => countOf(db, bookings, eventIds),
    check: (eventIds) => checkPeerBooks(db, schema, eventIds),
    line: worker === undefined ? null : lineOf(variant as LinedVariant, { worker, db, redis: cast.redis }),
    redisPid,
  };
}

async function countOf(db: Queryable, text: string, eventIds: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ count: number }>(text, [eventIds]);
  return rows[0]?.count ?? 0;
}
