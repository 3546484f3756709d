import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeFolder, removeFolder } from "../../support/folders.ts";

const ROOT = join(import.meta.dirname, "../../..");
const MIGRATIONS = "migrations";
const TAR_BYTES_MAX = 1_073_741_824;

/** A version of the product in a folder of its own. */
export interface OlderVersion {
  readonly folder: string;
  readonly commit: string;
  /** The migrations that it does not know. */
  readonly unknown: readonly string[];
}

/** Why there is no older version to be had here; else what `unpackOlderVersion` takes. */
export function findOlderVersion(): { readonly reason: string } | Omit<OlderVersion, "folder"> {
  try {
    const here = readdirSync(join(ROOT, MIGRATIONS)).sort();
    const newest = here.at(-1) ?? "";
    // One that is not committed yet is unknown to the last commit; else the commit that brought it has a parent.
    const brought = git("log", "--diff-filter=A", "--format=%H", "-1", "--", `${MIGRATIONS}/${newest}`);
    const commit = git("rev-parse", "--verify", brought === "" ? "HEAD" : `${brought}~1`);
    const known = new Set(git("ls-tree", "--name-only", `${commit}:${MIGRATIONS}`).split("\n"));
    return { commit, unknown: here.filter((name) => !known.has(name)) };
  } catch (error) {
    return { reason: `there is no git history with an older version: ${String(error).split("\n")[0]}` };
  }
}

/** Unpacks it under the temporary folder, with today's packages, and removes it when this process ends. */
export function unpackOlderVersion(version: Omit<OlderVersion, "folder">): OlderVersion {
  const folder = folderFor(version.commit);
  process.once("exit", () => removeFolder(folder));
  const options = { cwd: ROOT, maxBuffer: TAR_BYTES_MAX };
  const tar = execFileSync("git", ["archive", "--format=tar", version.commit], options);
  execFileSync("tar", ["-x", "-C", folder], { input: tar });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return { ...version, folder };
}

/** The same for the same commit, so that its modules are compiled once; another where somebody else is at work there. */
function folderFor(commit: string): string {
  const folder = join(tmpdir(), `evently-older-${commit}`);
  try {
    mkdirSync(folder);
    return folder;
  } catch {
    return makeFolder();
  }
}

/** Brings a database to the schema of a version, with that version's own program. @throws with what it printed */
export async function migrateAs(folder: string, databaseUrl: string): Promise<void> {
  const program = spawn(process.execPath, ["src/migrate.ts"], {
    cwd: folder,
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl, LOG_LEVEL: "warn" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [program.stdout, program.stderr]) stream.on("data", (text) => (printed += text));
  const [code] = (await once(program, "close")) as [number | null];
  if (code !== 0) throw new Error(`the migration of ${folder} ended with ${code}:\n${printed}`);
}

/** The same for today's version. */
export function migrateToToday(databaseUrl: string): Promise<void> {
  return migrateAs(ROOT, databaseUrl);
}

function git(...args: readonly string[]): string {
  return execFileSync("git", [...args], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}
