import { randomBytes } from "node:crypto";
import { fixedTokenKeys, TokenKeyRing, type TokenKeys } from "../identity/token-keys.ts";
import type { Config } from "../ops/config.ts";
import type { Queryable } from "../store/database.ts";
import { loadTokenKeys, provideTokenKey } from "../store/token-keys.ts";

const SECRET_BYTES = 48;

export function newTokenSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** What access tokens and password resets are signed with: the keys of JWT_SECRET, else those of the database. */
export async function composeTokenKeys(
  { JWT_SECRET, ACCESS_TOKEN_TTL_S: ttlS }: Pick<Config, "JWT_SECRET" | "ACCESS_TOKEN_TTL_S">,
  db: Queryable,
): Promise<{ readonly keys: TokenKeys; close(): void }> {
  if (JWT_SECRET.length > 0) return { keys: await fixedTokenKeys(JWT_SECRET), close: () => undefined };
  await provideTokenKey(db, newTokenSecret());
  const ring = new TokenKeyRing(() => loadTokenKeys(db, ttlS));
  await ring.start();
  return { keys: ring, close: () => ring.close() };
}
