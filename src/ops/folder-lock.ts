import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The folder belongs to another running process; `pid` is null where it could not be read. */
export class FolderInUse extends Error {
  override readonly name = "FolderInUse";
  readonly pid: number | null;

  constructor(folder: string, pid: number | null) {
    super(`Evently is already running on ${folder}${pid === null ? "" : ` (pid ${pid})`}; stop it first`);
    this.pid = pid;
  }
}

export interface FolderLock {
  release(): void;
}

/** A handle that nobody refers to is collected, and its lock with it. */
const held = new Set<DatabaseSync>();

/** Enough for the kernel to clear away a process that was killed. */
export const LOCK_WAIT_MS_MAX = 500;

/**
 * Takes a folder, made where it is missing, for this process alone. The kernel holds the lock (SQLite's file lock on `<folder>/lock`)
 * and lets go of it when the process ends in whatever way, so it is never stale. A process that is just being killed
 * has it a moment longer: `waitMsMax` is how long to wait for that, during which this process does nothing else.
 * @throws FolderInUse where another process, or another caller in this one, has it.
 */
export function lockFolder(folder: string, waitMsMax = 0): FolderLock {
  mkdirSync(folder, { recursive: true });
  const pidFile = join(folder, "lock.pid");
  const lock = new DatabaseSync(join(folder, "lock"), { timeout: waitMsMax });
  try {
    lock.exec("pragma journal_mode = memory; begin exclusive");
    writeFileSync(pidFile, `${process.pid}\n`);
  } catch (error) {
    lock.close();
    if (/locked/.test(String(error))) throw new FolderInUse(folder, readPid(pidFile));
    throw new Error(`cannot use ${folder}: ${(error as Error).message}; does it belong to another account?`);
  }
  held.add(lock);
  return {
    release: () => {
      if (held.delete(lock)) lock.close();
    },
  };
}

function readPid(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
    return Number.isSafeInteger(pid) ? pid : null;
  } catch {
    return null;
  }
}
