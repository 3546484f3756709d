import type { Queryable } from "../../src/store/database.ts";

/**
 * The tables of the peers: copies of the product's own, with its indexes and checks, for each peer in a schema of its
 * own. So every variant writes the same rows. `tier.ledger_seq` numbers a peer's ledger.
 */
export async function createPeerTables(db: Queryable): Promise<void> {
  for (const schema of Object.values(SCHEMA_OF)) await createTables(db, schema);
  await db.query(`alter table ${SCHEMA_OF.optimistic}.tier add version bigint not null default 0`);
}

async function createTables(db: Queryable, schema: string): Promise<void> {
  await db.query(`
    create schema ${schema};
    -- What LIKE does not copy: pages with room for the next version of a row that every booking changes.
    create table ${schema}.tier (like public.tier including all) with (fillfactor = 50);
    alter table ${schema}.tier add ledger_seq bigint not null default 0;
    create table ${schema}.booking (like public.booking including all);
    create table ${schema}.ledger (like public.ledger including all);
    -- The chain of digests is the product's alone, and so is what it costs.
    alter table ${schema}.ledger drop column if exists digest;
  `);
}

/** The schema of each peer that has tables. */
export const SCHEMA_OF = {
  "row-lock": "peer_row_lock",
  "row-lock-tuned": "peer_row_lock_tuned",
  optimistic: "peer_optimistic",
  conditional: "peer_conditional",
  "group-commit": "peer_group_commit",
  "send-per-request": "peer_send",
  "send-batch": "peer_send_batch",
  "graphile-worker": "peer_graphile",
  bullmq: "peer_bullmq",
  "redis-lua": "peer_redis_lua",
} as const;

/** Puts events on sale at every peer. */
export async function createPeerEvents(
  db: Queryable,
  eventIds: readonly string[],
  offer: { readonly capacity: number; readonly priceMinor: number },
): Promise<void> {
  for (const schema of Object.values(SCHEMA_OF)) {
    await db.query(
      `insert into ${schema}.tier (event_id, position, name, price_minor, capacity)
         select event_id, 0, 'General', $2, $3 from unnest($1::uuid[]) as u (event_id)`,
      [eventIds, offer.priceMinor, offer.capacity],
    );
  }
}
