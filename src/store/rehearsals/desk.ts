import type pg from "pg";
import { ms } from "../columns.ts";
import { inTransaction, type Queryable } from "../database.ts";

/** A row of `rehearsal`. Times are Unix milliseconds. */
export interface RehearsalRow {
  readonly id: string;
  readonly eventId: string;
  readonly askedBy: string;
  readonly state: "running" | "done" | "failed";
  readonly asked: Readonly<Record<string, unknown>>;
  readonly progress: number;
  readonly result: unknown;
  readonly failure: string | null;
  readonly askedAt: number;
  readonly endedAt: number | null;
}

/** Of each event so many are kept. */
const KEPT_OF_EVENT_MAX = 20;
/** Nobody runs a rehearsal any more that has not moved for so long: its process says something every second. */
const SILENT_MS_MAX = 15_000;
const GONE = "the process that ran it ended before it was done; start it again";

const COLUMNS = `id, event_id as "eventId", asked_by as "askedBy", state, asked, progress, failure,
  ${ms("asked_at")} as "askedAt", ${ms("ended_at")} as "endedAt"`;

/** Where rehearsals and what they came to are kept. */
export function createRehearsalStore(pool: pg.Pool) {
  return {
    /** @returns the rehearsal of the same person that runs already, null where this one may begin */
    begin: (rehearsal: Pick<RehearsalRow, "id" | "eventId" | "askedBy" | "asked">) => begin(pool, rehearsal),
    progress: async (key: Pick<RehearsalRow, "id" | "eventId">, share: number) => {
      await pool.query({
        name: "rehearsal-progress",
        text: `update rehearsal set progress = $3, beat_at = clock_timestamp()
                where event_id = $1 and id = $2 and state = 'running'`,
        values: [key.eventId, key.id, share],
      });
    },
    done: (key: Pick<RehearsalRow, "id" | "eventId">, result: string) => end(pool, key, { result }),
    failed: (key: Pick<RehearsalRow, "id" | "eventId">, failure: string) => end(pool, key, { failure }),
    async byId(eventId: string, id: string): Promise<RehearsalRow | null> {
      await giveUpSilent(pool, eventId);
      const { rows } = await pool.query<RehearsalRow & pg.QueryResultRow>({
        name: "rehearsal-by-id",
        text: `select ${COLUMNS}, result from rehearsal where event_id = $1 and id = $2`,
        values: [eventId, id],
      });
      return rows[0] ?? null;
    },
    /** Newest first, without results. */
    async list(page: { readonly eventId: string; readonly limit: number; readonly offset: number }) {
      await giveUpSilent(pool, page.eventId);
      const { rows } = await pool.query<RehearsalRow & { total: number } & pg.QueryResultRow>({
        name: "rehearsal-list",
        text: `select ${COLUMNS}, null as result from rehearsal where event_id = $1
                order by asked_at desc, id desc limit $2 offset $3`,
        values: [page.eventId, page.limit, page.offset],
      });
      const count = await pool.query<{ total: number }>({
        name: "rehearsal-count",
        text: "select count(*) as total from rehearsal where event_id = $1",
        values: [page.eventId],
      });
      return { rehearsals: rows as readonly RehearsalRow[], total: count.rows[0]?.total ?? 0 };
    },
  };
}

/** One at a time for each person, whichever process is asked: whoever begins has the lock of their name until it is written. */
function begin(
  pool: pg.Pool,
  { id, eventId, askedBy, asked }: Pick<RehearsalRow, "id" | "eventId" | "askedBy" | "asked">,
): Promise<{ readonly id: string; readonly eventId: string } | null> {
  return inTransaction(pool, async (tx) => {
    await tx.query("select pg_advisory_xact_lock(hashtextextended('rehearsal ' || $1, 0))", [askedBy]);
    const { rows } = await tx.query<{ id: string; eventId: string }>(
      `select id, event_id as "eventId" from rehearsal
        where asked_by = $1 and state = 'running' and beat_at > clock_timestamp() - $2 * interval '1 millisecond'`,
      [askedBy, SILENT_MS_MAX],
    );
    if (rows[0] !== undefined) return rows[0];
    await tx.query("insert into rehearsal (event_id, id, asked_by, asked) values ($1, $2, $3, $4)", [
      eventId,
      id,
      askedBy,
      JSON.stringify(asked),
    ]);
    await tx.query(
      `delete from rehearsal where event_id = $1 and state <> 'running' and id in (
         select id from rehearsal where event_id = $1 order by asked_at desc, id desc offset $2)`,
      [eventId, KEPT_OF_EVENT_MAX],
    );
    return null;
  });
}

/** What was given up meanwhile stays so: somebody may have been told already. */
async function end(
  db: Queryable,
  { eventId, id }: Pick<RehearsalRow, "id" | "eventId">,
  { result = null, failure = null }: { readonly result?: string | null; readonly failure?: string | null },
): Promise<void> {
  await db.query({
    name: "rehearsal-end",
    text: `update rehearsal set state = case when $4::text is null then 'done' else 'failed' end, result = $3::json,
                  failure = $4, progress = case when $4::text is null then 1 else progress end,
                  ended_at = clock_timestamp()
            where event_id = $1 and id = $2 and state = 'running'`,
    values: [eventId, id, result, failure],
  });
}

async function giveUpSilent(db: Queryable, eventId: string): Promise<void> {
  await db.query({
    name: "rehearsal-give-up",
    text: `update rehearsal set state = 'failed', failure = $2, ended_at = clock_timestamp()
            where event_id = $1 and state = 'running' and beat_at < clock_timestamp() - $3 * interval '1 millisecond'`,
    values: [eventId, GONE, SILENT_MS_MAX],
  });
}
