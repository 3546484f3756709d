import type pg from "pg";
import { createAccounts } from "../identity/accounts.ts";
import { createAdministration } from "../identity/administration.ts";
import { createDeriveApart } from "../identity/derive-apart.ts";
import { createOwnSessions } from "../identity/own-sessions.ts";
import { createPasswordResets, RESET_LIMITS } from "../identity/password-resets.ts";
import { createPasswordHasher } from "../identity/passwords.ts";
import { createResetTokens } from "../identity/reset-tokens.ts";
import { createAuthenticator } from "../identity/sessions.ts";
import { createAccessTokens } from "../identity/tokens.ts";
import type { Config } from "../ops/config.ts";
import type { Log } from "../ops/log.ts";
import { createResetStore } from "../store/password-resets.ts";
import { createSessionStore } from "../store/sessions.ts";
import { createDirectory } from "../store/user-directory.ts";
import { createUserStore } from "../store/users.ts";
import { composeTokenKeys } from "./token-keys.ts";

/** Everything about who is asking. */
export async function composeIdentity(options: {
  readonly config: Config;
  readonly pool: pg.Pool;
  /** For the look at a token's session, which comes before every booking. */
  readonly bookings: pg.Pool;
  readonly log: Log;
  readonly newId: () => string;
}) {
  const { config, pool, bookings, log, newId } = options;
  const users = createUserStore(pool);
  const sessions = createSessionStore(pool, log);
  const looked = createSessionStore(bookings, log);
  const { keys, close: closeKeys } = await composeTokenKeys(config, pool);
  const tokens = await createAccessTokens({ keys, ttlS: config.ACCESS_TOKEN_TTL_S });
  const authenticator = createAuthenticator({
    tokens,
    loadPrincipals: (ids) => looked.principals(ids),
  });
  const apart = createDeriveApart({
    processes: config.PASSWORD_HASH_CONCURRENCY,
    niceness: config.PASSWORD_HASH_NICENESS,
  });
  const hasher = createPasswordHasher({
    concurrencyMax: config.PASSWORD_HASH_CONCURRENCY,
    queueMax: config.PASSWORD_HASH_QUEUE_MAX,
    derive: apart.derive,
  });
  const refreshTtlS = config.REFRESH_TOKEN_TTL_S;
  const accounts = createAccounts({ users, sessions, hasher, tokens, authenticator, refreshTtlS, newId });
  const shared = { sessions, authenticator, newId };
  const resets = createPasswordResets({
    ...shared,
    store: createResetStore(pool),
    hasher,
    tokens: createResetTokens(keys),
    limits: RESET_LIMITS,
  });
  const administration = createAdministration({ ...shared, directory: createDirectory(pool) });
  return {
    authenticator,
    issueToken: tokens.issue,
    accounts,
    resets,
    administration,
    ownSessions: createOwnSessions(shared),
    closeHashing: () => {
      closeKeys();
      return apart.close();
    },
  };
}
