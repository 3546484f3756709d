import { execFileSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder } from "../../support/folders.ts";

const TRIAL_BYTES = 1_048_576;
const PIECE_BYTES = 65_536;
const BALLAST = "ballast";
const mounted = new Set<string>();

/** Why no volume of a run's own can be had here, or null. */
export function whyNoVolume(): string | null {
  if (process.platform !== "linux") return "a small volume is mounted with Linux's tmpfs";
  if (process.getuid?.() !== 0) return "only root may mount a small volume";
  const folder = makeFolder();
  try {
    mountVolume(folder, TRIAL_BYTES);
    return null;
  } catch (error) {
    return `a small volume cannot be mounted: ${String(error).split("\n")[0]}`;
  } finally {
    unmountVolume(folder);
    removeFolder(folder);
  }
}

/** Puts a file system of so many bytes in the place of an empty folder. @throws where that is not allowed */
export function mountVolume(folder: string, bytes: number): void {
  const options = `size=${bytes},mode=0755`;
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "evently-fault-run", folder], { stdio: "pipe" });
  mounted.add(folder);
}

/** Takes it away with all that is on it, also while something still has files open there; does nothing where there is none. */
export function unmountVolume(folder: string): void {
  if (!mounted.delete(folder)) return;
  execFileSync("umount", ["--lazy", folder], { stdio: "pipe" });
}

export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/**
 * Fills a volume up to its last byte, as somebody's forgotten files would.
 * @param leaveBytes what is given back afterwards
 * @returns the bytes that are taken
 */
export function fillVolume(folder: string, leaveBytes: number): number {
  const file = openSync(join(folder, BALLAST), "a");
  const piece = Buffer.alloc(PIECE_BYTES);
  let bytes = 0;
  try {
    for (;;) bytes += writeSync(file, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    bytes = Math.max(0, bytes - leaveBytes);
    ftruncateSync(file, bytes);
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** Gives the space back. */
export function emptyVolume(folder: string): void {
  rmSync(join(folder, BALLAST), { force: true });
}
