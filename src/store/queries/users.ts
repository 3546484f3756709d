import type { Priority } from "../../domain/waitlist.ts";
import type { Queryable } from "../database.ts";

/** An active person's tier, which is their priority in waitlists; null where there is no such person. */
export async function priorityOf(db: Queryable, userId: string): Promise<Priority | null> {
  const { rows } = await db.query<{ tier: Priority }>({
    name: "user-tier",
    text: "select tier from users where id = $1 and is_active",
    values: [userId],
  });
  return rows[0]?.tier ?? null;
}

/** What a person is called, active or not; null where there is no such person. */
export async function nameOf(db: Queryable, userId: string): Promise<string | null> {
  const { rows } = await db.query<{ name: string }>({
    name: "user-name",
    text: "select name from users where id = $1",
    values: [userId],
  });
  return rows[0]?.name ?? null;
}

/** The active person with this e-mail address, compared without case. */
export async function userIdByEmail(db: Queryable, email: string): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>({
    name: "user-by-email",
    text: "select id from users where email_key = lower($1) and is_active",
    values: [email],
  });
  return rows[0]?.id ?? null;
}
