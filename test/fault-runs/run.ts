import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SeededDice } from "../../bench/lib/random.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";
import { judgeRun } from "./checker/judge-run.ts";
import type { FaultRun } from "./fault.ts";
import { HistoryWriter } from "./history/history-writer.ts";
import type { PlannedRun } from "./plan.ts";
import { recoveryMsOf } from "./recovery.ts";
import type { RunResult } from "./run-result.ts";
import type { PostgresPark } from "./system/postgres.ts";
import { untilAtRest } from "./system/rest.ts";
import { CACHE_AGE_MS_MAX, System } from "./system/system.ts";
import { Workload } from "./workload/workload.ts";

/** How long clients may take to get an end for everything they asked, once all is whole again. */
const END_MS_MAX = 15_000;
/** I15: from the end of the workload until mailboxes, outbox and payment tasks are empty. */
const REST_MS_MAX = 10_000;
const PROBES = 2;
const PROBE_MS_MAX = 5_000;
const CATCH_UP_MS_MAX = 5_000;
/** A run that waits for what never comes ends then, and its processes with it. */
const RUN_MS_MAX = 180_000;

export interface RunOptions {
  readonly park: PostgresPark;
  readonly isQuick: boolean;
  /** The first of a series ends its processes politely, which makes later ones start sooner. */
  readonly isFirst?: boolean;
  /** Aborted when a person has had enough: the run ends where it is. */
  readonly signal: AbortSignal;
  /** Loaded by every process, such as a broken variant. */
  readonly preloads: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Notes of one run while it goes on. */
class Notes {
  fired = 0;
  healedAt: number | null = null;
  recoveryAt: number | null = null;
  recoveryMs: number | null = null;
  lagReason: string | null = null;
  readonly poison = new Set<string>();
  readonly violations: string[] = [];
  readonly remarks: string[] = [];
  readonly phasesMs: Record<string, number> = {};
  #lapAt = performance.now();

  /** The part of the run that ends now. */
  lap(phase: string): void {
    const now = performance.now();
    this.phasesMs[phase] = Math.round(now - this.#lapAt);
    this.#lapAt = now;
  }
}

/** One run from an empty database to the checker's verdict. Never throws: what went wrong is in the result. */
export async function runOnce(planned: PlannedRun, options: RunOptions): Promise<RunResult> {
  const began = performance.now();
  const { fault, point, seed } = planned;
  const folder = makeFolder();
  const history = new HistoryWriter(join(folder, "history.jsonl"));
  const notes = new Notes();
  const notJudged: string[] = [];
  let error: string | null = null;
  let system: System | null = null;
  try {
    const stage = fault.stage(point, options.isQuick);
    system = await System.open({ wish: stage.system, history, folder, ...options });
    notes.lap("start");
    notJudged.push(...(await perform(planned, { system, history, notes, options })));
  } catch (cause) {
    error = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  }
  const recoveryMs = error === null ? recoveryMsOf(history.path, notes) : null;
  judgeRecovery(planned, notes, error === null ? recoveryMs : null);
  const output = system?.output ?? "";
  await system?.close(options.isFirst).catch((cause) => {
    error ??= String(cause);
  });
  history.close();
  notes.lap("close");
  const isKept = error !== null || notes.violations.length > 0 || notes.fired === 0;
  if (isKept) writeFileSync(join(folder, "output.txt"), output);
  else removeFolder(folder);
  const { fired, violations, remarks, phasesMs } = notes;
  const elapsedMs = performance.now() - began;
  const kept = isKept ? folder : null;
  return {
    fault: fault.id,
    point,
    seed,
    fired,
    violations,
    notJudged,
    recoveryMs,
    remarks,
    error,
    elapsedMs,
    phasesMs,
    kept,
  };
}

/** What is under way, unless it takes too long or nobody wants it any more: then it is left behind, and fails on its own. */
async function within<T>(msMax: number, signal: AbortSignal, underWay: Promise<T>): Promise<T> {
  const cut = new AbortController();
  const end = async (): Promise<never> => {
    await sleep(msMax, undefined, { signal: AbortSignal.any([signal, cut.signal]) }).catch(() => undefined);
    throw new Error(signal.aborted ? "it was stopped" : `it did not come to its end within ${msMax} ms`);
  };
  try {
    return await Promise.race([underWay, end()]);
  } finally {
    cut.abort();
  }
}

function judgeRecovery({ fault, point }: PlannedRun, notes: Notes, recoveryMs: number | null): void {
  const msMax = fault.recoveryMsMax?.(point) ?? null;
  if (notes.recoveryAt === null || msMax === null || recoveryMs === null || recoveryMs <= msMax) return;
  notes.violations.push(
    `recovery took ${Number.isFinite(recoveryMs) ? `${Math.round(recoveryMs)} ms` : "for ever"}; ${msMax} ms are allowed`,
  );
}

interface Performance {
  readonly system: System;
  readonly history: HistoryWriter;
  readonly notes: Notes;
  readonly options: RunOptions;
}

/** Clients at work, the fault, healing, rest, verdict. @returns what could not be judged */
async function perform(planned: PlannedRun, performance: Performance): Promise<string[]> {
  const { system, history, options } = performance;
  const { fault, point, seed } = planned;
  const workload = await Workload.open({
    seed,
    wish: fault.stage(point, options.isQuick).workload,
    history,
    apis: () => system.apiUrls,
    db: system.db,
    jwtSecret: system.secret,
    canPay: system.effects.length > 0,
  });
  try {
    return await within(fault.runMsMax ?? RUN_MS_MAX, options.signal, play(planned, performance, workload));
  } finally {
    await workload.close();
  }
}

async function play(planned: PlannedRun, performance: Performance, workload: Workload): Promise<string[]> {
  const { system, history, notes } = performance;
  const { fault, point } = planned;
  const run = handle(planned, performance, workload);
  workload.start();
  notes.lap("open");
  await fault.inject(run, point);
  await system.heal();
  notes.lap("fault");
  const open = await workload.end(END_MS_MAX);
  if (open > 0) notes.violations.push(`${open} requests got no end within ${END_MS_MAX} ms after healing`);
  const endedAt = history.now();
  notes.lap("end");
  for (let probe = 0; probe < PROBES; probe++) {
    if ((await workload.probe(PROBE_MS_MAX)) === null)
      notes.violations.push(`I15: a probe was not confirmed within ${PROBE_MS_MAX} ms`);
  }
  const rest = await untilAtRest(system, fault.restMsMax ?? REST_MS_MAX);
  await workload.catchUp(CATCH_UP_MS_MAX);
  notes.violations.push(...system.unexpectedEnds);
  notes.lap("rest");
  const verdict = await judgeRun({
    historyPath: history.path,
    databaseUrl: system.databaseUrl,
    processes: system.processes.map(({ launch, pid, directUrl }) => ({
      role: launch.role,
      pid,
      url: directUrl,
    })),
    // While clients are at work there is always something to be decided: it has to be done when they are.
    rest: { ...rest, healedAt: notes.healedAt === null ? null : Math.max(notes.healedAt, endedAt) },
    terms: {
      backlogMsMax: fault.restMsMax ?? REST_MS_MAX,
      cacheAgeMsMax: CACHE_AGE_MS_MAX,
      poison: notes.poison,
      countersMayLag: notes.lagReason,
    },
  });
  notes.violations.push(...verdict.violations);
  await fault.afterwards?.(run, point);
  notes.lap("judge");
  return [...verdict.notJudged];
}

function handle(
  { fault, point, seed }: PlannedRun,
  { system, history, notes, options }: Performance,
  workload: Workload,
): FaultRun {
  return {
    seed,
    dice: new SeededDice(seed),
    isQuick: options.isQuick,
    system,
    workload,
    history,
    fired: (details, times = 1) => {
      notes.fired += times;
      if (times > 0) history.note({ what: "faultFired", fault: fault.id, point, details });
    },
    healed: (details) => {
      notes.healedAt = history.now();
      history.note({ what: "healed", fault: fault.id, details });
    },
    recoveryBegins: () => {
      notes.recoveryAt = history.now();
    },
    recoveryTook: (ms) => {
      notes.recoveryMs = Math.max(ms, notes.recoveryMs ?? 0);
    },
    violation: (says) => void notes.violations.push(`${fault.id}: ${says}`),
    remark: (text) => void notes.remarks.push(text),
    poisoned: (commandId) => void notes.poison.add(commandId),
    countersMayLag: (reason) => {
      notes.lagReason = reason;
    },
  };
}
