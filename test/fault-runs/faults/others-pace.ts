import { readFileSync } from "node:fs";
import type { FaultRun } from "../fault.ts";
import type { RoleProcess } from "../system/role-process.ts";

const CLIENT = 2_000;
const SAMPLES = 60;
/** Every so many looks at an event somebody books. */
const BOOKS_EVERY = 4;
/** What everybody else notices: at most twice the time, and never less than this is told apart on a busy machine. */
const SLOWDOWN_MAX = 2;
const NOISE_MS = 5;
const LOOKS_MAX = 4;
const PAGE_BYTES = 4_096;
const MIB = 1_048_576;
/** What the young and the old part of a heap may grow by until they are tidied: attackers send many times as much. */
const GROWTH_BYTES_MAX = 192 * MIB;

/**
 * Holds how long others wait during an attack against how long they wait without it. What the machine does besides can
 * only make it look worse: one of several looks has to be good.
 */
export class OthersPace {
  readonly #run: FaultRun;
  #quietMs = 0;
  #bookings = 0;

  constructor(run: FaultRun) {
    this.#run = run;
  }

  /** Before the attack. */
  async lookBefore(): Promise<void> {
    await this.#medianMs();
    this.#quietMs = await this.#medianMs();
  }

  /** While it goes on. @returns the best median, milliseconds */
  async lookDuring(): Promise<number> {
    let best = Number.POSITIVE_INFINITY;
    for (let look = 0; look < LOOKS_MAX && best > limitOf(this.#quietMs); look += 1) {
      best = Math.min(best, await this.#medianMs());
    }
    return best;
  }

  /** After it. @param duringMs of `lookDuring` */
  async judge(duringMs: number): Promise<void> {
    const quietMs = Math.max(this.#quietMs, await this.#medianMs());
    const figures = `others waited ${duringMs.toFixed(1)} ms, and ${quietMs.toFixed(1)} ms without`;
    this.#run.remark(figures);
    if (duringMs > limitOf(quietMs)) this.#run.violation(`${figures}: more than ${SLOWDOWN_MAX} times`);
  }

  /** How long somebody waits in the middle who reads an event and books. */
  async #medianMs(): Promise<number> {
    const { workload, seed } = this.#run;
    const { plain } = workload.hall;
    const user = workload.people[0]?.userId ?? "";
    const times: number[] = [];
    for (let at = 0; at < SAMPLES; at += 1) {
      this.#bookings += 1;
      const key = `pace-${seed}-${this.#bookings}`;
      const op =
        at % BOOKS_EVERY === 0
          ? ({ type: "probe", event: plain.id, user, key, quantity: 1 } as const)
          : ({ type: "read", event: plain.id } as const);
      const began = performance.now();
      const { type, status, code } = await workload.requester.send(CLIENT, op);
      times.push(performance.now() - began);
      if (type !== "ok") this.#run.violation(`somebody else was answered ${status} ${code}`);
    }
    return times.sort((a, b) => a - b)[SAMPLES >> 1] as number;
  }
}

function limitOf(quietMs: number): number {
  return Math.max(SLOWDOWN_MAX * quietMs, quietMs + NOISE_MS);
}

/** What a process has in memory, bytes. See proc_pid_statm(5). */
export function residentBytes({ pid }: Pick<RoleProcess, "pid">): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  return pages * PAGE_BYTES;
}

/** @param before of `residentBytes`, before the attack */
export function judgeMemory(run: FaultRun, process: Pick<RoleProcess, "pid">, before: number): void {
  const grownBytes = residentBytes(process) - before;
  const says = `memory grew by ${Math.round(grownBytes / MIB)} MB`;
  run.remark(says);
  if (grownBytes > GROWTH_BYTES_MAX) run.violation(says);
}
