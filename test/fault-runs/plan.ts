import { SeededDice } from "../../bench/lib/random.ts";
import type { Fault } from "./fault.ts";

/** One run: what strikes, and out of which seed its clients and the moment come. */
export interface PlannedRun {
  readonly fault: Fault;
  readonly point: string;
  readonly seed: number;
}

/** A point that this machine does not allow. */
export interface SkippedPoint {
  readonly fault: Fault;
  readonly point: string;
  readonly reason: string;
}

/** One place where one fault strikes. */
export interface Strike {
  readonly fault: Fault;
  readonly point: string;
}

export const SEED_MAX = 2_147_483_647;

/** The points of faults in rounds: the first of each, then the second of those that have one, and so on. */
export function strikesOf(faults: readonly Fault[], pointsOf: (fault: Fault) => readonly string[]): Strike[] {
  const rounds = Math.max(0, ...faults.map((fault) => pointsOf(fault).length));
  return Array.from({ length: rounds }, (_, round) => round).flatMap((round) =>
    faults.flatMap((fault) => {
      const point = pointsOf(fault)[round];
      return point === undefined ? [] : [{ fault, point }];
    }),
  );
}

/** Asks each strike whether this machine allows it. */
export async function sortOut(
  strikes: readonly Strike[],
): Promise<{ readonly possible: readonly Strike[]; readonly skipped: readonly SkippedPoint[] }> {
  const reasons = await Promise.all(
    strikes.map(async ({ fault, point }) => (await fault.needs?.(point)) ?? null),
  );
  return {
    possible: strikes.filter((_, at) => reasons[at] === null),
    skipped: strikes.flatMap((strike, at) => {
      const reason = reasons[at] ?? null;
      return reason === null ? [] : [{ ...strike, reason }];
    }),
  };
}

/** Run after run, each strike in its turn, without end. The first has the seed itself, so that one run can be repeated. */
export function* planRuns(strikes: readonly Strike[], seed: number): Generator<PlannedRun, void, undefined> {
  const dice = new SeededDice(seed);
  for (let run = 0; strikes.length > 0; run++) {
    const strike = strikes[run % strikes.length] as Strike;
    yield { ...strike, seed: run === 0 ? seed : dice.between(1, SEED_MAX) };
  }
}
