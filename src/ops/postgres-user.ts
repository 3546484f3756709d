import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";

/** The account that PostgreSQL runs under where this process is root, which PostgreSQL itself refuses to be. */
export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

const UNPRIVILEGED_NAMES = process.platform === "darwin" ? ["_postgres", "nobody"] : ["nobody", "postgres"];

/** Environment of every PostgreSQL program: no PG* variable or secret of the caller has a say in it. */
export const POSTGRES_ENV = {
  PATH: "/usr/bin:/bin:/usr/sbin:/sbin",
  LC_ALL: "C",
  TZ: "UTC",
  // A statement with hundreds of rows takes a few megabytes. glibc gives them back at its end and gets them anew, page by
  // page cleared by the kernel, for the next: with these it keeps up to 16 MB a session.
  MALLOC_MMAP_THRESHOLD_: "8388608",
  MALLOC_TRIM_THRESHOLD_: "16777216",
} as const;

/**
 * The account to run PostgreSQL under, or null where this process is an ordinary user and needs no other.
 * The owner of an existing data folder is kept, since PostgreSQL serves a folder to its owner only.
 */
export function postgresUser(dataFolder: string): PostgresUser | null {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(dataFolder, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of UNPRIVILEGED_NAMES) {
    const uid = idOf(name, "-u");
    const gid = idOf(name, "-g");
    if (uid !== null && gid !== null && uid > 0) return { uid, gid };
  }
  throw new Error(
    `PostgreSQL does not run as root and there is no account ${UNPRIVILEGED_NAMES.join(" or ")} to run it under; ` +
      "set DATABASE_URL or start as an ordinary user",
  );
}

function idOf(name: string, flag: "-u" | "-g"): number | null {
  const found = spawnSync("id", [flag, name], { encoding: "utf8", env: POSTGRES_ENV });
  const id = Number.parseInt(found.stdout ?? "", 10);
  return found.status === 0 && Number.isSafeInteger(id) && id < 2 ** 31 ? id : null;
}

/** Whether a program runs and succeeds under that account; asking the kernel covers every way it may be refused. */
export function succeedsAs(user: PostgresUser | null, program: string, args: readonly string[]): boolean {
  const run = spawnSync(program, args, { ...(user ?? {}), cwd: "/", env: POSTGRES_ENV, stdio: "ignore" });
  return run.status === 0;
}
