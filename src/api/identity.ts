import { randomBytes } from "node:crypto";
import type pg from "pg";
import { createAccounts } from "../identity/accounts.ts";
import { createPasswordHasher } from "../identity/passwords.ts";
import { createAuthenticator } from "../identity/sessions.ts";
import { createAccessTokens } from "../identity/tokens.ts";
import type { Config } from "../ops/config.ts";
import type { Log } from "../ops/log.ts";
import { createSessionStore } from "../store/sessions.ts";
import { sharedSetting } from "../store/settings.ts";
import { createUserStore } from "../store/users.ts";

const SECRET_BYTES = 48;

/** Everything about who is asking, on one pool. */
export async function composeIdentity(options: {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly log: Log;
  readonly newId: () => string;
}) {
  const { config, pool, log, newId } = options;
  const users = createUserStore(pool);
  const sessions = createSessionStore(pool, log);
  const secret =
    config.JWT_SECRET ??
    (await sharedSetting(pool, "jwt_secret", () => randomBytes(SECRET_BYTES).toString("base64url")));
  const tokens = await createAccessTokens({ secret, ttlS: config.ACCESS_TOKEN_TTL_S });
  const authenticator = createAuthenticator({
    tokens,
    loadPrincipals: (ids) => sessions.principals(ids),
  });
  const hasher = createPasswordHasher({
    concurrencyMax: config.PASSWORD_HASH_CONCURRENCY,
    queueMax: config.PASSWORD_HASH_QUEUE_MAX,
  });
  const refreshTtlS = config.REFRESH_TOKEN_TTL_S;
  const accounts = createAccounts({ users, sessions, hasher, tokens, authenticator, refreshTtlS, newId });
  return { accounts, authenticator };
}
