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

/**
 * Takes a folder, made where it is missing, for this process alone. The kernel holds the lock (SQLite's file lock on `<folder>/lock`)
 * and lets go of it when the process ends in whatever way, so it is never stale.
 * @throws FolderInUse where another process, or another caller in this one, has it.
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true });
  const pidFile = join(folder, "lock.pid");
  const lock = new DatabaseSync(join(folder, "lock"), { timeout: 0 });
  try {
    lock.exec("pragma journal_mode = memory; begin exclusive");
  } catch (error) {
    lock.close();
    if (!/locked/.test(String(error))) throw error;
    throw new FolderInUse(folder, readPid(pidFile));
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return { release: () => lock.close() };
}

function readPid(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
    return Number.isSafeInteger(pid) ? pid : null;
  } catch {
    return null;
  }
}
