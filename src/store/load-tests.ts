import type pg from "pg";
import type { EventId } from "../domain/ids.ts";
import type { LoadTest, LoadTestStore } from "../load-tests/ports.ts";
import { ms } from "./columns.ts";
import { inTransaction, type Queryable } from "./database.ts";
import { SESSIONS_CHANNEL } from "./sessions.ts";

const COLUMNS = `id, scenario, method, path, concurrent_users as users, duration_s as "durationS", ramp_up_s as "rampUpS",
  requests_max as "requestsMax", started_by as "startedBy", status, failure, ${ms("started_at")} as "startedAt",
  ${ms("loaded_at")} as "loadedAt", ${ms("ended_at")} as "endedAt", version, cpus, figures`;

/** After so many days events of a test are over by themselves, and need not be looked for among those of all tests. */
const DAYS_ON_SALE_MAX = 3;

/**
 * Events of load tests, `l`, that can still be booked. Those with urgent mail are left out: it is their cancelling, and
 * whoever asks again while it waits would have it in the ledger twice.
 */
const UNCANCELLED = `event e on e.event_id = l.event_id and e.status = 'active'
  join actor a on a.event_id = l.event_id
  join mailbox_counter c on c.event_id = l.event_id and c.urgent_accepted <= a.urgent_decided`;

/** Keeps load tests in the database, where every process sees them. */
export function createLoadTestStore(db: Queryable): LoadTestStore {
  return {
    async begin(id, { scenario, users, durationS, rampUpS, requestsMax, startedBy }, { version, cpus }) {
      const { rows } = await db.query(
        `insert into load_test (id, scenario, method, path, concurrent_users, duration_s, ramp_up_s, requests_max,
           started_by, version, cpus)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict ((true)) where status = 'running' do nothing returning id`,
        [
          ...[id, scenario.name, scenario.method, scenario.path, users, durationS, rampUpS, requestsMax],
          ...[startedBy, version, cpus],
        ],
      );
      return rows.length === 1;
    },
    async progress(id, figures) {
      const { rowCount } = await db.query(
        `update load_test set heard_at = now(), figures = coalesce($2::json, figures),
           loaded_at = coalesce(loaded_at, case when $2::json is not null then now() end)
         where id = $1 and status = 'running'`,
        [id, figures === null ? null : JSON.stringify(figures)],
      );
      return rowCount === 1;
    },
    async end(id, status, { failure, figures }) {
      await db.query(
        `update load_test set status = $2, failure = $3, figures = coalesce($4::json, figures), ended_at = now()
         where id = $1 and status = 'running'`,
        [id, status, failure, figures === null ? null : JSON.stringify(figures)],
      );
    },
    async abandon(silentMs) {
      await db.query(
        `update load_test set status = 'failed', failure = 'whoever ran it is not there any more', ended_at = heard_at
         where status = 'running' and heard_at < now() - make_interval(secs => $1)`,
        [silentMs / 1_000],
      );
    },
    async uncleared(limit) {
      const { rows } = await db.query<{ id: string }>(
        `select t.id from load_test_buyer b join load_test t on t.id = b.test_id where t.status <> 'running'
         union
         select t.id from load_test t join load_test_event l on l.test_id = t.id join ${UNCANCELLED}
          where t.status <> 'running' and t.started_at > now() - interval '${DAYS_ON_SALE_MAX} days'
         limit $1`,
        [limit],
      );
      return rows.map(({ id }) => id);
    },
    async find(id) {
      const { rows } = await db.query<LoadTest>(`select ${COLUMNS} from load_test where id = $1`, [id]);
      return rows[0] ?? null;
    },
    async latest(limit) {
      const { rows } = await db.query<LoadTest>(
        `select ${COLUMNS} from load_test order by started_at desc, id limit $1`,
        [limit],
      );
      return rows;
    },
  };
}

/** A buyer of a load test, with the session that was opened for it. */
export interface LoadBuyer {
  readonly userId: string;
  readonly sessionId: string;
  readonly email: string;
}

/**
 * Hires buyers for a test: those that no other test has, and new ones where they are too few. They cannot log in, have no
 * address that mail could reach, and are told nothing.
 * @param kinds of notifications that they could be sent
 */
export async function hireBuyers(
  pool: pg.Pool,
  options: {
    readonly testId: string;
    readonly count: number;
    readonly sessionMs: number;
    readonly newId: () => string;
    readonly kinds: readonly string[];
    readonly channels: readonly string[];
  },
): Promise<readonly LoadBuyer[]> {
  const { testId, count, sessionMs, newId, kinds, channels } = options;
  return await inTransaction(pool, async (tx) => {
    const { rows: idle } = await tx.query<{ userId: string }>(
      `update load_test_buyer set test_id = $1
       where user_id in (select user_id from load_test_buyer where test_id is null limit $2 for update skip locked)
       returning user_id as "userId"`,
      [testId, count],
    );
    const ids = [...idle.map(({ userId }) => userId), ...Array.from({ length: count - idle.length }, newId)];
    await tx.query(
      `insert into users (id, email, password_hash, name)
         select id, 'load-test-' || id || '@load-test.invalid', 'nobody can log in with this', 'Load test'
         from unnest($1::uuid[]) as u (id)
       on conflict (id) do update set is_active = true, updated_at = now()`,
      [ids],
    );
    await tx.query(
      "insert into load_test_buyer (user_id, test_id) select id, $2 from unnest($1::uuid[]) as u (id) on conflict (user_id) do nothing",
      [ids, testId],
    );
    await tx.query(
      `insert into notification_preference (user_id, kind, wanted, off)
         select id, kind, '{}', $3 from unnest($1::uuid[]) as u (id), unnest($2::text[]) as k (kind)
       on conflict (user_id, kind) do nothing`,
      [ids, kinds, channels],
    );
    const { rows } = await tx.query<LoadBuyer>(
      `with opened as (
         insert into session (id, user_id, refresh_digest, expires_at)
           select session_id, user_id, sha256(convert_to(gen_random_uuid()::text, 'UTF8')), now() + make_interval(secs => $3)
           from unnest($1::uuid[], $2::uuid[]) as u (user_id, session_id)
         returning id, user_id)
       select o.user_id as "userId", o.id as "sessionId", u.email from opened o join users u on u.id = o.user_id`,
      [ids, ids.map(newId), sessionMs / 1_000],
    );
    return rows;
  });
}

/** Notes an event as a load test's own, before it is there: it is on no list from its first moment on. */
export async function noteEvents(db: Queryable, testId: string, eventIds: readonly EventId[]): Promise<void> {
  await db.query(
    "insert into load_test_event (event_id, test_id) select id, $2 from unnest($1::uuid[]) as e (id)",
    [eventIds, testId],
  );
}

/** Ends the sessions of a test's buyers and gives them back. @returns its events that nobody has cancelled yet */
export async function dismiss(pool: pg.Pool, testId: string): Promise<readonly EventId[]> {
  await inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ userId: string }>(
      `update load_test_buyer set test_id = null where test_id = $1 returning user_id as "userId"`,
      [testId],
    );
    const ids = rows.map(({ userId }) => userId);
    await tx.query("update users set is_active = false, updated_at = now() where id = any($1::uuid[])", [
      ids,
    ]);
    await tx.query("delete from session where user_id = any($1::uuid[])", [ids]);
    await tx.query("select pg_notify($1, id::text) from unnest($2::uuid[]) as u (id)", [
      SESSIONS_CHANNEL,
      ids,
    ]);
  });
  const { rows } = await pool.query<{ eventId: EventId }>(
    `select l.event_id as "eventId" from load_test_event l join ${UNCANCELLED} where l.test_id = $1`,
    [testId],
  );
  return rows.map(({ eventId }) => eventId);
}
