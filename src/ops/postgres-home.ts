import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readlinkSync } from "node:fs";
import { chmod, mkdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { POSTGRES_ENV, type PostgresUser, postgresUser, succeedsAs } from "./postgres-user.ts";

const SHARED_PLACE = "/var/lib/evently";

/** Where PostgreSQL keeps its files, and as whom it runs. */
export interface PostgresHome {
  /** The folder around the cluster: `dataDir` itself, or a place outside that the account can reach. */
  readonly home: string;
  readonly cluster: string;
  readonly user: PostgresUser | null;
}

/**
 * Finds or prepares the place of the cluster of `dataDir`. As root PostgreSQL runs under another account; where that
 * account cannot reach `dataDir` (a project below a folder such as /root), the cluster lives in
 * /var/lib/evently/<hash of the path> and `dataDir/postgres` is a link to it. What is already there moves along.
 */
export async function postgresHome(dataDir: string): Promise<PostgresHome> {
  const folder = resolve(dataDir);
  await mkdir(folder, { recursive: true });
  const link = join(folder, "postgres");
  const elsewhere = linkTarget(link);
  if (elsewhere !== null) return shared(dirname(elsewhere), postgresUser(elsewhere));
  const user = postgresUser(link);
  if (user === null || succeedsAs(user, "/bin/sh", ["-c", 'test -x "$1"', "sh", folder])) {
    return { home: folder, cluster: link, user };
  }
  const home = join(SHARED_PLACE, createHash("sha256").update(folder).digest("hex").slice(0, 12));
  const moved = await shared(home, user);
  await moveAndLink(link, moved.cluster);
  return moved;
}

function linkTarget(path: string): string | null {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()
    ? resolve(dirname(path), readlinkSync(path))
    : null;
}

async function shared(home: string, user: PostgresUser | null): Promise<PostgresHome> {
  await mkdir(home, { recursive: true });
  // The mode given to mkdir would be narrowed by a strict umask.
  if (user !== null) for (const folder of [dirname(home), home]) await chmod(folder, 0o755);
  return { home, cluster: join(home, "postgres"), user };
}

async function moveAndLink(from: string, to: string): Promise<void> {
  if (lstatSync(from, { throwIfNoEntry: false }) !== undefined) {
    await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EXDEV") throw error;
      await moveAcrossDevices(from, to);
    });
  }
  await symlink(to, from);
}

async function moveAcrossDevices(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  await rm(partial, { recursive: true, force: true });
  // Node's own copy would leave everything to root.
  execFileSync("cp", ["-a", from, partial], { env: POSTGRES_ENV });
  await rename(partial, to);
  await rm(from, { recursive: true });
}
