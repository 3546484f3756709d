import type pg from "pg";
import type { CommandId, EventId } from "../domain/ids.ts";
import type { VenueChanges, VenueDraft, VenueFilter, VenueView } from "../domain/venue.ts";
import { containing, ms } from "./columns.ts";
import { inTransaction, type Queryable } from "./database.ts";
import { orFault } from "./faults.ts";
import { findKeys, reserveKeys } from "./sql/accepts.ts";

const COLUMNS = `id, name, address, city, state, country, postal_code as "postalCode", capacity,
  layout_config as "layoutConfig", created_by as "createdBy", version, ${ms("created_at")} as "createdAt",
  ${ms("updated_at")} as "updatedAt"`;

const FILTER = `where ($1::text is null or name ilike $1 or address ilike $1 or city ilike $1)
    and ($2::text is null or lower(city) = lower($2))`;

export interface NewVenue {
  readonly id: string;
  readonly draft: VenueDraft;
  readonly createdBy: string;
  readonly key: { readonly digest: Buffer; readonly fingerprint: Buffer } | null;
}

export type VenueCreation =
  | { readonly type: "created" }
  | { readonly type: "replayed"; readonly id: string }
  | { readonly type: "keyReused" };

/** Venues on a pool. @throws Fault "StoreUnavailable" where the database cannot be asked. */
export function createVenues(pool: pg.Pool) {
  return {
    byId: (id: string) => orFault(() => venueById(pool, id)),
    list: (filter: VenueFilter) => orFault(() => listVenues(pool, filter)),
    create: (venue: NewVenue) => orFault(() => inTransaction(pool, (tx) => createVenue(tx, venue))),
    update: (id: string, changes: VenueChanges, expectedVersion: number | null) =>
      orFault(() => updateVenue(pool, { id, changes, expectedVersion })),
  };
}

async function venueById(db: Queryable, id: string): Promise<VenueView | null> {
  const { rows } = await db.query<VenueView>({
    name: "venue-by-id",
    text: `select ${COLUMNS} from venue where id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** A page of venues, by name, and how many there are in all. */
async function listVenues(
  db: Queryable,
  { search, city, limit, offset }: VenueFilter,
): Promise<{ readonly venues: VenueView[]; readonly total: number }> {
  const values = [search === null ? null : containing(search), city];
  const [page, count] = await Promise.all([
    db.query<VenueView>({
      name: "venue-list",
      text: `select ${COLUMNS} from venue ${FILTER} order by name, id limit $3 offset $4`,
      values: [...values, limit, offset],
    }),
    db.query<{ total: number }>({
      name: "venue-count",
      text: `select count(*) as total from venue ${FILTER}`,
      values,
    }),
  ]);
  return { venues: page.rows, total: count.rows[0]?.total ?? 0 };
}

/** Creates a venue once for each key; whoever comes with the same key meanwhile waits for the first to commit. */
async function createVenue(tx: Queryable, { id, draft, createdBy, key }: NewVenue): Promise<VenueCreation> {
  if (key !== null) {
    // A key belongs to one path, so that what its row calls an event is a venue for all who ever look it up.
    const row = { ...key, eventId: id as EventId, commandId: id as CommandId, refusal: null };
    const isNew = (await reserveKeys(tx, [row])).size === 1;
    const [earlier] = isNew ? [] : await findKeys(tx, [key.digest]);
    if (earlier !== undefined) {
      const isSame = earlier.fingerprint.equals(key.fingerprint);
      return isSame ? { type: "replayed", id: earlier.eventId } : { type: "keyReused" };
    }
  }
  const { name, address, city, state, country, postalCode, capacity, layoutConfig } = draft;
  const layout = JSON.stringify(layoutConfig);
  await tx.query(
    `insert into venue (id, name, address, city, state, country, postal_code, capacity, layout_config, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [id, name, address, city, state, country, postalCode, capacity, layout, createdBy],
  );
  return { type: "created" };
}

/** What is absent from the JSON stays as it is in the row: `json_populate_record` starts from the row itself. */
const UPDATE = `update venue v
   set (name, address, city, state, country, postal_code, capacity, layout_config) =
         (select n.name, n.address, n.city, n.state, n.country, n.postal_code, n.capacity, n.layout_config
            from json_populate_record(v, $2::json) n),
       version = version + 1, updated_at = now()
 where id = $1 and ($3::bigint is null or version = $3)
returning ${COLUMNS}`;

async function updateVenue(
  db: Queryable,
  update: { readonly id: string; readonly changes: VenueChanges; readonly expectedVersion: number | null },
): Promise<VenueView | null> {
  const { postalCode, layoutConfig, ...same } = update.changes;
  const columns = JSON.stringify({ ...same, postal_code: postalCode, layout_config: layoutConfig });
  const { rows } = await db.query<VenueView>({
    name: "venue-update",
    text: UPDATE,
    values: [update.id, columns, update.expectedVersion],
  });
  return rows[0] ?? null;
}
