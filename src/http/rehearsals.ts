import type { RehearsalJob } from "../rehearsal/job.ts";

/** A rehearsal as it is kept. Times are Unix milliseconds. */
export interface RehearsalView {
  readonly id: string;
  readonly eventId: string;
  readonly askedBy: string;
  readonly state: "running" | "done" | "failed";
  /** What was asked for. */
  readonly asked: Readonly<Record<string, unknown>>;
  /** The share that is done, 0 … 1. */
  readonly progress: number;
  /** A `RehearsalResult`; null before it is done, and in lists. */
  readonly result: unknown;
  /** Why there is none. */
  readonly failure: string | null;
  readonly askedAt: number;
  readonly endedAt: number | null;
}

/** Rehearsals of sales: made apart, kept for a while. */
export interface Rehearsals {
  start(rehearsal: {
    readonly id: string;
    readonly askedBy: string;
    readonly asked: Readonly<Record<string, unknown>>;
    readonly job: Omit<RehearsalJob, "cpuMsMax">;
  }): Promise<
    | { readonly type: "started" }
    /** The same person's other one. */
    | { readonly type: "running"; readonly id: string; readonly eventId: string }
    /** As many are under way here as may be. */
    | { readonly type: "busy" }
  >;
  byId(eventId: string, id: string): Promise<RehearsalView | null>;
  /** Newest first. */
  list(page: {
    readonly eventId: string;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly rehearsals: readonly RehearsalView[]; readonly total: number }>;
}
