import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "./log.ts";
import { POSTGRES_ENV } from "./postgres-user.ts";

/** What a running server writes of itself into its data folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number | null;
  readonly ready: boolean;
}

/** How a server is asked to stop, and how long it may take before it is asked in the next way. */
const STOP_LADDER = [
  { signal: "SIGINT", waitMsMax: 10_000 }, // sessions are ended, everything is written
  { signal: "SIGQUIT", waitMsMax: 5_000 }, // at once; the next start recovers from the log
  { signal: "SIGKILL", waitMsMax: 5_000 },
] as const;

/** Reads `postmaster.pid` of a data folder (one fact a line), or null where there is none. */
export function readPostmaster(cluster: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return null;
  }
  const pid = Number.parseInt(lines[0] ?? "", 10);
  const port = Number.parseInt(lines[3] ?? "", 10);
  if (!(pid > 1)) return null;
  return { pid, port: port > 0 ? port : null, ready: lines[7]?.trim() === "ready" };
}

/** Whether a process runs. One that ended but was not collected by its parent yet does not. */
export function isAlive(pid: number): boolean {
  return hasNumber(pid) && !isZombie(pid);
}

function hasNumber(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function isZombie(pid: number): boolean {
  try {
    // The state follows the name in brackets, which may itself contain brackets.
    return /\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Stops a server through ever harder signals until it is gone. `immediate` leaves out the orderly one. */
export async function stopPostmaster(pid: number, immediate = false): Promise<void> {
  for (const { signal, waitMsMax } of immediate ? STOP_LADDER.slice(1) : STOP_LADDER) {
    if (!trySignal(pid, signal) || (await isGone(pid, waitMsMax))) return;
  }
  throw new Error(`PostgreSQL (pid ${pid}) does not stop`);
}

/**
 * Stops the server that an earlier run left behind on this data folder. The caller holds the folder's lock, so a server
 * that runs here is nobody's.
 */
export async function stopLeftover(cluster: string, log: Log): Promise<void> {
  const left = readPostmaster(cluster);
  if (left === null) return;
  if (servesFolder(left.pid, cluster)) {
    log.warn({ postgresPid: left.pid }, "stopping the PostgreSQL that an earlier run left behind");
    await stopPostmaster(left.pid);
  }
  // The number may belong to some other program by now, which PostgreSQL would take for a running server.
  if (hasNumber(left.pid)) rmSync(join(cluster, "postmaster.pid"), { force: true });
}

/** Whether the process is a PostgreSQL at work in that folder, which is its working directory. */
function servesFolder(pid: number, cluster: string): boolean {
  try {
    if (process.platform === "linux") return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
    const listed = spawnSync("ps", ["-ww", "-o", "command=", "-p", `${pid}`], {
      encoding: "utf8",
      env: POSTGRES_ENV,
    });
    return listed.stdout.includes(cluster) && listed.stdout.includes("postgres");
  } catch {
    return false;
  }
}

function trySignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

async function isGone(pid: number, waitMsMax: number): Promise<boolean> {
  const deadline = Date.now() + waitMsMax;
  while (isAlive(pid)) {
    if (Date.now() >= deadline) return false;
    await sleep(10);
  }
  return true;
}
