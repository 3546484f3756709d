import { randomBytes, randomUUIDv7 } from "node:crypto";
import { createAccessTokens } from "../../src/identity/tokens.ts";
import type { Queryable } from "../../src/store/database.ts";

/** A user of the product with an open session. */
export interface BenchUser {
  readonly userId: string;
  readonly token: string;
}

const TOKEN_TTL_S = 24 * 3_600;

/**
 * Puts users with a session each straight into the database and signs their tokens. This is set-up and not measured:
 * registering them over HTTP would hash a thousand passwords first.
 * @param secret the JWT_SECRET that the servers run with
 */
export async function createUsers(
  db: Queryable,
  options: { readonly secret: string; readonly count: number; readonly role: "user" | "admin" },
): Promise<BenchUser[]> {
  const { secret, count, role } = options;
  const people = Array.from({ length: count }, () => {
    const userId = randomUUIDv7();
    return { userId, sessionId: randomUUIDv7(), email: `${role}-${userId}@bench.example.com` };
  });
  await db.query(
    `insert into users (id, email, password_hash, name, role)
       select id, email, 'nobody can log in with this', 'Bench', $3 from unnest($1::uuid[], $2::text[]) as u (id, email)`,
    [people.map((one) => one.userId), people.map((one) => one.email), role],
  );
  await db.query(
    `insert into session (id, user_id, refresh_digest, expires_at)
       select id, user_id, $3, now() + interval '1 day' from unnest($1::uuid[], $2::uuid[]) as u (id, user_id)`,
    [people.map((one) => one.sessionId), people.map((one) => one.userId), randomBytes(32)],
  );
  const tokens = await createAccessTokens({ secret, ttlS: TOKEN_TTL_S });
  return Promise.all(
    people.map(async (one) => ({ userId: one.userId, token: await tokens.issue({ ...one, role }) })),
  );
}
