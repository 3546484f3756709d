import { once } from "node:events";
import type pg from "pg";
import { createPool } from "../../src/store/database.ts";
import { auditEvent, type Books } from "../support/books.ts";
import { Client } from "../support/client.ts";
import { type History, violationsOf } from "../support/history.ts";
import { createTestDatabase, silent } from "../support/postgres.ts";
import { createAdmin, type Role, type RoleName, startRole } from "../support/system.ts";
import { readTruth } from "../support/truth.ts";
import { type Buyer, Crowd, type CrowdOptions } from "./crowd.ts";

/** A worker process that connects to the database under a name of its own, so that its sessions can be told apart. */
export interface Worker extends Role {
  readonly dbUser: string;
}

export interface StageOptions {
  readonly apis?: number;
  readonly workers?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** An empty, migrated database; without it one of the shared test server. */
  readonly databaseUrl?: string;
}

const BUYERS = 4;

/** Prints what a fault run did, below its title: which faults really fired, and the figures. */
export function note(text: string): void {
  process.stdout.write(`        ${text}\n`);
}

/** The real system of a fault test: API and worker processes on a database of their own, and who looks on. */
export class Stage {
  readonly url: string;
  /** Connections of the test, which no fault is aimed at. */
  readonly db: pg.Pool;
  readonly apis: Role[] = [];
  readonly workers: Worker[] = [];
  readonly buyers: Buyer[] = [];
  #adminToken = "";
  #workersStarted = 0;
  readonly #env: Readonly<Record<string, string>>;
  /** Every process that was started and not killed on purpose: it has to end with code 0. */
  readonly #expected = new Set<Role>();
  readonly #drop: () => Promise<void>;

  private constructor(url: string, env: Readonly<Record<string, string>>, drop: () => Promise<void>) {
    this.url = url;
    this.#env = env;
    this.#drop = drop;
    this.db = createPool({ url, name: "test-stage", max: 4, log: silent });
  }

  static async open({ apis = 1, workers = 2, env = {}, databaseUrl }: StageOptions = {}): Promise<Stage> {
    const own = databaseUrl === undefined ? await createTestDatabase() : null;
    const stage = new Stage(databaseUrl ?? own?.url ?? "", env, async () => await own?.drop());
    try {
      await stage.#start(apis, workers);
    } catch (error) {
      await stage.close().catch(() => undefined);
      throw error;
    }
    return stage;
  }

  async #start(apis: number, workers: number): Promise<void> {
    await createAdmin(this.url);
    const started = await Promise.allSettled([
      ...Array.from({ length: apis }, () => this.startApi()),
      ...Array.from({ length: workers }, () => this.startWorker()),
    ]);
    const failed = started.find(({ status }) => status === "rejected");
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
    const client = this.clientOf(0);
    this.#adminToken = await client.adminToken();
    this.buyers.push(...(await Promise.all(Array.from({ length: BUYERS }, () => client.register()))));
  }

  clientOf(at: number): Client {
    const api = this.apis[at];
    if (api === undefined) throw new Error(`there is no API process ${at}`);
    return new Client(api.url);
  }

  async startApi(url = this.url): Promise<Role> {
    const api = await this.#startRole("api", url);
    this.apis.push(api);
    return api;
  }

  async startWorker(): Promise<Worker> {
    this.#workersStarted += 1;
    const dbUser = `worker_${this.#workersStarted}`;
    const url = await this.urlAs(dbUser);
    const worker = Object.assign(await this.#startRole("booking", url), { dbUser });
    this.workers.push(worker);
    return worker;
  }

  async #startRole(role: RoleName, url: string): Promise<Role> {
    const started = await startRole(role, url, this.#env);
    this.#expected.add(started);
    return started;
  }

  /** The database as another superuser. Users belong to the server: one that exists is taken as it is. */
  async urlAs(user: string): Promise<string> {
    await this.db.query(
      `do $$ begin create role ${user} superuser login password 'for-tests'; exception when duplicate_object then end $$`,
    );
    const url = new URL(this.url);
    url.username = user;
    url.password = "for-tests";
    return url.href;
  }

  /** Base addresses of the API processes of this moment. */
  get apiUrls(): readonly string[] {
    return this.apis.map(({ url }) => url);
  }

  /** Buyers of a new event of so many seats. */
  async crowd(capacity: number, options: Partial<CrowdOptions> = {}): Promise<Crowd> {
    const eventId = await this.sale(capacity);
    return new Crowd({ eventId, buyers: this.buyers, apis: () => this.apiUrls, ...options });
  }

  /** A new event on sale. @returns its id. */
  async sale(capacity: number): Promise<string> {
    return (await this.clientOf(0).createEvent(this.#adminToken, { total_capacity: capacity })).id;
  }

  /** Kills a process and forgets it. Resolves when it is gone. */
  async kill(role: Role): Promise<void> {
    this.expectNoMore(role);
    if (role.hasEnded) return;
    const gone = once(role.child, "exit");
    role.kill("SIGKILL");
    await gone;
  }

  /** Takes a process off the lists: how it ends is the test's business. */
  expectNoMore(role: Role): void {
    this.#expected.delete(role);
    for (const list of [this.apis, this.workers] as Role[][]) {
      if (list.includes(role)) list.splice(list.indexOf(role), 1);
    }
  }

  /** Holds the books of an event, and what its clients were told, against the tables. @throws naming what is wrong. */
  async audit({ eventId, history }: { eventId: string; history: History }): Promise<Books> {
    const books = await this.books(eventId);
    const violations = violationsOf(history.orders, await readTruth(this.db, eventId));
    if (violations.length > 0) {
      throw new Error(
        `${violations.length} violations:\n  ${violations.slice(0, 10).join("\n  ")}\n${this.#output()}`,
      );
    }
    return books;
  }

  /** The books of an event that were found in order. */
  books(eventId: string): Promise<Books> {
    return auditEvent(this.url, eventId);
  }

  /** Stops everything. @throws where a process ended by itself, or not with code 0. */
  async close(): Promise<void> {
    const codes = await Promise.all(
      [...this.#expected].map(async (role) => ({ role, code: await role.stop() })),
    );
    await this.db.end();
    await this.#drop();
    const wrong = codes.filter(({ code }) => code !== 0);
    if (wrong.length > 0) throw new Error(`${wrong.length} processes did not end well:\n${this.#output()}`);
  }

  #output(): string {
    return [...this.#expected]
      .map(({ pid, output }) => `${pid}:\n${output.join("").slice(-3_000)}`)
      .join("\n");
  }
}
