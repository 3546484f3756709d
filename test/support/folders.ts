import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A new folder under the system's temporary one that any account may enter, or only this one. */
export function makeFolder(mode: 0o755 | 0o700 = 0o755): string {
  const folder = mkdtempSync(join(tmpdir(), "evently-ops-"));
  chmodSync(folder, mode);
  return folder;
}

/** Removes a folder, and the data of an embedded PostgreSQL of `dataDir` that lies outside. */
export function removeFolder(folder: string, dataDir = folder): void {
  const data = join(dataDir, "postgres");
  if (existsSync(data)) rmSync(dirname(realpathSync(data)), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}
