import { benchFlags, ROUNDS, SCENARIO_SUITE, type SuiteEntry } from "./bench-flags.ts";
import { describeFlags, readFlags, UsageError } from "./flags.ts";
import {
  coversAll,
  coversQuick,
  type Measurement,
  planOf,
  SCENARIOS,
  type Scenario,
  type Variant,
} from "./scenarios.ts";

/** What compares variants comes last: a quick run has no time to warm everything up before. */
const QUICK_SCENARIOS: readonly string[] = ["hot-1", "seated-1000", "hot-1000", "spread-1000"];

const NOTHING_TO_MEASURE =
  "none of these variants takes part in these scenarios: seats only evently has, and --quick leaves more out";

/** How long one measurement takes, in milliseconds. */
export interface Timing {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface BenchOptions {
  /** Names of the suites to run. */
  readonly suites: readonly string[];
  /** What `--quick` leaves out, and why. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  readonly quick: boolean;
  readonly rounds: number;
  readonly out: string;
  /** Where CPU profiles go; null: none are made. */
  readonly profile: string | null;
  /** Variants to measure in suites that compare some; null: all that the suite has. */
  readonly variants: readonly Variant[] | null;
  /** How long the soak lasts; null where nobody said. */
  readonly minutes: number | null;
  readonly plan: readonly Measurement[];
  readonly timing: Timing;
  /** Sizes of the connection pool that a full run tries each peer with, to measure it with its best. */
  readonly poolSizes: readonly number[];
}

/**
 * Reads the command line of `npm run bench`.
 * @param suites those there are
 * @throws UsageError with one line that says what is accepted
 */
export function readBenchOptions(
  argv: readonly string[],
  suites: readonly SuiteEntry[],
): BenchOptions | "help" {
  const flags = readFlags(argv, benchFlags(suites));
  if (flags === "help") return "help";
  const { quick, out, profile, variants, minutes } = flags;
  const rounds = flags.rounds ?? (quick ? ROUNDS.quick : ROUNDS.full);
  const chosen = flags.suite ?? (flags.only === null ? null : [SCENARIO_SUITE]);
  const plan = planOf({
    rounds,
    scenarios: flags.only ?? (quick ? QUICK_SCENARIOS.flatMap(named) : SCENARIOS),
    covers: (setting, scenario, variant) =>
      (variants?.includes(variant) ?? true) && (quick ? coversQuick : coversAll)(setting, scenario, variant),
  });
  const wanted = suitesOf(suites, chosen, quick);
  if (plan.length === 0 && wanted.suites.includes(SCENARIO_SUITE)) throw new UsageError(NOTHING_TO_MEASURE);
  return {
    ...wanted,
    quick,
    rounds,
    out,
    profile,
    variants,
    minutes,
    plan,
    timing: quick ? { warmUpMs: 700, measureMs: 1_000 } : { warmUpMs: 2_000, measureMs: 4_000 },
    poolSizes: [1, 4, 10, 20, 50],
  };
}

/** Which suites run; where nobody chose any and it has to be quick, without those that cannot be. */
function suitesOf(
  suites: readonly SuiteEntry[],
  chosen: readonly string[] | null,
  quick: boolean,
): Pick<BenchOptions, "suites" | "leftOut"> {
  if (chosen !== null) return { suites: chosen, leftOut: [] };
  const leftOut = suites.flatMap(({ name, notWhenQuick }) =>
    quick && notWhenQuick !== null ? [{ name, reason: notWhenQuick }] : [],
  );
  const names = suites.map(({ name }) => name);
  return { suites: names.filter((name) => leftOut.every((other) => other.name !== name)), leftOut };
}

function named(name: string): readonly Scenario[] {
  return SCENARIOS.filter((scenario) => scenario.name === name);
}

/** What `npm run bench -- --help` prints. */
export function benchHelp(suites: readonly SuiteEntry[]): string {
  const width = Math.max(...suites.map(({ name }) => name.length));
  return `npm run bench -- [options]

Measures Evently in several suites, beside other ways to do the same where there are some: behind the same HTTP
middleware, on the same PostgreSQL, in the same run. See bench/README.md for how to read the figures.

${suites.map(({ name, help }) => `  ${name.padEnd(width)}  ${help}`).join("\n")}

${describeFlags(benchFlags(suites))}

Exit code: 0 Evently kept its books, 1 it did not or a suite failed, 2 the options cannot be used.`;
}
