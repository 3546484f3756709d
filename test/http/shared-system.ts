import pg from "pg";
import { createUsers } from "../../bench/lib/users.ts";
import { Client } from "../support/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { createAdmin, type Role, startRole } from "../support/system.ts";

export const JWT_SECRET = "a-signing-secret-of-the-http-tests-long-enough";
export const METRICS_TOKEN = "a-token-for-the-scraper-of-these-tests";
/** What a gateway of surface B presents. */
export const GATEWAY_SECRET = "a-secret-of-the-gateway-of-these-tests";
export const ALLOWED_ORIGIN = "https://shop.example.com";
/** How long requests wait for a decision here: short, because some tests take the worker away. */
export const DECISION_WAIT_MS = 2_500;

const ENV = {
  JWT_SECRET,
  METRICS_TOKEN,
  TRUSTED_GATEWAY_SECRET: GATEWAY_SECRET,
  CORS_ORIGINS: ALLOWED_ORIGIN,
  DECISION_WAIT_MS: String(DECISION_WAIT_MS),
  SWEEP_INTERVAL_MS: "100",
  LOG_LEVEL: "debug",
  // Webhooks of these tests lead to this machine or nowhere.
  WEBHOOK_ALLOW_PRIVATE: "true",
};

export interface Person {
  readonly userId: string;
  readonly token: string;
}

/** One API process, one booking worker and one effects worker on a database of their own. */
export class System {
  readonly database: TestDatabase;
  readonly api: Role;
  readonly client: Client;
  readonly pool: pg.Pool;
  readonly admin: Person;
  worker: Role;
  effects: Role;

  constructor(parts: Pick<System, "database" | "api" | "client" | "pool" | "admin" | "worker" | "effects">) {
    this.database = parts.database;
    this.api = parts.api;
    this.client = parts.client;
    this.pool = parts.pool;
    this.admin = parts.admin;
    this.worker = parts.worker;
    this.effects = parts.effects;
  }

  /** New users with a session each, straight from the database: nobody's password is hashed. */
  people(count: number): Promise<Person[]> {
    return createUsers(this.pool, { secret: ENV.JWT_SECRET, count, role: "user" });
  }

  async person(): Promise<Person> {
    const [one] = await this.people(1);
    return one as Person;
  }

  async organizer(): Promise<Person> {
    const one = await this.person();
    await this.pool.query("update users set role = 'organizer' where id = $1", [one.userId]);
    return one;
  }

  /** An event of the admin's; see `Client.createEvent` for what it is without `fields`. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  event(fields: Readonly<Record<string, unknown>> = {}): Promise<any> {
    return this.client.createEvent(this.admin.token, fields);
  }

  /** Runs `work` while no worker takes turns: what is sent meanwhile stays queued. */
  async withoutWorker<T>(work: () => Promise<T>): Promise<T> {
    await this.worker.stop();
    try {
      return await work();
    } finally {
      this.worker = await startRole("booking", this.database.url, ENV);
    }
  }

  /** A second API process on the same database, for whoever stops it again. */
  anotherApi(): Promise<Role> {
    return startRole("api", this.database.url, ENV);
  }

  async restartEffects(): Promise<void> {
    this.effects = await startRole("effects", this.database.url, ENV);
  }
}

let filesLeft = 0;
let running: Promise<System> | null = null;

/**
 * The system that all files of this folder share: started by the first that needs it, stopped by the last of this run.
 * Call it in a `describe`; what it returns works from the first test on.
 */
export function sharedSystem(): () => System {
  filesLeft += 1;
  let system: System | null = null;
  before(async function () {
    if (running === null) {
      running = start();
      // With --grep a file's own hook may never run.
      rootOf(this.runnable()).afterAll(stopRunning);
    }
    system = await running;
  });
  after(async () => {
    filesLeft -= 1;
    if (filesLeft === 0) await stopRunning();
  });
  return () => {
    if (system === null) throw new Error("the system runs from the first test on, not before");
    return system;
  };
}

function rootOf(runnable: Mocha.Runnable): Mocha.Suite {
  let suite = runnable.parent as Mocha.Suite;
  while (suite.parent !== undefined) suite = suite.parent;
  return suite;
}

async function stopRunning(): Promise<void> {
  const system = await running;
  running = null;
  if (system !== null) await stop(system);
}

async function start(): Promise<System> {
  const database = await createTestDatabase();
  const [api, worker, effects] = await Promise.all([
    startRole("api", database.url, ENV),
    startRole("booking", database.url, ENV),
    startRole("effects", database.url, ENV),
    createAdmin(database.url),
  ]);
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  const client = new Client(api.url);
  const token = await client.adminToken();
  const { rows } = await pool.query("select id from users where role = 'admin'");
  const admin = { userId: rows[0].id as string, token };
  return new System({ database, api, worker, effects, client, pool, admin });
}

async function stop({ database, api, worker, effects, pool }: System): Promise<void> {
  await pool.end();
  const codes = await Promise.all([api, worker, effects].map((role) => role.stop()));
  await database.drop();
  if (codes.some((code) => code !== 0)) throw new Error(`a process ended badly: ${codes.join(", ")}`);
}
