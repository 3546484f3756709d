import type { CommandId, EventId } from "../../domain/ids.ts";
import type { Queryable } from "../database.ts";
import { findKeys, reserveKeys } from "../sql/accepts.ts";

export type Key = { readonly digest: Buffer; readonly fingerprint: Buffer } | null;

/** What became of a write that a key may have asked for before; `id` is the endpoint's. */
export type WebhookWrite =
  | { readonly type: "done"; readonly id: string }
  | { readonly type: "replayed"; readonly id: string }
  | { readonly type: "keyReused" }
  | { readonly type: "tooMany" };

/** What a key was used for; null where it was not. */
export async function keyUse(db: Queryable, key: Key): Promise<WebhookWrite | null> {
  const [row] = key === null ? [] : await findKeys(db, [key.digest]);
  if (row === undefined || key === null) return null;
  return row.fingerprint.equals(key.fingerprint)
    ? { type: "replayed", id: row.eventId }
    : { type: "keyReused" };
}

/** Reserves a key; null where it is new. A key belongs to one path, so that what its row calls an event is an endpoint. */
export async function earlierUse(tx: Queryable, id: string, key: Key): Promise<WebhookWrite | null> {
  if (key === null) return null;
  const row = { ...key, eventId: id as EventId, commandId: id as CommandId, refusal: null };
  return (await reserveKeys(tx, [row])).size === 1 ? null : await keyUse(tx, key);
}
