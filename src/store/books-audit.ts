import type { Queryable } from "./database.ts";

/** What an audit of all books came to. `endedAt` is Unix milliseconds. */
export interface BooksAudit {
  readonly differences: number;
  readonly events: number;
  readonly endedAt: number;
  readonly durationMs: number;
}

const BEGUN = "books_audit_begun";
const ENDED = "books_audit";

/**
 * Whether the next audit is the caller's to make: of all processes that ask, one is told so, `everyMs` after the last was
 * begun. The first is due `everyMs` after somebody asked for the first time.
 */
export async function claimAudit(db: Queryable, everyMs: number): Promise<boolean> {
  await db.query("insert into setting (name, value) values ($1, now()::text) on conflict do nothing", [
    BEGUN,
  ]);
  const { rowCount } = await db.query(
    `update setting set value = now()::text
      where name = $1 and value::timestamptz <= now() - $2 * interval '1 millisecond'`,
    [BEGUN, everyMs],
  );
  return rowCount === 1;
}

/** Keeps what an audit came to, for every process to tell. */
export async function saveAudit(db: Queryable, audit: BooksAudit): Promise<void> {
  await db.query(
    "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
    [ENDED, JSON.stringify(audit)],
  );
}

/** The last audit that ended, or null. */
export async function lastAudit(db: Queryable): Promise<BooksAudit | null> {
  const { rows } = await db.query<{ value: string }>("select value from setting where name = $1", [ENDED]);
  return rows[0] === undefined ? null : (JSON.parse(rows[0].value) as BooksAudit);
}
