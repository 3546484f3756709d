import { spawn } from "node:child_process";

/**
 * Outlives the process that started it: standard input brings lines with the process groups of the moment, and its
 * end means that the other end is gone. Groups that have not ended `$1` seconds later are killed.
 */
const REAPER = `
trap '' INT TERM HUP
left=$1
groups=
while read -r line; do groups=$line; done
while [ -n "$groups" ] && [ "$left" -gt 0 ]; do
  alive=
  for group in $groups; do
    kill -s 0 -- "-$group" 2>/dev/null && alive="$alive $group"
  done
  groups=$alive
  left=$((left - 1))
  [ -z "$groups" ] || sleep 1
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
`;

export interface Reaper {
  /** Replaces the list of process groups to end when this process is gone. */
  watch(groups: readonly number[]): void;
  /** Nothing is left to watch: the reaper goes. */
  dismiss(): void;
}

/**
 * Makes sure that child processes end after this process was killed. They do so by themselves when they notice; the
 * reaper ends those that cannot, because they are stopped or stuck.
 */
export function startReaper(graceMs: number): Reaper {
  const reaper = spawn("/bin/sh", ["-c", REAPER, "evently-reaper", `${Math.ceil(graceMs / 1_000)}`], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without a reaper the rest works as before.
  reaper.on("error", () => {});
  reaper.stdin.on("error", () => {});
  return {
    watch: (groups) => void reaper.stdin.write(`${groups.join(" ")}\n`),
    dismiss: () => void reaper.stdin.end("\n"),
  };
}
