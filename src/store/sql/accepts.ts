import type { EventId } from "../../domain/ids.ts";
import type { Tier } from "../../domain/state.ts";
import { columnsOf } from "../columns.ts";
import type { Queryable } from "../database.ts";

interface DoorRow {
  readonly eventId: EventId;
  readonly status: "active" | "cancelled" | "completed";
  readonly saleStatus: "scheduled" | "open" | "closed";
  readonly isPaused: boolean;
  readonly version: number;
  readonly bookingsWaiting: number;
  readonly urgentWaiting: number;
  readonly bookingsDecided: number;
  readonly decidedPerSecond: number | null;
  readonly tiers: Tier[];
}

/** Status, stock and depth of events, as of this statement. */
export async function readDoors(tx: Queryable, eventIds: readonly EventId[]): Promise<DoorRow[]> {
  const { rows } = await tx.query<DoorRow>({
    name: "accept-doors",
    text: `select e.event_id as "eventId", e.status, e.sale_status as "saleStatus",
                  a.is_paused as "isPaused", e.version,
                  greatest(c.bookings_accepted - a.bookings_decided, 0) as "bookingsWaiting",
                  greatest(c.urgent_accepted - a.urgent_decided, 0) as "urgentWaiting",
                  a.bookings_decided as "bookingsDecided", a.decided_per_s as "decidedPerSecond", t.tiers
             from event e join actor a using (event_id) join mailbox_counter c using (event_id),
                  lateral (select json_agg(json_build_object('name', name, 'priceMinor', price_minor,
                             'capacity', capacity, 'held', held, 'sold', sold, 'blocked', blocked,
                             'isSeated', is_seated, 'isRestricted', is_restricted, 'pricedAt', priced_at,
                             'priceVersion', price_version)
                             order by position) as tiers
                             from tier where tier.event_id = e.event_id) t
            where e.event_id = any($1::uuid[])`,
    values: [eventIds],
  });
  return rows;
}

interface KeyRow {
  readonly digest: Buffer;
  readonly fingerprint: Buffer;
  readonly eventId: EventId;
  readonly commandId: string;
  readonly refusal: unknown;
}

/**
 * Reserves keys that are new or older than a day and returns their digests in hex. Rows go in sorted: two accepts with
 * the same keys in another order would wait for each other.
 */
export async function reserveKeys(tx: Queryable, rows: readonly KeyRow[]): Promise<Set<string>> {
  const result = await tx.query<{ digest: string }>({
    name: "key-reserve",
    text: `insert into idempotency_key (digest, fingerprint, event_id, command_id, refusal)
           select * from unnest($1::bytea[], $2::bytea[], $3::uuid[], $4::uuid[], $5::json[]) order by 1
           on conflict (digest) do update
              set fingerprint = excluded.fingerprint, event_id = excluded.event_id, command_id = excluded.command_id,
                  refusal = excluded.refusal, reply = null, created_at = now()
            where idempotency_key.created_at < now() - interval '24 hours'
           returning encode(digest, 'hex') as digest`,
    values: columnsOf(
      rows,
      ({ digest }) => digest,
      ({ fingerprint }) => fingerprint,
      ({ eventId }) => eventId,
      ({ commandId }) => commandId,
      ({ refusal }) => (refusal === null ? null : JSON.stringify(refusal)),
    ),
  });
  return new Set(result.rows.map(({ digest }) => digest));
}

export async function findKeys<Row extends KeyRow>(
  tx: Queryable,
  digests: readonly Buffer[],
): Promise<Row[]> {
  const { rows } = await tx.query<Row & Record<string, unknown>>({
    name: "key-find",
    text: `select digest, fingerprint, event_id as "eventId", command_id as "commandId", refusal
             from idempotency_key
            where digest = any($1::bytea[]) and created_at >= now() - interval '24 hours'`,
    values: [digests],
  });
  return rows;
}

interface Count {
  readonly eventId: EventId;
  readonly bookings: number;
  readonly urgent: number;
}

/** Counts envelopes in, sorted by event, and returns each event's totals with the database's clock. */
export async function countIn(tx: Queryable, counts: readonly Count[]): Promise<(Count & { now: number })[]> {
  const { rows } = await tx.query<Count & { now: number }>({
    name: "accept-count",
    text: `insert into mailbox_counter as c (event_id, bookings_accepted, urgent_accepted)
           select * from unnest($1::uuid[], $2::bigint[], $3::bigint[]) order by 1
           on conflict (event_id) do update
              set bookings_accepted = c.bookings_accepted + excluded.bookings_accepted,
                  urgent_accepted = c.urgent_accepted + excluded.urgent_accepted
           returning event_id as "eventId", bookings_accepted as bookings, urgent_accepted as urgent,
                     extract(epoch from clock_timestamp())::float8 * 1000 as now`,
    values: columnsOf(
      counts,
      ({ eventId }) => eventId,
      ({ bookings }) => bookings,
      ({ urgent }) => urgent,
    ),
  });
  return rows;
}
