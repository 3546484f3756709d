import type { Goal, Result } from "./results.ts";
import type { Variant } from "./scenarios.ts";

/** What the booking engine has to reach, each judged by one figure of the run. */
const GOALS: readonly {
  readonly name: string;
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly value: (results: readonly Result[]) => number | null;
}[] = [
  {
    name: "one hot event, 1,000 connections: decided against row-lock",
    unit: "×",
    atLeast: 12,
    value: (results) => find(results, "as-is", "hot-1000", "evently")?.ratio_to_row_lock ?? null,
  },
  {
    name: "the same against row-lock-tuned",
    unit: "×",
    atLeast: 6,
    value: (results) => find(results, "as-is", "hot-1000", "evently")?.ratio_to_row_lock_tuned ?? null,
  },
  {
    name: "with commit_delay = 2 ms: decided against row-lock",
    unit: "×",
    atLeast: 20,
    value: (results) => find(results, "commit-delay", "hot-1000", "evently")?.ratio_to_row_lock ?? null,
  },
  {
    name: "the same against row-lock-tuned",
    unit: "×",
    atLeast: 20,
    value: (results) => find(results, "commit-delay", "hot-1000", "evently")?.ratio_to_row_lock_tuned ?? null,
  },
  {
    name: "one hot event, 1,000 connections: decided a second",
    unit: "/s",
    atLeast: 8_000,
    value: (results) => find(results, "as-is", "hot-1000", "evently")?.decided_per_s ?? null,
  },
  {
    name: "100 events evenly against one event",
    unit: "×",
    atLeast: 1,
    value: (results) => againstHot(results, "spread-1000"),
  },
  {
    name: "one event with seats, best seat each, against general admission",
    unit: "×",
    atLeast: 0.5,
    value: (results) => againstHot(results, "seated-1000"),
  },
  {
    name: "one connection: from request to decided answer, p50",
    unit: " ms",
    atMost: 10,
    value: (results) => find(results, "as-is", "hot-1", "evently")?.p50_ms ?? null,
  },
];

/** Judges a run. A goal whose figure was not measured is neither reached nor missed. */
export function goalsOf(results: readonly Result[]): Goal[] {
  return GOALS.map(({ name, unit, atLeast, atMost, value }) => {
    const got = value(results);
    const wanted = atLeast === undefined ? `≤ ${atMost}${unit}` : `≥ ${atLeast}${unit}`;
    const reached =
      got === null ? null : got >= (atLeast ?? 0) && got <= (atMost ?? Number.POSITIVE_INFINITY);
    return { name, wanted, value: got, reached };
  });
}

/** What the product decides in a scenario, divided by what it decides on one hot event in the same setting. */
function againstHot(results: readonly Result[], scenario: string): number | null {
  const other = find(results, "as-is", scenario, "evently");
  const hot = find(results, "as-is", "hot-1000", "evently");
  if (other === undefined || hot === undefined || hot.decided_per_s === 0) return null;
  return Number((other.decided_per_s / hot.decided_per_s).toFixed(2));
}

function find(results: readonly Result[], setting: string, scenario: string, variant: Variant) {
  return results.find(
    (result) => result.setting === setting && result.scenario === scenario && result.variant === variant,
  );
}
