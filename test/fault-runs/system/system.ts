import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type pg from "pg";
import { freePort } from "../../../src/ops/free-port.ts";
import { createPool } from "../../../src/store/database.ts";
import { RedisServer } from "../../realtime/redis-server.ts";
import { silent } from "../../support/postgres.ts";
import { createAdmin, type RoleName } from "../../support/system.ts";
import type { HistoryWriter } from "../history/history-writer.ts";
import type { Postgres, PostgresPark } from "./postgres.ts";
import { type Launch, RoleProcess } from "./role-process.ts";
import { DEFAULTS, type SystemWish } from "./wish.ts";

const HARNESS_POOL_MAX = 4;
const DB_PASSWORD = "for-fault-runs";
/** Shorter than clients wait for a reply: who asks hears that it is under way, rather than nothing. */
const DECISION_WAIT_MS = 1_500;
/** I17: how old a cached read may be. */
export const CACHE_AGE_MS_MAX = 2_000;
/** Compiled modules, shared by the processes of all runs: one starts in a third of the time. */
const COMPILE_CACHE = join(import.meta.dirname, "../../../node_modules/.cache/fault-runs");

export interface SystemOptions {
  readonly wish: SystemWish;
  readonly park: PostgresPark;
  readonly history: HistoryWriter;
  /** For reports of its processes; exists. */
  readonly folder: string;
  /** Loaded by every process before anything else, such as a broken variant. */
  readonly preloads: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The real system of one run: a database, the processes of the product, and the links between them. */
export class System {
  /** The superuser's connection string, past all links. */
  readonly databaseUrl: string;
  readonly postgres: Postgres;
  readonly redis: RedisServer | null;
  /** Connections of the harness, which no fault is aimed at. */
  readonly db: pg.Pool;
  /** The JWT_SECRET of its API processes: who has it can sign tokens of users it put into the database. */
  readonly secret: string;
  /** Of the first API process: constant, so that call-backs find it again when it was killed. */
  readonly #apiPort: number;
  /** The processes that are there at this moment, in the order of their start. */
  readonly apis: RoleProcess[] = [];
  readonly workers: RoleProcess[] = [];
  readonly effects: RoleProcess[] = [];
  readonly #options: SystemOptions;
  readonly #putAway: () => Promise<void>;
  readonly #all: RoleProcess[] = [];
  /** Processes that ended though nothing in the run made them, in words. */
  readonly unexpectedEnds: string[] = [];

  private constructor(
    options: SystemOptions,
    parts: { postgres: Postgres; databaseUrl: string; redis: RedisServer | null; apiPort: number },
    putAway: () => Promise<void>,
  ) {
    this.#options = options;
    this.postgres = parts.postgres;
    this.databaseUrl = parts.databaseUrl;
    this.redis = parts.redis;
    this.#apiPort = parts.apiPort;
    this.secret = randomBytes(32).toString("hex");
    this.db = createPool({
      url: this.databaseUrl,
      name: "fault-harness",
      max: HARNESS_POOL_MAX,
      log: silent,
    });
    this.#putAway = putAway;
  }

  /** Starts everything that the wish names. @throws where a process does not become ready; nothing is left then */
  static async open(options: SystemOptions): Promise<System> {
    const { wish, park } = options;
    const { postgres: kind = DEFAULTS.postgres, settings = {}, volumeBytes, olderVersion = null } = wish;
    const { postgres, isKept } = await park.lend(kind, settings, volumeBytes);
    const databaseUrl = await postgres.createDatabase(olderVersion);
    const redis = wish.hasRedis === true ? await RedisServer.start() : null;
    const apiPort = await freePort(null);
    const system = new System(options, { postgres, databaseUrl, redis, apiPort }, async () => {
      await redis?.kill();
      await (isKept ? postgres.dropDatabase(databaseUrl).catch(() => undefined) : postgres.stop());
    });
    try {
      await system.#startAll();
      return system;
    } catch (error) {
      await system.close();
      throw error;
    }
  }

  async #startAll(): Promise<void> {
    const { wish } = this.#options;
    await createAdmin(this.databaseUrl);
    await wish.prepare?.(this.db);
    const roles: readonly [RoleName, number][] = [
      ["api", wish.apis ?? DEFAULTS.apis],
      ["booking", wish.workers ?? DEFAULTS.workers],
      ["effects", wish.effects ?? DEFAULTS.effects],
    ];
    const starts = roles.flatMap(([role, count]) =>
      Array.from({ length: count }, (_, at) => this.start(role, at)),
    );
    const started = await Promise.allSettled(starts);
    const failed = started.find(({ status }) => status === "rejected");
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
    // In the order of their places, whoever was ready first.
    for (const list of [this.apis, this.workers, this.effects])
      list.sort((a, b) => a.launch.at - b.launch.at);
  }

  /**
   * Starts a process, also in place of one that is gone.
   * @param at its place within the role: the wish may give each place an environment of its own
   * @param changes to what the wish says of that place
   */
  async start(
    role: RoleName,
    at: number,
    changes: Partial<Pick<Launch, "env" | "preloads" | "databaseUrl" | "version">> = {},
  ): Promise<RoleProcess> {
    const { wish, preloads, env, folder } = this.#options;
    const launched = await RoleProcess.start({
      role,
      at,
      folder,
      redisUrl: this.redis?.url ?? null,
      hasProxies: wish.hasProxies ?? false,
      version: changes.version !== undefined ? changes.version : (wish.olderVersion ?? null),
      databaseUrl: changes.databaseUrl ?? (await this.#urlAs(`${role}_${at}`)),
      preloads: [...preloads, ...(changes.preloads ?? wish.preloadsOf?.(role, at) ?? [])],
      env: {
        ...this.#usualEnv(role, at),
        ...env,
        ...wish.env,
        ...wish.envOf?.(role, at),
        ...changes.env,
      },
    });
    const list = this.#listOf(role);
    list.push(launched);
    this.#all.push(launched);
    const { history } = this.#options;
    history.note({ what: "processStarted", role, pid: launched.pid, url: launched.url });
    void launched.ended().then((code) => {
      const place = list.indexOf(launched);
      if (place >= 0) list.splice(place, 1);
      const why = code === null ? "by a signal" : `with code ${code}`;
      history.note({ what: "processEnded", role, pid: launched.pid, why });
      if (!launched.mayEnd) this.unexpectedEnds.push(`${launched.name} ended by itself, ${why}`);
    });
    return launched;
  }

  /** Base addresses of the API processes of this moment, where clients ask. */
  get apiUrls(): readonly string[] {
    return this.apis.map(({ url }) => url);
  }

  /** Every process of this moment. */
  get processes(): readonly RoleProcess[] {
    return [...this.apis, ...this.workers, ...this.effects];
  }

  /** All links pass, frozen processes go on, and who is missing is started again. */
  async heal(): Promise<void> {
    const { wish } = this.#options;
    for (const process of this.processes) {
      process.thaw();
      for (const link of process.links) link.set({ type: "pass" });
    }
    const wanted = {
      api: wish.apis ?? DEFAULTS.apis,
      booking: wish.workers ?? DEFAULTS.workers,
      effects: wish.effects ?? DEFAULTS.effects,
    };
    await Promise.all(
      (["api", "booking", "effects"] as const).flatMap((role) => {
        const places = new Set(this.#listOf(role).map(({ launch }) => launch.at));
        const missing = Array.from({ length: wanted[role] }, (_, at) => at).filter((at) => !places.has(at));
        return missing.map((at) => this.start(role, at));
      }),
    );
  }

  /** What all processes printed, the ends of it, for a report. */
  get output(): string {
    return this.#all
      .filter(({ output }) => output !== "")
      .map(({ name, pid, output }) => `${name} (${pid}):\n${output.slice(-4_000)}`)
      .join("\n");
  }

  /**
   * Ends everything and throws the database away.
   * @param politely with time to end well: only then a process writes down what it compiled, for those of later runs
   */
  async close(politely = false): Promise<void> {
    await Promise.all(
      this.#all.map(async (process) => {
        await (politely ? process.stop() : process.kill());
        await process.closeLinks();
      }),
    );
    await this.db.end();
    await this.#putAway();
  }

  /** The database as another superuser. Users belong to the server: one that exists is taken as it is. */
  async #urlAs(user: string): Promise<string> {
    await this.db.query(
      `do $$ begin create role ${user} superuser login password '${DB_PASSWORD}'; exception when duplicate_object or unique_violation then end $$`,
    );
    const url = new URL(this.databaseUrl);
    url.username = user;
    url.password = DB_PASSWORD;
    return url.href;
  }

  #usualEnv(role: RoleName, at: number): Record<string, string> {
    return {
      JWT_SECRET: this.secret,
      DECISION_WAIT_MS: String(DECISION_WAIT_MS),
      PUBLIC_URL: `http://127.0.0.1:${this.#apiPort}`,
      CACHE_STALE_MS_MAX: String(CACHE_AGE_MS_MAX),
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...(role === "api" && at === 0 ? { PORT: String(this.#apiPort) } : {}),
    };
  }

  #listOf(role: RoleName): RoleProcess[] {
    return { api: this.apis, booking: this.workers, effects: this.effects }[role];
  }
}
