import { readFileSync } from "node:fs";
import { descendantsOf } from "./cpu.ts";

const KIB_PER_MIB = 1_024;

/** Memory of some processes in MiB, by name; null where there is no /proc. */
export interface MemoryReading {
  readonly api: number;
  readonly worker: number;
  readonly effects: number;
  /** What its processes have for themselves: shared buffers are not among it, which only fill up once. */
  readonly postgresql: number;
}

/** Reads the resident memory of the product's processes, and the private memory of PostgreSQL's. */
export function readMemory(pids: {
  readonly api: number;
  readonly worker: number;
  readonly effects: number;
  readonly postgresql: number;
}): MemoryReading | null {
  if (process.platform !== "linux") return null;
  const postgresql = [pids.postgresql, ...descendantsOf(pids.postgresql)];
  return {
    api: residentMib(pids.api),
    worker: residentMib(pids.worker),
    effects: residentMib(pids.effects),
    postgresql: postgresql.reduce((sum, pid) => sum + kib(pid, "RssAnon"), 0) / KIB_PER_MIB,
  };
}

function residentMib(pid: number): number {
  return kib(pid, "VmRSS") / KIB_PER_MIB;
}

/** A line of /proc/<pid>/status; 0 for a process that is gone. */
function kib(pid: number, name: "VmRSS" | "RssAnon"): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
