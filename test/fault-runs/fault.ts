import type { SeededDice } from "../../bench/lib/random.ts";
import type { HistoryWriter } from "./history/history-writer.ts";
import type { System } from "./system/system.ts";
import type { SystemWish } from "./system/wish.ts";
import type { WorkloadWish } from "./workload/wish.ts";
import type { Workload } from "./workload/workload.ts";

/** The faults of the list, by its numbers; NET: the network between two processes. */
export const FAULT_IDS = [
  ...["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"],
  ...["F13", "F14", "F15", "F16", "F17", "F18", "F19", "F20", "F21", "F22", "F23", "F24", "NET"],
] as const;
export type FaultId = (typeof FAULT_IDS)[number];

/** One fault and the places or ways in which it strikes. A run is one of its points with one seed. */
export interface Fault {
  readonly id: FaultId;
  /** What happens, in a few words. */
  readonly title: string;
  /** At least one; short names without spaces, unique within the fault. */
  readonly points: readonly string[];
  /** Points that the quick form covers; none: only the long one does. */
  readonly quickPoints: readonly string[];
  /** Takes longer than CI has: it is not in the quick form of all faults, only where it is named. */
  readonly isLong?: true;
  /** Why this machine does not allow a point, in a sentence, or null. Asked once per point, before any run. */
  readonly needs?: (point: string) => Promise<string | null>;
  /** The system and the workload it strikes. */
  readonly stage: (point: string, isQuick: boolean) => { system: SystemWish; workload: WorkloadWish };
  /**
   * Strikes while the workload is under way, and heals what it broke. Resolves when the system is whole again:
   * the runner then lets the workload come to its end, waits until everything is decided, and calls the checker.
   * @throws where the fault could not be brought about at all; what it finds wrong goes to `run.violation`.
   */
  readonly inject: (run: FaultRun, point: string) => Promise<void>;
  /** Looks again when all is at rest and the checker is done, for what only then can be judged. */
  readonly afterwards?: (run: FaultRun, point: string) => Promise<void>;
  /**
   * Longest time from `run.recoveryBegins` to the first confirmed booking asked for after it, or of `run.recoveryTook`, ms;
   * null: unbounded.
   */
  readonly recoveryMsMax?: (point: string) => number | null;
  /** Longest time from the end of the workload until everything is decided, ms; `REST_MS_MAX` where it says nothing. */
  readonly restMsMax?: number;
  /** Longest time of a run from its clients' first request to the verdict, ms; `RUN_MS_MAX` where it says nothing. */
  readonly runMsMax?: number;
}

/** What a fault has in hand during its run. */
export interface FaultRun {
  readonly seed: number;
  readonly dice: SeededDice;
  readonly isQuick: boolean;
  readonly system: System;
  /** Its clients are at work since before `inject`. */
  readonly workload: Workload;
  readonly history: HistoryWriter;
  /** The fault has struck, so many times. A run in which it never did fails. */
  fired(details: string, times?: number): void;
  /** What was broken is whole again. */
  healed(details: string): void;
  /** From this moment on others have to go on. The last call counts; without one, recovery is not measured. */
  recoveryBegins(): void;
  /** The fault has seen itself how long others took, ms. The longest counts, in place of what clients saw. */
  recoveryTook(ms: number): void;
  /** The fault's own bounds, such as the time of a takeover: something was not as it has to be. */
  violation(says: string): void;
  /** Stands in the report of the run: figures, what was seen. */
  remark(text: string): void;
  /** The checker expects this command to be set aside as failed: the fault planted it. */
  poisoned(commandId: string): void;
  /** Metrics may be behind what was committed, and why, such as connections that were cut at COMMIT. */
  countersMayLag(reason: string): void;
}

/** `id/point`, as `--fault` takes it. */
export function nameOf(fault: Pick<Fault, "id">, point: string): string {
  return `${fault.id}/${point}`;
}
