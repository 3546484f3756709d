import type pg from "pg";
import type { Session, SessionStore, User } from "../identity/ports.ts";
import type { Principal, Role } from "../identity/principal.ts";
import type { Log } from "../ops/log.ts";
import { orFault } from "./faults.ts";
import { type UserRow, userColumns, userOf } from "./user-row.ts";

/** The channel on which processes tell each other whose tokens to forget; the payload is a session's or user's id. */
export const SESSIONS_CHANNEL = "evently_sessions";

/** The row lock makes a login with a password that is being replaced wait, and then fail. */
const OPEN = {
  name: "session-open",
  text: `insert into session (id, user_id, refresh_digest, expires_at)
    select $1, u.id, $4, now() + make_interval(secs => $5)
    from (select id from users where id = $2 and password_hash = $3 and is_active for share) u`,
};
const ROTATE = {
  name: "session-rotate",
  text: `update session s set refresh_digest = $3, refreshed_at = now(), expires_at = now() + make_interval(secs => $4)
    from users u
    where s.id = $1 and s.refresh_digest = $2 and s.revoked_at is null and s.expires_at > now()
      and u.id = s.user_id and u.is_active
    returning ${userColumns("u")}`,
};
const PRINCIPALS = {
  name: "session-principals",
  text: `select s.id as session_id, u.id as user_id, u.email, u.name, u.role, u.tier
    from session s join users u on u.id = s.user_id
    where s.id = any($1::uuid[]) and s.revoked_at is null and u.is_active`,
};
const LIVE = "revoked_at is null and expires_at > now()";
const LIVE_OF = {
  name: "session-live-of",
  text: `select id, created_at as "createdAt", refreshed_at as "refreshedAt", expires_at as "expiresAt"
    from session where user_id = $1 and ${LIVE}
    order by coalesce(refreshed_at, created_at) desc, id limit $2 offset $3`,
};
const LIVE_COUNT = {
  name: "session-live-count",
  text: `select count(*) as total from session where user_id = $1 and ${LIVE}`,
};
const REVOKE = {
  name: "session-revoke",
  text: `update session set revoked_at = now()
    where id = $1 and revoked_at is null and ($2::uuid is null or user_id = $2)`,
};
const REVOKE_ALL = {
  name: "session-revoke-all",
  text: "update session set revoked_at = now() where user_id = $1 and revoked_at is null",
};
const DELETE_EXPIRED = {
  name: "session-delete-expired",
  text: "delete from session where expires_at < now()",
};
const ANNOUNCE = { name: "session-announce", text: `select pg_notify('${SESSIONS_CHANNEL}', $1)` };

interface PrincipalRow {
  readonly session_id: string;
  readonly user_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly tier: string;
}

/** The table of logins. */
export function createSessionStore(pool: pg.Pool, log: Log): SessionStore {
  return new PostgresSessions(pool, log);
}

class PostgresSessions implements SessionStore {
  readonly #pool: pg.Pool;
  readonly #log: Log;

  constructor(pool: pg.Pool, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  async open(session: Parameters<SessionStore["open"]>[0]): Promise<boolean> {
    const { id, userId, verifiedHash, refreshDigest, ttlS } = session;
    return (await this.#run(OPEN, [id, userId, verifiedHash, refreshDigest, ttlS])).rowCount === 1;
  }

  async rotate(exchange: Parameters<SessionStore["rotate"]>[0]): Promise<User | null> {
    const { id, fromDigest, toDigest, ttlS } = exchange;
    const [row] = (await this.#run<UserRow>(ROTATE, [id, fromDigest, toDigest, ttlS])).rows;
    return row === undefined ? null : userOf(row);
  }

  async principals(sessionIds: readonly string[]): Promise<ReadonlyMap<string, Principal>> {
    const { rows } = await this.#run<PrincipalRow>(PRINCIPALS, [sessionIds]);
    return new Map(rows.map((row) => [row.session_id, principalOf(row)]));
  }

  async liveOf({ userId, limit, offset }: Parameters<SessionStore["liveOf"]>[0]) {
    const [live, count] = await Promise.all([
      this.#run<Session>(LIVE_OF, [userId, limit, offset]),
      this.#run<{ total: number }>(LIVE_COUNT, [userId]),
    ]);
    return { sessions: live.rows, total: count.rows[0]?.total ?? 0 };
  }

  async revoke(sessionId: string, ofUserId?: string): Promise<boolean> {
    return (await this.#run(REVOKE, [sessionId, ofUserId ?? null])).rowCount === 1;
  }

  async revokeAll(userId: string): Promise<number> {
    return (await this.#run(REVOKE_ALL, [userId])).rowCount ?? 0;
  }

  async announce(sessionOrUserId: string): Promise<void> {
    try {
      await this.#run(ANNOUNCE, [sessionOrUserId]);
    } catch (error) {
      // What was revoked stays revoked: other processes find out when their caches expire, seconds later.
      this.#log.warn({ error: String(error) }, "a revocation could not be announced");
    }
  }

  async deleteExpired(): Promise<number> {
    return (await this.#run(DELETE_EXPIRED, [])).rowCount ?? 0;
  }

  #run<Row extends object>(
    statement: { name: string; text: string },
    values: unknown[],
  ): Promise<pg.QueryResult<Row>> {
    return orFault(() => this.#pool.query<Row>({ ...statement, values }));
  }
}

function principalOf(row: PrincipalRow): Principal {
  return {
    userId: row.user_id,
    sessionId: row.session_id,
    role: row.role,
    email: row.email,
    name: row.name,
    tier: row.tier,
  };
}
