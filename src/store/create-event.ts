import type pg from "pg";
import type { CreateEvent, EventDraft } from "../domain/command.ts";
import { nextDueAt } from "../domain/decide/timers.ts";
import type { CommandId, EventId } from "../domain/ids.ts";
import type { EventCreated } from "../domain/outcome.ts";
import { initialState, saleStatusAt } from "../domain/state.ts";
import { columnsOf, timestamp } from "./columns.ts";
import { inTransaction, type Queryable } from "./database.ts";
import { findKeys, reserveKeys } from "./sql/accepts.ts";

export interface NewEvent {
  readonly commandId: CommandId;
  readonly draft: Omit<EventDraft, "number">;
  readonly key: { readonly digest: Buffer; readonly fingerprint: Buffer } | null;
}

export type Creation =
  | { readonly type: "created" }
  | { readonly type: "replayed"; readonly eventId: EventId }
  | { readonly type: "keyReused" }
  | { readonly type: "tooLate" };

/**
 * Creates an event with its tiers, its actor and the first entry of its ledger, in one transaction. Its mailbox is made
 * before, because the event is on sale with the commit; one that a failed commit leaves behind costs a row.
 */
export async function createEvent(
  pool: pg.Pool,
  event: NewEvent,
  makeMailbox: (eventId: EventId) => Promise<void>,
): Promise<Creation> {
  const { commandId, draft, key } = event;
  const earlier = key === null ? null : await earlierUse(pool, key);
  if (earlier !== null) return earlier;
  await makeMailbox(draft.eventId);
  return await inTransaction(pool, async (tx) => {
    if (key !== null) {
      const row = { ...key, eventId: draft.eventId, commandId, refusal: null };
      const isNew = (await reserveKeys(tx, [row])).size === 1;
      const earlier = isNew ? null : await earlierUse(tx, key);
      if (earlier !== null) return earlier;
    }
    const { rows } = await tx.query<{ now: number; number: number }>(
      `select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now,
              nextval(pg_get_serial_sequence('event', 'number'))::integer as number`,
    );
    const [{ now, number }] = rows as [{ now: number; number: number }];
    if (draft.startsAt <= now) throw new TooLate();
    await insertEvent(tx, { type: "CreateEvent", id: commandId, draft: { ...draft, number } }, now);
    return { type: "created" } as const;
  }).catch((error: unknown) => {
    if (error instanceof TooLate) return { type: "tooLate" } as const;
    throw error;
  });
}

/** Thrown to roll back: a request that is refused as wrong does not use up its key. */
class TooLate extends Error {}

async function earlierUse(
  db: Queryable,
  key: { readonly digest: Buffer; readonly fingerprint: Buffer },
): Promise<Creation | null> {
  const [row] = await findKeys(db, [key.digest]);
  if (row === undefined) return null;
  return row.fingerprint.equals(key.fingerprint)
    ? { type: "replayed", eventId: row.eventId }
    : { type: "keyReused" };
}

async function insertEvent(tx: Queryable, command: CreateEvent, now: number): Promise<void> {
  const { draft } = command;
  const saleStatus = saleStatusAt(draft, now);
  const optional = (at: number | null) => (at === null ? null : timestamp(at));
  await tx.query(
    `insert into event (event_id, number, name, description, venue, category, starts_at, ends_at, sale_starts_at,
                        sale_ends_at, currency, tickets_per_booking_max, tickets_per_user_max, sale_status, created_by,
                        created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)`,
    [
      draft.eventId,
      draft.number,
      draft.name,
      draft.description,
      draft.venue,
      draft.category,
      timestamp(draft.startsAt),
      optional(draft.endsAt),
      optional(draft.saleStartsAt),
      optional(draft.saleEndsAt),
      draft.currency,
      draft.ticketsPerBookingMax,
      draft.ticketsPerUserMax,
      saleStatus,
      draft.createdBy,
      timestamp(now),
    ],
  );
  await tx.query(
    `insert into tier (event_id, position, name, price_minor, capacity)
     select $1, * from unnest($2::smallint[], $3::text[], $4::bigint[], $5::integer[])`,
    [
      draft.eventId,
      ...columnsOf(
        draft.tiers.map((tier, position) => ({ position, ...tier })),
        ({ position }) => position,
        ({ name }) => name,
        ({ priceMinor }) => priceMinor,
        ({ capacity }) => capacity,
      ),
    ],
  );
  const outcome: EventCreated = { type: "EventCreated", draft, saleStatus };
  const due = nextDueAt(initialState(draft, saleStatus));
  await tx.query(
    "insert into actor (event_id, version, ledger_seq, next_due_at, turned_at) values ($1, 1, 1, $2, $3)",
    [draft.eventId, optional(due), timestamp(now)],
  );
  await tx.query("insert into mailbox_counter (event_id) values ($1)", [draft.eventId]);
  await tx.query(
    `insert into ledger (event_id, seq, command_id, type, command, outcomes, decided_at)
     values ($1, 1, $2, $3, $4, $5, $6)`,
    [
      draft.eventId,
      command.id,
      outcome.type,
      JSON.stringify(command),
      JSON.stringify([outcome]),
      timestamp(now),
    ],
  );
}
