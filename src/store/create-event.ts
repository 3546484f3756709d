import type pg from "pg";
import type { EventDraft } from "../domain/event-draft.ts";
import type { CommandId, EventId } from "../domain/ids.ts";
import { inTransaction, type Queryable } from "./database.ts";
import { notifyOutcomes } from "./notices.ts";
import { findKeys, reserveKeys } from "./sql/accepts.ts";
import { insertEvent } from "./sql/new-event.ts";

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
  const creation = await inTransaction<Creation>(pool, async (tx) => {
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
  if (creation.type === "created") await tell(pool, draft.eventId);
  return creation;
}

/** The first entry of its ledger is decided like any other. Whoever does not hear of it finds the event a little later. */
async function tell(pool: pg.Pool, eventId: EventId): Promise<void> {
  await notifyOutcomes(pool, [{ eventId, from: 1, to: 1, relists: true }]).catch(() => undefined);
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
