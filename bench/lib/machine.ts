import { execFileSync } from "node:child_process";
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import type { Queryable } from "../../src/store/database.ts";
import { redisVersion } from "./redis-server.ts";
import { median } from "./statistics.ts";

/** The machine that a run was made on. */
export interface Machine {
  readonly cpu_model: string;
  readonly cores: number;
  readonly memory_gib: number;
  readonly os: string;
  /** How long the disk of the database takes to make 8 KiB durable, in microseconds: the median of many. */
  readonly fsync_us: number;
}

export interface Versions {
  readonly node: string;
  readonly postgresql: string;
  readonly "pg-boss": string;
  readonly bullmq: string;
  readonly "graphile-worker": string;
  /** null where there is none. */
  readonly redis: string | null;
  readonly autocannon: string;
  /** The commit that was measured; with "+" where the working tree differs from it; null outside of git. */
  readonly git_commit: string | null;
}

const SYNCS = 50;
const BLOCK = Buffer.alloc(8_192, 1);

/** Describes this machine; `folder` is on the disk that the database uses. */
export function describeMachine(folder: string): Machine {
  return {
    cpu_model: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memory_gib: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release()}`,
    fsync_us: fsyncUs(folder),
  };
}

function fsyncUs(folder: string): number {
  const path = join(folder, "fsync-probe");
  const file = openSync(path, "w");
  const took: number[] = [];
  for (let at = 0; at < SYNCS; at += 1) {
    writeSync(file, BLOCK, 0, BLOCK.length, at * BLOCK.length);
    const startedMs = performance.now();
    fdatasyncSync(file);
    took.push((performance.now() - startedMs) * 1_000);
  }
  closeSync(file);
  rmSync(path);
  return Math.round(median(took));
}

/** The versions of what takes part. */
export async function describeVersions(db: Queryable): Promise<Versions> {
  const { rows } = await db.query<{ server_version: string }>("show server_version");
  return {
    node: process.versions.node,
    postgresql: rows[0]?.server_version ?? "unknown",
    "pg-boss": packageVersion("pg-boss"),
    bullmq: packageVersion("bullmq"),
    "graphile-worker": packageVersion("graphile-worker"),
    redis: redisVersion(),
    autocannon: packageVersion("autocannon"),
    git_commit: gitCommit(),
  };
}

function packageVersion(name: string): string {
  const path = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}

function gitCommit(): string | null {
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: new URL("../../", import.meta.url),
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  try {
    const commit = git("rev-parse", "--short=12", "HEAD");
    return git("status", "--porcelain", "--untracked-files=no") === "" ? commit : `${commit}+`;
  } catch {
    return null;
  }
}

const SHOWN_SETTINGS = [
  "synchronous_commit",
  "fsync",
  "full_page_writes",
  "wal_compression",
  "shared_buffers",
  "max_wal_size",
];

/** The settings of PostgreSQL that such figures depend on most. */
export async function describeSettings(db: Queryable): Promise<Record<string, string>> {
  const { rows } = await db.query<{ name: string; value: string }>(
    "select name, current_setting(name) as value from pg_settings where name = any($1)",
    [SHOWN_SETTINGS],
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
