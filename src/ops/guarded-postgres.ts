import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ClusterPlace } from "./postgres-cluster.ts";
import { POSTGRES_ENV } from "./postgres-user.ts";

/**
 * Runs the server as its child and stops it when standard input ends, which the kernel does when the process that
 * holds the other end dies in whatever way. First the gentle stop, under which the sessions of draining processes
 * still finish; after `$1` seconds the fast one; at last the immediate one.
 */
const GUARD = `
trap '' INT TERM HUP
grace=$1; shift
exec 3<&0
"$@" 3<&- </dev/null >&2 &
server=$!
echo "$server"
ended_within() {
  left=$1
  while kill -0 "$server" 2>/dev/null; do
    [ "$left" -gt 0 ] || return 1
    left=$((left - 1)); sleep 1
  done
}
(
  read -r _ <&3
  [ "$grace" -eq 0 ] || kill -TERM "$server"
  ended_within "$grace" || kill -INT "$server"
  ended_within 20 || kill -QUIT "$server"
) >/dev/null &
watcher=$!
exec >&2
wait "$server"; code=$?
kill -9 "$watcher"
exit "$code"
`;

export interface GuardedPostgres {
  /** The server's own process; the guard is its parent. */
  readonly pid: number;
  /** Resolves with the exit code when the guard is gone, which it is after the server. */
  readonly exited: Promise<number | null>;
}

/**
 * Starts the server in a process group of its own, so that Ctrl-C in a terminal does not reach it before those that
 * use it have finished. It may not be ready when this returns.
 */
export async function startGuarded(
  place: ClusterPlace,
  options: {
    readonly port: number;
    readonly logFile: string;
    readonly settings: Readonly<Record<string, string>>;
    readonly orphanGraceS: number;
  },
): Promise<GuardedPostgres> {
  const settings = { ...options.settings, port: `${options.port}` };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = [join(place.native, "bin", "postgres"), "-D", place.cluster, ...flags];
  const log = openSync(options.logFile, "a", 0o600);
  const guard = spawn("/bin/sh", ["-c", GUARD, "evently-postgres", `${options.orphanGraceS}`, ...command], {
    ...(place.user ?? {}),
    cwd: "/",
    env: POSTGRES_ENV,
    detached: true,
    stdio: ["pipe", "pipe", log],
  });
  closeSync(log);
  const exited = new Promise<number | null>((resolve) => guard.once("exit", resolve));
  return { pid: await firstNumber(guard), exited };
}

function firstNumber(guard: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    guard.once("error", reject);
    guard.once("exit", () => reject(new Error("the guard of PostgreSQL ended before it started the server")));
    createInterface({ input: guard.stdout! }).once("line", (line) => resolve(Number(line)));
  });
}
