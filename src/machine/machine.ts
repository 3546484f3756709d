import { resolve } from "node:path";
import { installMailboxSchema } from "../mailbox/schema.ts";
import type { Config } from "../ops/config.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../ops/embedded-postgres.ts";
import { LOCK_WAIT_MS_MAX, lockFolder } from "../ops/folder-lock.ts";
import { becomesFree } from "../ops/free-port.ts";
import type { Log } from "../ops/log.ts";
import { Supervisor } from "../ops/supervisor.ts";
import { migrate } from "../store/migrate.ts";
import { provideAdmin } from "./admin.ts";
import type { Whereabouts } from "./banner.ts";
import { reasonOf } from "./reason.ts";
import { rolesOf } from "./roles.ts";

/** The processes of a killed run let go of their port within moments. */
const PORT_WAIT_MS_MAX = 2_000;

interface MachineOptions {
  readonly config: Config;
  /** Handed on to the children. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** Everything on one machine: PostgreSQL, the API and the workers, started and stopped in order. */
export class Machine {
  readonly #options: MachineOptions;
  #postgres: EmbeddedPostgres | null = null;
  #supervisor: Supervisor | null = null;
  #stopping: Promise<void> | null = null;

  constructor(options: MachineOptions) {
    this.#options = options;
  }

  get isStopping(): boolean {
    return this.#stopping !== null;
  }

  /**
   * Resolves when everything works. What was started before a failure is left for `stop`.
   * @throws Error in words for the person who started it: folder or port in use, a process that does not start.
   */
  async start(): Promise<Whereabouts> {
    const { config, env, log } = this.#options;
    const isEmbedded = config.DATABASE_URL === null;
    const lock = isEmbedded ? lockFolder(resolve(config.DATA_DIR), LOCK_WAIT_MS_MAX) : null;
    await checkPort(config);
    if (lock !== null) {
      this.#postgres = await startEmbeddedPostgres({ dataDir: config.DATA_DIR, log, lock });
    }
    const databaseUrl = config.DATABASE_URL ?? this.#postgres!.url;
    await migrate(databaseUrl, log, [installMailboxSchema]).catch((cause: Error) => {
      throw new Error(`the database was not brought up to date: ${reasonOf(cause)}`, { cause });
    });
    const invented = await provideAdmin(config, databaseUrl, log);
    const groups = rolesOf(config, env, databaseUrl);
    const supervisor = new Supervisor({ log, groups, shutdownMsMax: config.SHUTDOWN_MS_MAX });
    this.#supervisor = supervisor;
    await supervisor.start();
    return {
      host: config.HOST,
      apiPort: supervisor.portOf("api") ?? config.PORT,
      workers: ["booking", "effects"].map((name) => ({ name, port: supervisor.portOf(name) })),
      databaseUrl,
      dataFolder: this.#postgres?.cluster ?? null,
      invented,
    };
  }

  /** The API drains first, then the workers; PostgreSQL, which they need until then, is last. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopInOrder();
    return this.#stopping;
  }

  async #stopInOrder(): Promise<void> {
    await this.#supervisor?.stop();
    await this.#postgres?.stop();
  }

  /** Ends at once what is still draining. Nothing that was acknowledged is lost by it. */
  hurry(): void {
    this.#supervisor?.kill();
    void this.#postgres?.stop({ immediate: true });
  }
}

async function checkPort({ HOST, PORT }: Config): Promise<void> {
  const isFree = await becomesFree(PORT, HOST, PORT_WAIT_MS_MAX).catch((error: Error) => {
    throw new Error(`port ${PORT} cannot be used on ${HOST}: ${error.message}; set PORT or HOST to another`);
  });
  if (!isFree) throw new Error(`port ${PORT} is in use; set PORT to another`);
}
