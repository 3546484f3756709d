import type pg from "pg";
import type { AccountChange, Directory, PeopleFilter, PersonWithStats } from "../identity/directory.ts";
import { GATEWAY_USER_ID } from "../identity/gateway.ts";
import type { User } from "../identity/ports.ts";
import type { Actor } from "../identity/principal.ts";
import { readAudit, writeAudit } from "./admin-audit.ts";
import { bookingStatsOfAll } from "./booking-stats.ts";
import { containing } from "./columns.ts";
import { inTransaction, type Queryable } from "./database.ts";
import { orFault } from "./faults.ts";
import { type UserRow, userColumns, userOf } from "./user-row.ts";

/** The gateway's row is in nobody's name. */
const PERSON = `u.id <> '${GATEWAY_USER_ID}'`;
const FILTER = `where ${PERSON} and ($1::text is null or u.role = $1) and ($2::boolean is null or u.is_active = $2)
    and ($3::text is null or u.email_key like lower($3) or u.name ilike $3)`;

/** Ids are UUIDv7: their order is that of registration, and their index is there anyway. */
const PAGE = {
  name: "user-page",
  text: `select ${userColumns("u")} from users u ${FILTER} order by u.id desc limit $4 offset $5`,
};
const COUNT = { name: "user-count", text: `select count(*) as total from users u ${FILTER}` };
const BY_ID = {
  name: "person-by-id",
  text: `select ${userColumns("u")} from users u where u.id = $1 and ${PERSON}`,
};

/** In the order of ids, so that two who look whether another admin is left never wait for each other in a circle. */
const LOCKED = `select ${userColumns("u")} from users u
  where ${PERSON} and (u.id = $1 or ($2 and u.role = 'admin' and u.is_active)) order by u.id for no key update`;

const CHANGE = `update users u set role = $2, tier = $3, is_active = $4, updated_at = now()
  where u.id = $1 returning ${userColumns("u")}`;

/** All accounts, for admins. */
export function createDirectory(pool: pg.Pool): Directory {
  return {
    people: (filter) => orFault(() => people(pool, filter)),
    person: (userId) => orFault(() => person(pool, userId)),
    change: (userId, change, by) =>
      orFault(() => inTransaction(pool, (tx) => changeAccount(tx, userId, change, by))),
    audit: (filter) => orFault(() => readAudit(pool, filter)),
  };
}

async function people(pool: pg.Pool, filter: PeopleFilter): ReturnType<Directory["people"]> {
  const { role, isActive, search, limit, offset } = filter;
  const values = [role, isActive, search === null ? null : containing(search)];
  const [page, count] = await Promise.all([
    pool.query<UserRow>({ ...PAGE, values: [...values, limit, offset] }),
    pool.query<{ total: number }>({ ...COUNT, values }),
  ]);
  const shown = await withStats(pool, page.rows.map(userOf));
  return { people: shown, total: count.rows[0]?.total ?? 0 };
}

async function person(db: Queryable, userId: string): Promise<PersonWithStats | null> {
  const { rows } = await db.query<UserRow>({ ...BY_ID, values: [userId] });
  return (await withStats(db, rows.map(userOf)))[0] ?? null;
}

async function withStats(db: Queryable, users: readonly User[]): Promise<PersonWithStats[]> {
  const statsOf = await bookingStatsOfAll(
    db,
    users.map(({ id }) => id),
  );
  return users.map((user) => ({ user, stats: statsOf(user.id) }));
}

async function changeAccount(
  tx: Queryable,
  userId: string,
  change: AccountChange,
  by: { readonly auditId: string; readonly actor: Actor },
): Promise<User | "UserNotFound" | "LastAdmin"> {
  const mayTakeAdmin = change.isActive === false || (change.role !== undefined && change.role !== "admin");
  const { rows } = await tx.query<UserRow>(LOCKED, [userId, mayTakeAdmin]);
  const found = rows.find(({ id }) => id === userId);
  if (found === undefined) return "UserNotFound";
  const before = userOf(found);
  const next = { role: before.role, tier: before.tier, isActive: before.isActive, ...given(change) };
  const isOneLess = isAdmin(before) && !isAdmin(next);
  if (isOneLess && !rows.some((row) => row.id !== userId && isAdmin(userOf(row)))) return "LastAdmin";
  const changes = differences(before, next);
  if (Object.keys(changes).length === 0) return before;
  const changed = await tx.query<UserRow>(CHANGE, [userId, next.role, next.tier, next.isActive]);
  if (!next.isActive) await endEverything(tx, userId);
  await writeAudit(tx, {
    id: by.auditId,
    actor: by.actor,
    action: "user.changed",
    subjectId: userId,
    changes,
  });
  return changed.rows.map(userOf)[0] ?? "UserNotFound";
}

/** So that nothing that was opened before comes back with the account. */
async function endEverything(tx: Queryable, userId: string): Promise<void> {
  await tx.query("update session set revoked_at = now() where user_id = $1 and revoked_at is null", [userId]);
  await tx.query("update password_reset set ended_at = now() where user_id = $1 and ended_at is null", [
    userId,
  ]);
}

type Decided = Pick<User, "role" | "tier" | "isActive">;

function isAdmin({ role, isActive }: Decided): boolean {
  return role === "admin" && isActive;
}

function given({ role, tier, isActive }: AccountChange): Partial<Decided> {
  return {
    ...(role === undefined ? {} : { role }),
    ...(tier === undefined ? {} : { tier }),
    ...(isActive === undefined ? {} : { isActive }),
  };
}

/** By the names that the API shows them under. */
function differences(before: Decided, next: Decided): Record<string, { from: unknown; to: unknown }> {
  const names = { role: "role", tier: "tier", isActive: "is_active" } as const;
  return Object.fromEntries(
    (Object.keys(names) as (keyof Decided)[])
      .filter((key) => before[key] !== next[key])
      .map((key) => [names[key], { from: before[key], to: next[key] }]),
  );
}
