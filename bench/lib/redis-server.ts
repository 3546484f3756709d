import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "../../src/ops/free-port.ts";

const PROGRAM = "redis-server";
const READY_MS_MAX = 10_000;
const READY_ASK_MS = 20;

/** How Redis keeps its data: every write goes to its append-only file, which is made durable once a second. */
const PERSISTENCE = { appendonly: "yes", appendfsync: "everysec", save: "" } as const;

/** What the report says of how Redis keeps its data. */
export const REDIS_PERSISTENCE = Object.entries(PERSISTENCE)
  .map(([name, value]) => `${name} ${value === "" ? '""' : value}`)
  .join(", ");

/** Redis starts below a shell that ends it when its input closes, as it does however the benchmark ends. */
const GUARDED = `"$@" </dev/null >/dev/null 2>&1 & echo $!; read -r _; kill -9 $! 2>/dev/null; wait`;

/** Why peers that need Redis cannot take part, or null. */
export function whyNoRedis(): string | null {
  const { error } = spawnSync(PROGRAM, ["--version"], { stdio: "ignore" });
  return error === undefined ? null : `${PROGRAM} is not on PATH`;
}

/** The version of the Redis that takes part, or null where there is none. */
export function redisVersion(): string | null {
  const { stdout, error } = spawnSync(PROGRAM, ["--version"], { encoding: "utf8" });
  return error === undefined ? (/v=(\S+)/.exec(stdout)?.[1] ?? null) : null;
}

/** A Redis of the benchmark's own on a free port of the loopback, with its data in a folder of its own. */
export class BenchRedis {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  readonly #client: Redis;
  #guard: ChildProcess | null = null;
  #pid = 0;

  private constructor(port: number, folder: string) {
    this.url = `redis://127.0.0.1:${port}`;
    this.#port = port;
    this.#folder = folder;
    this.#client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => READY_ASK_MS });
    // While it is down its absence is no news.
    this.#client.on("error", () => undefined);
  }

  /** @throws Error where it does not answer in time */
  static async start(folder: string): Promise<BenchRedis> {
    await mkdir(folder, { recursive: true });
    const redis = new BenchRedis(await freePort(null), folder);
    await redis.restart();
    return redis;
  }

  get pid(): number {
    return this.#pid;
  }

  /** For what the benchmark itself asks: how long lines are, and to clear them. */
  get client(): Redis {
    return this.#client;
  }

  /** Starts it on the data that its folder holds. */
  async restart(): Promise<void> {
    const settings = {
      ...PERSISTENCE,
      port: `${this.#port}`,
      bind: "127.0.0.1",
      dir: this.#folder,
      "maxmemory-policy": "noeviction",
      // Its file is never rewritten, which would disturb whoever is being measured.
      "auto-aof-rewrite-percentage": "0",
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const guard = spawn("sh", ["-c", GUARDED, "sh", PROGRAM, ...args], { stdio: ["pipe", "pipe", "ignore"] });
    this.#guard = guard;
    const [line] = (await once(createInterface(guard.stdout), "line")) as [string];
    this.#pid = Number(line);
    await this.#ready();
  }

  /** kill -9 */
  async kill(): Promise<void> {
    process.kill(this.#pid, "SIGKILL");
    await this.#endGuard();
  }

  async stop(): Promise<void> {
    this.#client.disconnect();
    await this.#endGuard();
  }

  async #endGuard(): Promise<void> {
    const guard = this.#guard;
    this.#guard = null;
    if (guard === null) return;
    const gone = once(guard, "exit");
    guard.stdin?.end();
    await gone;
  }

  async #ready(): Promise<void> {
    const deadlineMs = performance.now() + READY_MS_MAX;
    while (performance.now() < deadlineMs) {
      const answer = await this.#client.ping().catch(() => null);
      if (answer === "PONG") return;
      await sleep(READY_ASK_MS);
    }
    throw new Error(`${PROGRAM} did not answer within ${READY_MS_MAX} ms`);
  }
}
