import type { CommandId, EventId } from "../../domain/ids.ts";
import type { Queryable } from "../database.ts";
import { findKeys, reserveKeys } from "../sql/accepts.ts";

export interface KeyedRow {
  readonly digest: Buffer;
  readonly fingerprint: Buffer;
}

export type Once =
  | { readonly type: "created"; readonly id: string }
  | { readonly type: "replayed"; readonly id: string }
  | { readonly type: "keyReused" };

/** Does something once for each key; whoever comes with the same key meanwhile waits for the first to commit. */
export async function onceByKey(
  tx: Queryable,
  { id, eventId, key }: { readonly id: string; readonly eventId: string; readonly key: KeyedRow | null },
  work: () => Promise<void>,
): Promise<Once> {
  if (key !== null) {
    const row = { ...key, eventId: eventId as EventId, commandId: id as CommandId, refusal: null };
    const isNew = (await reserveKeys(tx, [row])).size === 1;
    const [earlier] = isNew ? [] : await findKeys(tx, [key.digest]);
    if (earlier !== undefined) {
      const isSame = earlier.fingerprint.equals(key.fingerprint);
      return isSame ? { type: "replayed", id: earlier.commandId } : { type: "keyReused" };
    }
  }
  await work();
  return { type: "created", id };
}
