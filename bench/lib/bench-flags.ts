import { type Flag, switchFlag, textFlag, wholeFlag } from "./flags.ts";
import { SCENARIOS, type Scenario, VARIANTS, type Variant } from "./scenarios.ts";

export const ROUNDS = { full: 3, quick: 1 } as const;
/** How long a soak lasts where nobody says. */
export const SOAK_MINUTES = 10;
/** The generator keeps a megabyte of histograms for each. */
const SOAK_MINUTES_MAX = 240;
/** The suite that `--only` is about. */
export const SCENARIO_SUITE = "throughput";

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
  help: "where results and charts are written (default bench/results)",
  fallback: "bench/results",
  read: (text) => text,
};

/** What the options have to know of a suite. */
export interface SuiteEntry {
  readonly name: string;
  readonly help: string;
  /** Why `--quick` leaves it out where nobody asks for it by name; null where it does not. */
  readonly notWhenQuick: string | null;
}

function suiteFlag(suites: readonly SuiteEntry[]): Flag<readonly string[] | null> {
  const names = suites.map(({ name }) => name);
  return {
    placeholder: "NAMES",
    help: `only these suites, of ${names.join(", ")} (default all; with --only, ${SCENARIO_SUITE})`,
    fallback: null,
    read: (text) => {
      const wanted = text.split(",").map((name) => name.trim());
      if (wanted.every((name) => names.includes(name))) return wanted;
      throw new Error(`accepted are ${names.join(", ")}`);
    },
  };
}

/** What `npm run bench` takes. @param suites those there are */
export function benchFlags(suites: readonly SuiteEntry[]) {
  return {
    suite: suiteFlag(suites),
    quick: switchFlag("a short form of everything that has one: one short round, fewer scenarios"),
    rounds: wholeFlag({
      help: `how often everything is measured; medians are reported (default ${ROUNDS.full}, quick ${ROUNDS.quick})`,
      fallback: null,
      min: 1,
      max: 50,
    }),
    only: onlyFlag,
    variants: variantsFlag,
    minutes: wholeFlag({
      help: `how long the suite soak lasts (default ${SOAK_MINUTES})`,
      fallback: null,
      min: 1,
      max: SOAK_MINUTES_MAX,
    }),
    out: outFlag,
    profile: textFlag("DIR", "writes a CPU profile of every process there (its figures are lower for it)"),
  };
}
