import { randomBytes } from "node:crypto";
import pg from "pg";
import { createUsers } from "../../bench/lib/users.ts";
import { Client } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { createAdmin, type Role, startRole } from "../support/system.ts";
import { until } from "../support/until.ts";

const JWT_SECRET = "a-signing-secret-of-the-tracing-tests-long-enough";

// biome-ignore lint/suspicious/noExplicitAny: replies are read as a client would, field by field
export type Json = any;

export interface Person {
  readonly userId: string;
  readonly token: string;
}

/** One API process, one booking worker and one effects worker on a database of their own, with an admin. */
export class TracedSystem {
  readonly database: TestDatabase;
  readonly api: Role;
  readonly roles: readonly Role[];
  readonly pool: pg.Pool;
  readonly client: Client;
  readonly adminToken: string;

  private constructor(
    parts: Pick<TracedSystem, "database" | "api" | "roles" | "pool" | "client" | "adminToken">,
  ) {
    this.database = parts.database;
    this.api = parts.api;
    this.roles = parts.roles;
    this.pool = parts.pool;
    this.client = parts.client;
    this.adminToken = parts.adminToken;
  }

  static async start(env: Readonly<Record<string, string>>): Promise<TracedSystem> {
    const database = await createTestDatabase();
    const all = { JWT_SECRET, SWEEP_INTERVAL_MS: "100", ...env };
    const [api, booking, effects] = await Promise.all([
      startRole("api", database.url, all),
      startRole("booking", database.url, all),
      startRole("effects", database.url, all),
      createAdmin(database.url),
    ]);
    const client = new Client(api.url);
    const pool = new pg.Pool({ connectionString: database.url, max: 2 });
    const roles = [api, booking, effects];
    return new TracedSystem({ database, api, roles, pool, client, adminToken: await client.adminToken() });
  }

  async stop(): Promise<void> {
    await this.pool.end();
    await Promise.all(this.roles.map((role) => role.stop()));
    await this.database.drop();
  }

  async person(): Promise<Person> {
    const [one] = await createUsers(this.pool, { secret: JWT_SECRET, count: 1, role: "user" });
    return one as Person;
  }

  event(fields: Readonly<Record<string, unknown>> = {}): Promise<Json> {
    return this.client.createEvent(this.adminToken, fields);
  }

  /** The trace, as an admin sees it, once it has these spans. */
  trace(traceId: string, ...names: readonly string[]): Promise<Json> {
    return until(
      `a trace with ${names.join(", ")}`,
      async () => {
        const { status, body } = await this.client.get(`/tracing/trace/${traceId}`, {
          token: this.adminToken,
        });
        if (status !== 200) return false;
        const found = new Set(body.data.spans.map(({ name }: Json) => name));
        return names.every((name) => found.has(name)) && body.data;
      },
      10_000,
    ).catch(async (error) => {
      const { body } = await this.client.get(`/tracing/trace/${traceId}`, { token: this.adminToken });
      const names = body.data?.spans.map(({ name }: Json) => name);
      throw new Error(`${error.message}; there are ${JSON.stringify(names ?? body)}`);
    });
  }
}

/** The headers of a caller who traces its request. */
export function tracedBy(flags = "01"): { readonly traceId: string; readonly traceparent: string } {
  const traceId = randomBytes(16).toString("hex");
  return { traceId, traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-${flags}` };
}
