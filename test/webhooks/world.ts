import pg from "pg";
import { createUsers } from "../../bench/lib/users.ts";
import { Client } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { createAdmin, type Role, type RoleName, startRole } from "../support/system.ts";
import { Receiver } from "./receiver.ts";

export interface Person {
  readonly userId: string;
  readonly token: string;
}

const JWT_SECRET = "a-signing-secret-of-the-webhook-tests-long-enough";

/** A database of its own with the processes that serve it, and receivers that listen to them. */
export class World {
  readonly database: TestDatabase;
  readonly pool: pg.Pool;
  readonly client: Client;
  readonly #env: Readonly<Record<string, string>>;
  readonly #roles: Role[];
  readonly #receivers: Receiver[] = [];

  constructor(parts: {
    readonly database: TestDatabase;
    readonly pool: pg.Pool;
    readonly client: Client;
    readonly env: Readonly<Record<string, string>>;
    readonly roles: Role[];
  }) {
    this.database = parts.database;
    this.pool = parts.pool;
    this.client = parts.client;
    this.#env = parts.env;
    this.#roles = parts.roles;
  }

  /** Starts an API, a booking worker and these; addresses of this machine are allowed unless `env` says otherwise. */
  static async start(
    more: readonly RoleName[] = ["effects"],
    env: Readonly<Record<string, string>> = {},
  ): Promise<World> {
    const database = await createTestDatabase();
    const all = {
      JWT_SECRET,
      WEBHOOK_ALLOW_PRIVATE: "true",
      SWEEP_INTERVAL_MS: "100",
      DECISION_WAIT_MS: "10000",
      ...env,
    };
    const names: readonly RoleName[] = ["api", "booking", ...more];
    const roles = await Promise.all(names.map((name) => startRole(name, database.url, all)));
    await createAdmin(database.url);
    const pool = new pg.Pool({ connectionString: database.url, max: 4 });
    const client = new Client((roles[0] as Role).url);
    return new World({ database, pool, client, env: all, roles });
  }

  async stop(): Promise<void> {
    for (const receiver of this.#receivers) await receiver.stop();
    await this.pool.end();
    const codes = await Promise.all(this.#roles.map((role) => role.stop()));
    await this.database.drop();
    if (codes.some((code) => code !== 0 && code !== null))
      throw new Error(`a process ended badly: ${codes.join(", ")}`);
  }

  /** Another process on the same database. */
  async another(name: RoleName): Promise<Role> {
    const role = await startRole(name, this.database.url, this.#env);
    this.#roles.push(role);
    return role;
  }

  get api(): Role {
    return this.#roles[0] as Role;
  }

  get effects(): Role {
    return this.#roles[2] as Role;
  }

  /** What the processes wrote to their logs. */
  printed(): string[] {
    return this.#roles.map(({ output }) => output.join(""));
  }

  async receiver(): Promise<Receiver> {
    const receiver = await Receiver.start();
    this.#receivers.push(receiver);
    return receiver;
  }

  people(count: number): Promise<Person[]> {
    return createUsers(this.pool, { secret: JWT_SECRET, count, role: "user" });
  }

  async organizer(): Promise<Person> {
    const [one] = (await this.people(1)) as [Person];
    await this.pool.query("update users set role = 'organizer' where id = $1", [one.userId]);
    return one;
  }

  /** An endpoint; with its secret. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  async webhook(owner: Person, fields: Readonly<Record<string, unknown>>): Promise<any> {
    const reply = await this.client.post("/webhooks", fields, { token: owner.token });
    if (reply.status !== 201) throw new Error(`webhook: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body.data;
  }

  /** Everything that failed is due now: nobody waits for half a minute. */
  async hasten(webhookId: string): Promise<void> {
    await this.pool.query(
      "update webhook_cursor set due_at = now() where endpoint_id = $1 and attempts > 0",
      [webhookId],
    );
    await this.pool.query("update webhook_endpoint set rest_until = now() where id = $1", [webhookId]);
  }

  /** Removes all webhooks, as the product does it: cursors first. */
  async clear(): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query("begin");
      await client.query("select 1 from webhook_cursor order by event_id, endpoint_id for update");
      await client.query("delete from webhook_endpoint");
      await client.query("commit");
    } finally {
      client.release();
    }
  }

  async headOf(eventId: string): Promise<number> {
    const { rows } = await this.pool.query("select ledger_seq from actor where event_id = $1", [eventId]);
    return Number(rows[0].ledger_seq);
  }
}
