import type { LineResult, Series } from "./result.ts";
import { GRANTED } from "./tally.ts";
import type { Column, Trace } from "./trace.ts";

const STEPS = 120;
/** The picture ends where so much of the demand was there, if half of it came in the first tenth of the time. */
const RUSH_SHARE = 0.95;

/** The stretch that a series is of: all requests, or the rush where nearly all of them came at once. */
export interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
}

export function stretchOf({ askedAt, decidedAt }: Trace, atLeastUntil: number | null): Stretch | null {
  if (askedAt.length === 0) return null;
  const asked = askedAt.values().toSorted();
  const fromMs = asked[0] as number;
  const last = decidedAt.values().reduce((latest, at) => Math.max(latest, at), 0);
  const quantile = (share: number) => asked[Math.floor((asked.length - 1) * share)] as number;
  const isRush = quantile(0.5) - fromMs < (last - fromMs) / 10;
  const end = isRush ? quantile(RUSH_SHARE) : last;
  const untilMs = atLeastUntil === null ? end : Math.max(end, fromMs + (atLeastUntil - fromMs) * 1.1);
  return { fromMs, untilMs: Math.max(untilMs, fromMs + STEPS) };
}

/** Counts a trace by equal steps of a stretch. */
export function seriesOf(trace: Trace, { fromMs, untilMs }: Stretch, isLineKnown: boolean): Series {
  const stepMs = (untilMs - fromMs) / STEPS;
  const stepAt = (at: number) => Math.min(STEPS - 1, Math.floor((at - fromMs) / stepMs));
  const refused: Record<string, number[]> = {};
  const granted = zeros();
  let within = 0;
  for (let index = 0; index < trace.decidedAt.length; index += 1) {
    const at = trace.decidedAt.at(index);
    if (at > untilMs) continue;
    within += 1;
    const word = trace.codes[trace.code.at(index)] as string;
    if (!(GRANTED as readonly string[]).includes(word)) refused[word] ??= zeros();
    const counts = refused[word] ?? granted;
    counts[stepAt(at)]! += 1;
  }
  return {
    fromMs,
    stepMs,
    share: within / Math.max(1, trace.decidedAt.length),
    line: isLineKnown ? lineOver(trace, { fromMs, stepMs }) : null,
    refused,
    granted,
    free: levelsOver(trace.freeAt, trace.free, { fromMs, stepMs }),
    waiting: levelsOver(trace.waitingAt, trace.waiting, { fromMs, stepMs }),
    revenueMinor: levelsOver(trace.moneyAt, summed(trace.moneyMinor), { fromMs, stepMs }),
  };
}

function zeros(): number[] {
  return Array.from({ length: STEPS }, () => 0);
}

interface Steps {
  readonly fromMs: number;
  readonly stepMs: number;
}

/** The last value before the end of each step. */
function levelsOver(times: Column, values: Pick<Column, "at">, { fromMs, stepMs }: Steps): number[] {
  let index = 0;
  let level = 0;
  return zeros().map((_, step) => {
    const end = fromMs + (step + 1) * stepMs;
    for (; index < times.length && times.at(index) <= end; index += 1) level = values.at(index);
    return level;
  });
}

function summed(column: Column): Pick<Column, "at"> {
  const sums = new Float64Array(column.length);
  let sum = 0;
  for (let index = 0; index < column.length; index += 1) {
    sum += column.at(index);
    sums[index] = sum;
  }
  return { at: (index) => sums[index] as number };
}

/** The longest that the line was in each step: everybody who came and was not decided yet. */
function lineOver(trace: Trace, { fromMs, stepMs }: Steps): number[] {
  const longest = zeros();
  walkLine(trace, (length, at) => {
    const step = Math.floor((at - fromMs) / stepMs);
    if (step >= 0 && step < STEPS) longest[step] = Math.max(longest[step]!, length);
  });
  return longest;
}

export function lineResult(trace: Trace): LineResult {
  let longest = 0;
  let longestAt = 0;
  walkLine(trace, (length, at) => {
    if (length <= longest) return;
    longest = length;
    longestAt = at;
  });
  const waited = trace.decidedAt
    .values()
    .map((at, index) => at - trace.askedAt.at(index))
    .toSorted();
  const quantile = (share: number) => waited[Math.floor((waited.length - 1) * share)] ?? 0;
  return { longest, longestAt, waitedMs: { p50: quantile(0.5), p95: quantile(0.95), max: quantile(1) } };
}

/** Whoever leaves at the moment somebody comes was there with them, unless they were decided at once. */
function walkLine({ lineIn, lineOut }: Trace, visit: (length: number, at: number) => void): void {
  const came = lineIn.values().toSorted();
  const left = lineOut.values().toSorted();
  let gone = 0;
  for (const [index, at] of came.entries()) {
    while (gone < left.length && (left[gone] as number) <= at && gone < index) gone += 1;
    visit(index + 1 - gone, at);
  }
}
