import type pg from "pg";
import type {
  BookingStats,
  Credentials,
  NewUser,
  ProfileChange,
  User,
  UserStore,
} from "../identity/ports.ts";
import type { Actor } from "../identity/principal.ts";
import { writeAudit } from "./admin-audit.ts";
import { bookingStatsOf } from "./booking-stats.ts";
import { inTransaction, type Queryable, sqlStateOf } from "./database.ts";
import { faultOf, orFault } from "./faults.ts";
import { notifyDeliveries } from "./notices.ts";
import { afterPasswordChange } from "./password-changed.ts";
import { type UserRow, userColumns, userOf } from "./user-row.ts";

const UNIQUE_VIOLATION = "23505";

type CredentialsRow = UserRow & { readonly password_hash: string };

const INSERT = {
  name: "user-insert",
  text: `insert into users as u (id, email, password_hash, name, first_name, last_name, phone, role)
    values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${userColumns("u")}`,
};
const BY_ID = { name: "user-by-id", text: `select ${userColumns("u")} from users u where u.id = $1` };
const CREDENTIALS_BY_EMAIL = {
  name: "user-credentials-by-email",
  text: `select ${userColumns("u")}, u.password_hash from users u where u.email_key = lower($1)`,
};
const CREDENTIALS_BY_ID = {
  name: "user-credentials-by-id",
  text: `select ${userColumns("u")}, u.password_hash from users u where u.id = $1`,
};
/** A flag before each nullable field tells "leave it" from "clear it". */
const UPDATE = {
  name: "user-update",
  text: `update users u set
      name = coalesce($2, u.name),
      first_name = case when $3 then $4 else u.first_name end,
      last_name = case when $5 then $6 else u.last_name end,
      phone = case when $7 then $8 else u.phone end,
      updated_at = now()
    where u.id = $1 returning ${userColumns("u")}`,
};
/** The table of people. */
export function createUserStore(pool: pg.Pool): UserStore {
  return new PostgresUsers(pool);
}

class PostgresUsers implements UserStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async insert(user: NewUser): Promise<User | "EmailTaken"> {
    const { grantedBy = null } = user;
    try {
      if (grantedBy === null) return await insertUser(this.#pool, user);
      return await inTransaction(this.#pool, async (tx) => {
        const inserted = await insertUser(tx, user);
        await writeAudit(tx, creationOf(inserted, grantedBy));
        return inserted;
      });
    } catch (error) {
      if (sqlStateOf(error) === UNIQUE_VIOLATION) return "EmailTaken";
      throw faultOf(error);
    }
  }

  async byId(userId: string): Promise<User | null> {
    const [row] = await this.#rows<UserRow>(BY_ID, [userId]);
    return row === undefined ? null : userOf(row);
  }

  credentialsByEmail(email: string): Promise<Credentials | null> {
    return this.#credentials(CREDENTIALS_BY_EMAIL, email);
  }

  credentialsById(userId: string): Promise<Credentials | null> {
    return this.#credentials(CREDENTIALS_BY_ID, userId);
  }

  async update(userId: string, { name, firstName, lastName, phone }: ProfileChange): Promise<User | null> {
    const nullable = [firstName, lastName, phone].flatMap((value) => [value !== undefined, value ?? null]);
    const [row] = await this.#rows<UserRow>(UPDATE, [userId, name ?? null, ...nullable]);
    return row === undefined ? null : userOf(row);
  }

  bookingStats(userId: string): Promise<BookingStats> {
    return orFault(() => bookingStatsOf(this.#pool, userId));
  }

  async replacePassword(change: Parameters<UserStore["replacePassword"]>[0]): Promise<boolean> {
    const { userId, fromHash, toHash, keepSessionId } = change;
    const isReplaced = await orFault(() =>
      inTransaction(this.#pool, async (tx) => {
        const replaced = await tx.query(
          "update users set password_hash = $3, updated_at = now() where id = $1 and password_hash = $2",
          [userId, fromHash, toHash],
        );
        if (replaced.rowCount === 0) return false;
        await afterPasswordChange(tx, { userId, keepSessionId });
        return true;
      }),
    );
    if (isReplaced) await notifyDeliveries(this.#pool).catch(() => undefined);
    return isReplaced;
  }

  async promoteToAdmin(userId: string): Promise<void> {
    const text = "update users set role = 'admin', is_active = true, updated_at = now() where id = $1";
    await this.#rows({ name: "user-promote", text }, [userId]);
  }

  async hasAdmin(): Promise<boolean> {
    const text = "select exists (select from users where role = 'admin' and is_active) as there";
    const [row] = await this.#rows<{ there: boolean }>({ name: "user-has-admin", text }, []);
    return row?.there ?? false;
  }

  async #credentials(statement: { name: string; text: string }, key: string): Promise<Credentials | null> {
    const [row] = await this.#rows<CredentialsRow>(statement, [key]);
    return row === undefined ? null : { user: userOf(row), passwordHash: row.password_hash };
  }

  #rows<Row extends object>(statement: { name: string; text: string }, values: unknown[]): Promise<Row[]> {
    return orFault(async () => (await this.#pool.query<Row>({ ...statement, values })).rows);
  }
}

async function insertUser(db: Queryable, user: NewUser): Promise<User> {
  const { id, email, passwordHash, name, firstName, lastName, phone, role } = user;
  const values = [id, email, passwordHash, name, firstName, lastName, phone, role];
  const { rows } = await db.query<UserRow>({ ...INSERT, values });
  const [row] = rows;
  if (row === undefined) throw new Error(`invariant: no row came back for user ${id}`);
  return userOf(row);
}

/** An account is created once, so the entry of the audit has its id. */
function creationOf({ id, role }: User, actor: Actor) {
  return { id, actor, action: "user.created", subjectId: id, changes: { role: { from: null, to: role } } };
}
