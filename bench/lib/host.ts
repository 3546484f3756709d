import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { freePort } from "../../src/ops/free-port.ts";
import { startThrowAwayPostgres } from "./cluster.ts";
import { startProcess } from "./processes.ts";
import type { Started } from "./started.ts";

/** A server to sell on, and who may create events there. */
export interface Host {
  readonly origin: string;
  readonly admin: { readonly email: string; readonly password: string };
  readonly databaseUrl: string | null;
}

/**
 * Starts a complete server of our own: PostgreSQL with an empty database, and the same supervisor that `npm start`
 * runs, on a free port. Whatever was started is in `started`, also where a later part fails.
 */
export async function startHost(started: Started): Promise<Host> {
  const postgres = started.add(await startThrowAwayPostgres(tmpdir(), "evently-onsale"));
  const admin = { email: "admin@example.com", password: randomBytes(18).toString("base64url") };
  const port = await freePort(null);
  const supervisor = await startProcess({
    name: "the server",
    script: "src/main.ts",
    readyUrl: `http://127.0.0.1:${port}/readyz`,
    env: {
      DATABASE_URL: postgres.url,
      HOST: "127.0.0.1",
      PORT: `${port}`,
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
      LOG_LEVEL: "warn",
      // All buyers come from one address, as fast as they can.
      RATE_LIMITS: "all=100000000/60",
      // Started by npm it stops when its launcher is gone, however that ended.
      npm_lifecycle_event: "onsale",
    },
  });
  started.add(supervisor);
  return { origin: `http://127.0.0.1:${supervisor.port}`, admin, databaseUrl: postgres.url };
}
