import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { median } from "./statistics.ts";

/** Processor time in seconds that each part has used since it started. */
export type CpuReading = Readonly<Record<string, number>>;

/** USER_HZ: the unit of /proc/<pid>/stat, 100 on every Linux that Node runs on. */
const TICKS_PER_S = 100;

/** What all processes of the machine together have used: the first line of /proc/stat without idle and I/O wait. */
function machineSeconds(): number {
  const fields = readFileSync("/proc/stat", "utf8").split("\n")[0]!.trim().split(/\s+/).slice(1).map(Number);
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0] = fields;
  return (user + nice + system + interrupts + softInterrupts) / TICKS_PER_S;
}

/**
 * Reads what some processes have used until now, user and system time.
 * @param parts process ids by part; a part with `children` counts the process's descendants too, gone ones included
 * @returns also `machine`, for everything that runs on it; null where there is no /proc
 */
export function readCpu(
  parts: Readonly<Record<string, { readonly pids: readonly number[]; readonly children: boolean }>>,
): CpuReading | null {
  if (process.platform !== "linux") return null;
  const childrenOf = Object.values(parts).some((part) => part.children) ? childProcesses() : new Map();
  const read = Object.fromEntries(
    Object.entries(parts).map(([name, { pids, children }]) => {
      const own = pids.reduce((sum, pid) => sum + secondsOf(pid, children), 0);
      const below = children ? pids.flatMap((pid) => childrenOf.get(pid) ?? []) : [];
      return [name, own + below.reduce((sum: number, pid: number) => sum + secondsOf(pid, false), 0)];
    }),
  );
  return { ...read, machine: machineSeconds() };
}

/**
 * Shares (0 to 1) of all the machine's processor time between two readings `elapsedMs` apart. What ran on the machine
 * besides the parts is `other`: where it is large, somebody else was at work and the figures are too low.
 */
export function cpuShares(
  from: CpuReading | null,
  to: CpuReading | null,
  elapsedMs: number,
): CpuReading | null {
  if (from === null || to === null) return null;
  const availableS = (elapsedMs / 1_000) * availableParallelism();
  const shareOf = (name: string) => Math.max(0, (to[name] ?? 0) - (from[name] ?? 0)) / availableS;
  const parts = Object.keys(to).filter((name) => name !== "machine");
  const other = shareOf("machine") - parts.reduce((sum, name) => sum + shareOf(name), 0);
  const shares = [
    ...parts.map((name) => [name, shareOf(name)] as const),
    ["other", Math.max(0, other)] as const,
  ];
  return Object.fromEntries(shares.map(([name, share]) => [name, Number(share.toFixed(3))]));
}

/** utime, stime and, for those that are gone and were waited for, cutime and cstime: fields 14 to 17 of proc(5). */
function secondsOf(pid: number, goneChildren: boolean): number {
  const fields = statOf(pid);
  if (fields === null) return 0;
  const ticks = fields.slice(11, goneChildren ? 15 : 13).reduce((sum, field) => sum + Number(field), 0);
  return ticks / TICKS_PER_S;
}

function childProcesses(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    const parent = Number.isInteger(pid) ? Number(statOf(pid)?.[1]) : Number.NaN;
    if (Number.isNaN(parent)) continue;
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

/** The children of a process, its children's children and so on. */
export function descendantsOf(pid: number): number[] {
  const childrenOf = childProcesses();
  const below = (parent: number): number[] =>
    (childrenOf.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

/** proc(5), `stat`: the fields after the program's name, which stands in brackets and may contain anything; null where there is none. */
export function statOf(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

/** Microseconds of one core by decision, by part, from shares of the whole machine. */
export function cpuPerDecision(shares: CpuReading | null, decidedPerS: number): CpuReading | null {
  if (shares === null || decidedPerS === 0) return null;
  const usPerS = availableParallelism() * 1_000_000;
  const parts = Object.entries(shares).filter(([part]) => part !== "other");
  return Object.fromEntries(parts.map(([part, share]) => [part, Math.round((share * usPerS) / decidedPerS)]));
}

/** The median of each part over several readings, null where nothing could be read. */
export function medianCpu(readings: readonly (CpuReading | null)[]): CpuReading | null {
  const present = readings.filter((reading) => reading !== null);
  const first = present[0];
  if (first === undefined) return null;
  const parts = Object.keys(first).map((part) => [
    part,
    median(present.map((reading) => reading[part] ?? 0)),
  ]);
  return Object.fromEntries(parts);
}
