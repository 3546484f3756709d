import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { CommandId, EventId } from "../domain/ids.ts";
import { inTransaction, type Queryable } from "./database.ts";
import { reserveKeys } from "./sql/accepts.ts";

interface KeyedRow {
  readonly digest: Buffer;
  readonly fingerprint: Buffer;
}

type Kept<T> =
  | { readonly type: "done"; readonly reply: T }
  | { readonly type: "replayed"; readonly reply: T }
  | { readonly type: "keyReused" };

/** What such a key's row calls an event and a command: it belongs to none. */
const NOBODY = "00000000-0000-0000-0000-000000000000";
const UNDER_WAY_MS_MAX = 5_000;
const LOOK_MS = 100;

/**
 * Does something once for each key, and answers everybody who comes with it what the first was answered. Whoever comes
 * meanwhile waits for the first to commit. Where `work` finds nothing to do (null), the key stays unused.
 */
export async function onceKept<T>(
  pool: pg.Pool,
  key: KeyedRow | null,
  work: (tx: Queryable) => Promise<T | null>,
): Promise<Kept<T> | null> {
  return await inTransaction(pool, async (tx) => {
    if (key !== null && !(await reserve(tx, key))) return told(key, await keptIn<T>(tx, key));
    const reply = await work(tx);
    if (key !== null) await (reply === null ? release(tx, key) : keep(tx, key, reply));
    return reply === null ? null : { type: "done", reply };
  });
}

/**
 * The same for work that no transaction may wait for, such as a message that is sent. Whoever comes meanwhile waits a
 * while, and is told then that it is under way. After a crash in the midst of it the key says so as long as it is kept.
 */
export async function onceOutside<T>(
  pool: pg.Pool,
  key: KeyedRow | null,
  work: () => Promise<T>,
): Promise<Kept<T> | { readonly type: "underWay" }> {
  if (key === null) return { type: "done", reply: await work() };
  if (!(await reserve(pool, key))) return await later<T>(pool, key);
  try {
    const reply = await work();
    await keep(pool, key, reply);
    return { type: "done", reply };
  } catch (error) {
    await release(pool, key);
    throw error;
  }
}

interface KeptRow<T> {
  readonly fingerprint: Buffer;
  /** Null while the first request is under way. */
  readonly reply: T | null;
}

async function later<T>(db: Queryable, key: KeyedRow): Promise<Kept<T> | { readonly type: "underWay" }> {
  const deadlineMs = Date.now() + UNDER_WAY_MS_MAX;
  for (;;) {
    const kept = await keptIn<T>(db, key);
    // Released meanwhile: the first has failed, and the client may try again.
    if (kept === null) return { type: "underWay" };
    if (kept.reply !== null || !kept.fingerprint.equals(key.fingerprint)) return told(key, kept);
    if (Date.now() >= deadlineMs) return { type: "underWay" };
    await sleep(LOOK_MS);
  }
}

async function reserve(db: Queryable, key: KeyedRow): Promise<boolean> {
  const of = { eventId: NOBODY as EventId, commandId: NOBODY as CommandId, refusal: null };
  return (await reserveKeys(db, [{ ...key, ...of }])).size === 1;
}

async function keptIn<T>(db: Queryable, { digest }: KeyedRow): Promise<KeptRow<T> | null> {
  const { rows } = await db.query<KeptRow<T> & Record<string, unknown>>({
    name: "key-reply",
    text: "select fingerprint, reply from idempotency_key where digest = $1",
    values: [digest],
  });
  return rows[0] ?? null;
}

function told<T>({ fingerprint }: KeyedRow, kept: KeptRow<T> | null): Kept<T> {
  if (kept !== null && !kept.fingerprint.equals(fingerprint)) return { type: "keyReused" };
  if (kept === null || kept.reply === null) throw new Error("invariant: a key is taken without a reply");
  return { type: "replayed", reply: kept.reply };
}

async function keep(db: Queryable, { digest }: KeyedRow, reply: unknown): Promise<void> {
  await db.query({
    name: "key-keep",
    text: "update idempotency_key set reply = $2::json where digest = $1",
    values: [digest, JSON.stringify(reply)],
  });
}

async function release(db: Queryable, { digest }: KeyedRow): Promise<void> {
  await db.query({
    name: "key-release",
    text: "delete from idempotency_key where digest = $1",
    values: [digest],
  });
}
