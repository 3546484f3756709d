import { describeFlags, type Flag, readFlags, switchFlag, textFlag, UsageError, wholeFlag } from "./flags.ts";
import {
  coversAll,
  coversQuick,
  type Measurement,
  planOf,
  SCENARIOS,
  type Scenario,
  VARIANTS,
  type Variant,
} from "./scenarios.ts";

const ROUNDS_FULL = 3;
const ROUNDS_QUICK = 1;
/** What compares variants comes last: a quick run has no time to warm everything up before. */
const QUICK_SCENARIOS: readonly string[] = ["hot-1", "seated-1000", "hot-1000", "spread-1000"];

const NOTHING_TO_MEASURE =
  "none of these variants takes part in these scenarios: seats only evently has, and --quick leaves more out";

const onlyFlag: Flag<readonly Scenario[] | null> = {
  placeholder: "NAMES",
  help: `only these scenarios, of ${SCENARIOS.map(({ name }) => name).join(", ")}, with commas between`,
  fallback: null,
  read: (text) =>
    text.split(",").map((name) => {
      const scenario = SCENARIOS.find((known) => known.name === name.trim());
      if (scenario !== undefined) return scenario;
      throw new Error(`accepted are ${SCENARIOS.map((known) => known.name).join(", ")}`);
    }),
};

const variantsFlag: Flag<readonly Variant[] | null> = {
  placeholder: "NAMES",
  help: `only these variants, of ${VARIANTS.join(", ")}`,
  fallback: null,
  read: (text) =>
    text.split(",").map((name) => {
      const variant = VARIANTS.find((known) => known === name.trim());
      if (variant !== undefined) return variant;
      throw new Error(`accepted are ${VARIANTS.join(", ")}`);
    }),
};

const outFlag: Flag<string> = {
  placeholder: "DIR",
  help: "where results.json and results.svg are written (default bench/results)",
  fallback: "bench/results",
  read: (text) => text,
};

const TABLE = {
  quick: switchFlag("every variant within a minute: one short round, fewer scenarios"),
  rounds: wholeFlag({
    help: `how often everything is measured; medians are reported (default ${ROUNDS_FULL}, quick ${ROUNDS_QUICK})`,
    fallback: null,
    min: 1,
    max: 50,
  }),
  only: onlyFlag,
  variants: variantsFlag,
  out: outFlag,
  profile: textFlag("DIR", "writes a CPU profile of every process there (its figures are lower for it)"),
};

/** How long one measurement takes, in milliseconds. */
export interface Timing {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface BenchOptions {
  readonly quick: boolean;
  readonly rounds: number;
  readonly out: string;
  /** Where CPU profiles go; null: none are made. */
  readonly profile: string | null;
  readonly plan: readonly Measurement[];
  readonly timing: Timing;
  /** Sizes of the connection pool that a full run tries each peer with, to measure it with its best. */
  readonly poolSizes: readonly number[];
}

/** Reads the command line of `npm run bench`. @throws UsageError with one line that says what is accepted */
export function readBenchOptions(argv: readonly string[]): BenchOptions | "help" {
  const flags = readFlags(argv, TABLE);
  if (flags === "help") return "help";
  const { quick, out, profile } = flags;
  const rounds = flags.rounds ?? (quick ? ROUNDS_QUICK : ROUNDS_FULL);
  const plan = planOf({
    rounds,
    scenarios: flags.only ?? (quick ? QUICK_SCENARIOS.flatMap(named) : SCENARIOS),
    covers: (setting, scenario, variant) =>
      (flags.variants?.includes(variant) ?? true) &&
      (quick ? coversQuick : coversAll)(setting, scenario, variant),
  });
  if (plan.length === 0) throw new UsageError(NOTHING_TO_MEASURE);
  return {
    quick,
    rounds,
    out,
    profile,
    plan,
    timing: quick ? { warmUpMs: 700, measureMs: 1_000 } : { warmUpMs: 2_000, measureMs: 4_000 },
    poolSizes: [1, 4, 10, 20, 50],
  };
}

function named(name: string): readonly Scenario[] {
  return SCENARIOS.filter((scenario) => scenario.name === name);
}

/** What `npm run bench -- --help` prints. */
export const BENCH_HELP = `npm run bench -- [options]

Measures how many bookings a second are decided: Evently and other ways to book, behind the same HTTP
middleware, on the same PostgreSQL, in the same run. See bench/README.md for how to read the figures.

${describeFlags(TABLE)}

Exit code: 0 every variant kept its books, 1 one did not or the run failed, 2 the options cannot be used.`;
