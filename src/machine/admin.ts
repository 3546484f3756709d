import { randomBytes } from "node:crypto";
import { ensureAdmin } from "../identity/ensure-admin.ts";
import { createPasswordHasher } from "../identity/passwords.ts";
import type { Config } from "../ops/config.ts";
import { IdSource } from "../ops/id-source.ts";
import type { Log } from "../ops/log.ts";
import { createPool } from "../store/database.ts";
import { createUserStore } from "../store/users.ts";

/** A login in clear text: printed once, kept nowhere. */
export interface Login {
  readonly email: string;
  readonly password: string;
}

const GENERATED_EMAIL = "admin@evently.local";
const PASSWORD_BYTES = 18;

/**
 * Makes sure that there is an admin. ADMIN_EMAIL and ADMIN_PASSWORD set one, new or not; without them the first start
 * invents one. Returns the invented login, for the one time that anybody can read it, or null.
 */
export async function provideAdmin(config: Config, databaseUrl: string, log: Log): Promise<Login | null> {
  const pool = createPool({ url: databaseUrl, name: "evently-main", max: 2, log });
  try {
    const users = createUserStore(pool);
    const { ADMIN_EMAIL, ADMIN_PASSWORD } = config;
    const isConfigured = ADMIN_EMAIL !== null && ADMIN_PASSWORD !== null;
    if (!isConfigured && (await users.hasAdmin())) return null;
    const login = isConfigured ? { email: ADMIN_EMAIL, password: ADMIN_PASSWORD } : inventLogin();
    const hasher = createPasswordHasher({ concurrencyMax: 1, queueMax: 1 });
    const ids = new IdSource();
    const done = await ensureAdmin({ users, hasher, ...login, newId: () => ids.newId() });
    log.info({ admin: login.email }, `the admin's login was ${done}`);
    return isConfigured ? null : login;
  } finally {
    await pool.end();
  }
}

function inventLogin(): Login {
  return { email: GENERATED_EMAIL, password: randomBytes(PASSWORD_BYTES).toString("base64url") };
}
