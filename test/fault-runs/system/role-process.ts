import { once } from "node:events";
import { join } from "node:path";
import { type Role, type RoleName, startRole } from "../../support/system.ts";
import { until } from "../../support/until.ts";
import { FAILPOINTS_PRELOAD, FailpointReport } from "../failpoints/report.ts";
import { TcpProxy } from "./tcp-proxy.ts";

/** How one process of the product is started. */
export interface Launch {
  readonly role: RoleName;
  /** Its place among those of its role, from 0; who is started in place of another has its place. */
  readonly at: number;
  /** Folder of the version that it runs; null: today's. */
  readonly version: string | null;
  /** Where it finds the database, as a user of its own, so that its sessions can be told apart. */
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly preloads: readonly string[];
  readonly hasProxies: boolean;
  /** For its reports. */
  readonly folder: string;
}

let launches = 0;

/** A process of the product in a fault run, with the links to everything it talks to. */
export class RoleProcess {
  readonly launch: Launch;
  readonly failpoints: FailpointReport;
  /** Links to PostgreSQL and Redis, and from clients; null where the run has no proxies, or it does not talk to it. */
  readonly toPostgres: TcpProxy | null;
  readonly toRedis: TcpProxy | null;
  readonly fromClients: TcpProxy | null;
  readonly #role: Role;
  /** Unix ms. */
  readonly startedAt = Date.now();
  #mayEnd = false;

  private constructor(
    launch: Launch,
    role: Role,
    failpoints: FailpointReport,
    links: {
      readonly toPostgres: TcpProxy | null;
      readonly toRedis: TcpProxy | null;
      readonly fromClients: TcpProxy | null;
    },
  ) {
    this.launch = launch;
    this.#role = role;
    this.failpoints = failpoints;
    this.toPostgres = links.toPostgres;
    this.toRedis = links.toRedis;
    this.fromClients = links.fromClients;
  }

  /** Resolves once it says it is ready. @throws with its output where it does not get there */
  static async start(launch: Launch): Promise<RoleProcess> {
    launches += 1;
    const { role, at, hasProxies, folder } = launch;
    const failpoints = new FailpointReport(join(folder, `${role}-${at}-${launches}.hits`));
    const link = (url: string | null) => (url === null || !hasProxies ? null : TcpProxy.start(endOf(url)));
    const toPostgres = await link(launch.databaseUrl);
    const toRedis = await link(role === "api" ? launch.redisUrl : null);
    const close = () => Promise.all([toPostgres?.close(), toRedis?.close()]);
    try {
      const env = {
        ...(launch.redisUrl === null ? {} : { REDIS_URL: through(launch.redisUrl, toRedis) }),
        ...failpoints.env,
        ...launch.env,
        NODE_OPTIONS: [FAILPOINTS_PRELOAD, ...launch.preloads].map((url) => `--import ${url}`).join(" "),
      };
      const from = launch.version ?? undefined;
      const started = await startRole(role, through(launch.databaseUrl, toPostgres), env, from);
      const fromClients = role === "api" ? await link(started.url) : null;
      return new RoleProcess(launch, started, failpoints, { toPostgres, toRedis, fromClients });
    } catch (error) {
      await close();
      throw error;
    }
  }

  get name(): string {
    return `${this.launch.role} ${this.launch.at}`;
  }

  get pid(): number {
    return this.#role.pid;
  }

  /** The database user of its sessions. */
  get dbUser(): string {
    return new URL(this.launch.databaseUrl).username;
  }

  /** Where clients ask it: through the link where there is one. */
  get url(): string {
    return through(this.#role.url, this.fromClients).replace(/\/$/, "");
  }

  /** Where it really listens, API or metrics, past any link. */
  get directUrl(): string {
    return this.#role.url;
  }

  get links(): readonly TcpProxy[] {
    return [this.toPostgres, this.toRedis, this.fromClients].filter((link) => link !== null);
  }

  /** All it printed so far. */
  get output(): string {
    return this.#role.output.join("");
  }

  get hasEnded(): boolean {
    return this.#role.hasEnded;
  }

  /** Whether its end was brought about by the run: by one of these methods, a failpoint, or as `expectEnd` says. */
  get mayEnd(): boolean {
    return this.#mayEnd || this.failpoints.hits.some((hit) => / (kill|exit)$/.test(hit));
  }

  /** From now on it may end, however it does. */
  expectEnd(): void {
    this.#mayEnd = true;
  }

  /** SIGSTOP. */
  freeze(): void {
    this.#role.kill("SIGSTOP");
  }

  /** SIGCONT. */
  thaw(): void {
    this.#role.kill("SIGCONT");
  }

  /** SIGTERM and the like, after which it may end. */
  signal(signal: NodeJS.Signals): void {
    this.#mayEnd = true;
    this.#role.kill(signal);
  }

  /** Resolves when it has ended, by whatever. @returns its exit code; null: by a signal */
  async ended(): Promise<number | null> {
    if (!this.#role.hasEnded) await once(this.#role.child, "exit");
    return this.#role.child.exitCode;
  }

  /** Waits for an end that something else brings about. @throws after `msMax` */
  async endsWithin(msMax: number): Promise<void> {
    await until(`${this.name} ends`, () => this.hasEnded, msMax);
  }

  /** kill -9. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#mayEnd = true;
    this.#role.kill("SIGKILL");
    await this.ended();
  }

  /** Asks it to end and waits; kills it where it does not. */
  async stop(): Promise<void> {
    this.#mayEnd = true;
    await this.#role.stop();
  }

  async closeLinks(): Promise<void> {
    await Promise.all(this.links.map((link) => link.close()));
  }
}

function endOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** An address by way of a link. */
function through(url: string, link: TcpProxy | null): string {
  if (link === null) return url;
  const other = new URL(url);
  other.hostname = "127.0.0.1";
  other.port = String(link.port);
  return other.href;
}
