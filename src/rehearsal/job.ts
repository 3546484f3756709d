import type { DemandRow } from "./demand-row.ts";
import type { RehearsalPlan } from "./plan.ts";
import type { RehearsalSource } from "./ports.ts";
import { readSubject } from "./read-subject.ts";
import { RehearsalRefused } from "./refusal.ts";
import { rehearse } from "./rehearse.ts";
import { type StatedWhatIf, whatIfOf } from "./what-if.ts";

/** A rehearsal as one process asks another for it: nothing in it but values. */
export interface RehearsalJob extends Omit<RehearsalPlan, "wanted" | "whatIf"> {
  readonly eventId: string;
  readonly wanted:
    | { readonly type: "recorded"; readonly times: number }
    | { readonly type: "stated"; readonly rows: readonly Omit<DemandRow, "where">[] };
  readonly whatIf: StatedWhatIf;
  /** The processor's time that it may take; then it is given up. */
  readonly cpuMsMax: number;
}

interface JobIo {
  readonly source: RehearsalSource;
  readonly cpuMs: () => number;
  /** Told the share that is done, 0 … 1. */
  readonly progress: (share: number) => void;
  readonly reasonOf: (error: unknown) => string;
}

/** The share of a rehearsal after which it says something again. */
const PROGRESS_STEP = 0.01;

/** Makes a rehearsal that was asked for. @returns its result as JSON, or why there is none. */
export async function runJob(
  job: RehearsalJob,
  io: JobIo,
): Promise<{ readonly result: string } | { readonly failure: string }> {
  try {
    const subject = await readSubject(io.source, { id: job.eventId, present: job.from === "now" });
    const { currency, tiers } = subject.sale.stage.draft;
    const plan = { ...job, wanted: wantedOf(job), whatIf: whatIfOf(job.whatIf, { currency, tiers }) };
    return { result: JSON.stringify(rehearse(subject, plan, bounded(job, io))) };
  } catch (error) {
    return { failure: error instanceof RehearsalRefused ? error.message : io.reasonOf(error) };
  }
}

function wantedOf({ wanted }: RehearsalJob): RehearsalPlan["wanted"] {
  if (wanted.type === "recorded") return wanted;
  const rows = wanted.rows.map((row, at) => ({ ...row, where: (field: string) => `demand.${at}.${field}` }));
  return { type: "stated", rows };
}

function bounded({ cpuMsMax }: RehearsalJob, { cpuMs, progress }: JobIo): (share: number) => void {
  let said = 0;
  return (share) => {
    if (cpuMs() > cpuMsMax) {
      throw new RehearsalRefused(
        `it took more than ${cpuMsMax / 1_000} s of the processor's time; ask for less, or npm run rehearse`,
      );
    }
    if (share - said < PROGRESS_STEP) return;
    said = share;
    progress(share);
  };
}
