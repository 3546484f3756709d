import { randomBytes } from "node:crypto";
import pg from "pg";
import { installMailboxSchema } from "../../../src/mailbox/schema.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../../src/ops/embedded-postgres.ts";
import { migrate } from "../../../src/store/migrate.ts";
import { makeFolder, removeFolder } from "../../support/folders.ts";
import { silent } from "../../support/postgres.ts";
import { descendantsOf, survivors } from "../../support/processes.ts";
import { migrateAs } from "../injections/older-version.ts";
import { mountVolume, unmountVolume } from "../injections/volume.ts";

const TEMPLATE = "evently_template";
/** With these, copying the template takes about 20 ms; the usual settings take 100 to 200. */
const SHARED_SETTINGS = {
  wal_level: "minimal",
  max_wal_senders: "0",
  shared_buffers: "128MB",
  max_wal_size: "1GB",
};
const OWN_SETTINGS = { shared_buffers: "64MB", max_wal_size: "1GB" };
/** The checker asks when each ledger entry was committed. */
const COMMIT_TIMES = { track_commit_timestamp: "on" };
const GONE_MS_MAX = 2_000;

/** A server of fault runs, with a migrated template out of which each run gets its database. */
export class Postgres {
  readonly folder: string;
  readonly #server: EmbeddedPostgres;

  private constructor(server: EmbeddedPostgres, folder: string) {
    this.#server = server;
    this.folder = folder;
  }

  /** @param durable as in production: what it acknowledged, it has after it was killed */
  static async start(options: {
    readonly durable: boolean;
    readonly settings: Readonly<Record<string, string>>;
    readonly volumeBytes?: number | undefined;
  }): Promise<Postgres> {
    const folder = makeFolder();
    try {
      if (options.volumeBytes !== undefined) mountVolume(folder, options.volumeBytes);
      const settings = {
        ...COMMIT_TIMES,
        ...(options.durable ? OWN_SETTINGS : SHARED_SETTINGS),
        ...options.settings,
      };
      const server = await startEmbeddedPostgres({
        dataDir: folder,
        log: silent,
        durable: options.durable,
        settings,
        orphanGraceS: 0,
      });
      const postgres = new Postgres(server, folder);
      await postgres.#withAdmin((admin) => admin.query(`create database ${TEMPLATE}`));
      await migrate(postgres.#urlOf(TEMPLATE), silent, [installMailboxSchema]);
      return postgres;
    } catch (error) {
      unmountVolume(folder);
      removeFolder(folder);
      throw error;
    }
  }

  /** The server process of this moment. */
  get pid(): number {
    return this.#server.pid;
  }

  /** Where its data really is. */
  get cluster(): string {
    return this.#server.cluster;
  }

  get port(): number {
    return this.#server.port;
  }

  /**
   * A new database.
   * @param olderVersion folder of the version whose schema it gets, in place of today's
   * @returns the superuser's connection string
   */
  async createDatabase(olderVersion: string | null = null): Promise<string> {
    const name = `run_${randomBytes(6).toString("hex")}`;
    if (olderVersion !== null) {
      await this.#withAdmin((admin) => admin.query(`create database ${name}`));
      await migrateAs(olderVersion, this.#urlOf(name));
      return this.#urlOf(name);
    }
    await this.#withAdmin((admin) =>
      admin.query(`create database ${name} template ${TEMPLATE} strategy file_copy`),
    );
    return this.#urlOf(name);
  }

  async dropDatabase(url: string): Promise<void> {
    const name = new URL(url).pathname.slice(1);
    await this.#withAdmin((admin) => admin.query(`drop database if exists ${name} with (force)`));
  }

  /** Kills the server with all its processes, in one go. What started it starts it again, on the same port. */
  async kill(): Promise<void> {
    const all = [this.pid, ...descendantsOf(this.pid)];
    for (const pid of all) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // A session that ended by itself meanwhile.
      }
    }
    const left = await survivors(all, GONE_MS_MAX);
    if (left.length > 0) throw new Error(`PostgreSQL processes ${left.join(", ")} were killed and go on`);
  }

  async stop(): Promise<void> {
    await this.#server.stop({ immediate: true });
    unmountVolume(this.folder);
    removeFolder(this.folder);
  }

  #urlOf(database: string): string {
    const url = new URL(this.#server.url);
    url.pathname = `/${database}`;
    return url.href;
  }

  async #withAdmin(work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
    const admin = new pg.Client({ connectionString: this.#server.url });
    admin.on("error", () => undefined);
    await admin.connect();
    try {
      await work(admin);
    } finally {
      await admin.end();
    }
  }
}

/** The servers of all runs of this process, started when one is first asked for. */
export class PostgresPark {
  readonly #kept = new Map<string, Promise<Postgres>>();

  /** @param settings of an own one; the shared one has its own. @param volumeBytes of one that is there once */
  async lend(
    kind: "shared" | "own" | "once",
    settings: Readonly<Record<string, string>>,
    volumeBytes?: number,
  ): Promise<{ readonly postgres: Postgres; readonly isKept: boolean }> {
    if (kind === "once")
      return { postgres: await Postgres.start({ durable: true, settings, volumeBytes }), isKept: false };
    const name = `${kind} ${JSON.stringify(settings)}`;
    const started = this.#kept.get(name) ?? Postgres.start({ durable: kind === "own", settings });
    this.#kept.set(name, started);
    try {
      return { postgres: await started, isKept: true };
    } catch (error) {
      this.#kept.delete(name);
      throw error;
    }
  }

  async close(): Promise<void> {
    const started = await Promise.allSettled(this.#kept.values());
    await Promise.all(started.map((one) => (one.status === "fulfilled" ? one.value.stop() : null)));
  }
}
