import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { chown, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { POSTGRES_ENV, type PostgresUser } from "./postgres-user.ts";

/** Name of the superuser and of the database of an embedded PostgreSQL. */
export const DATABASE_NAME = "evently";
const MAJOR_VERSION = "18";

export interface ClusterPlace {
  /** The `native` folder of the binaries. */
  readonly native: string;
  readonly cluster: string;
  readonly user: PostgresUser | null;
}

/**
 * Makes sure that the cluster exists and that the password in `passwordFile` opens it; returns that password.
 * A cluster is made under another name and renamed when it is complete, so one that was interrupted is made anew.
 * @throws Error where the folder holds something else, or data of another major version.
 */
export async function ensureCluster(
  place: ClusterPlace,
  options: { readonly passwordFile: string; readonly durable: boolean },
): Promise<string> {
  const known = await readFile(options.passwordFile, "utf8").catch(() => null);
  const password = known?.trim() || randomBytes(24).toString("base64url");
  const exists = checkExisting(place.cluster);
  await rm(stagingOf(place), { recursive: true, force: true });
  if (!known?.trim()) await writeSecret(options.passwordFile, `${password}\n`);
  if (!exists) await createCluster(place, password, options.durable);
  else if (!known?.trim()) await setPassword(place, password);
  return password;
}

function stagingOf(place: ClusterPlace): string {
  return `${place.cluster}.new`;
}

function checkExisting(cluster: string): boolean {
  if (!existsSync(cluster)) return false;
  const versionFile = join(cluster, "PG_VERSION");
  if (!existsSync(versionFile)) throw new Error(`${cluster} is not a PostgreSQL data folder; move it away`);
  const version = readFileSync(versionFile, "utf8").trim();
  if (version === MAJOR_VERSION) return true;
  throw new Error(`${cluster} was written by PostgreSQL ${version}; this is PostgreSQL ${MAJOR_VERSION}`);
}

async function createCluster(place: ClusterPlace, password: string, durable: boolean): Promise<void> {
  const staging = stagingOf(place);
  const passwordFile = join(staging, "password");
  const cluster = join(staging, "data");
  await mkdir(staging, { mode: 0o700 });
  await writeSecret(passwordFile, `${password}\n`);
  if (place.user !== null) {
    for (const path of [staging, passwordFile]) await chown(path, place.user.uid, place.user.gid);
  }
  const flags = ["--username", DATABASE_NAME, "--auth", "scram-sha-256", "--pwfile", passwordFile];
  const locale = [
    "--encoding",
    "UTF8",
    "--locale",
    "C",
    "--locale-provider",
    "builtin",
    "--builtin-locale",
    "C.UTF-8",
  ];
  const sync = durable ? [] : ["--no-sync"];
  await runProgram(place, "initdb", ["-D", cluster, ...flags, ...locale, ...sync]);
  await singleUser({ ...place, cluster }, `create database ${DATABASE_NAME}`);
  await rename(cluster, place.cluster);
  await syncFolder(dirname(place.cluster));
  await rm(staging, { recursive: true, force: true });
}

/** The file with the password was lost: whoever owns the data may set a new one without the old. */
function setPassword(place: ClusterPlace, password: string): Promise<void> {
  return singleUser(place, `alter role ${DATABASE_NAME} password '${password}'`);
}

function singleUser(place: ClusterPlace, statement: string): Promise<void> {
  return runProgram(place, "postgres", ["--single", "-D", place.cluster, "postgres"], `${statement}\n`);
}

/** Runs one of the PostgreSQL programs to its end. @throws Error with what it printed where it failed. */
function runProgram(place: ClusterPlace, name: string, args: readonly string[], input = ""): Promise<void> {
  return new Promise((resolve, reject) => {
    const program = spawn(join(place.native, "bin", name), args, {
      ...(place.user ?? {}),
      cwd: "/",
      env: POSTGRES_ENV,
    });
    let printed = "";
    for (const stream of [program.stdout, program.stderr]) stream.on("data", (text) => (printed += text));
    program.on("error", reject);
    program.on("close", (code) => {
      // A failed statement in single-user mode is an ERROR line, not an exit code.
      if (code === 0 && !/^.*\b(ERROR|FATAL|PANIC): /m.test(printed)) resolve();
      else reject(new Error(`${name} failed (${code}): ${printed.trim().slice(-2_000)}`));
    });
    program.stdin.on("error", () => {});
    program.stdin.end(input);
  });
}

async function writeSecret(path: string, text: string): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, text, { mode: 0o600, flag: "wx" });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}
