import { describeFlags, readFlags, switchFlag, wholeFlag } from "../lib/flags.ts";

const RUNS_MAX = 100_000;
const SEED_MAX = 2 ** 31;

const TABLE = {
  seed: wholeFlag({
    help: "repeats a simulation: equal seeds, equal buyers (default 1)",
    fallback: 1,
    min: 0,
    max: SEED_MAX,
  }),
  runs: wholeFlag({ help: "sales in each world (default 200)", fallback: 200, min: 2, max: RUNS_MAX }),
  out: {
    placeholder: "DIR",
    help: "where pricing.json and pricing.svg are written (default: nowhere)",
    fallback: null as string | null,
    read: (text: string): string | null => text,
  },
  json: switchFlag("one JSON document on standard output and nothing else"),
};

export interface SimulationOptions {
  readonly seed: number;
  readonly runs: number;
  readonly out: string | null;
  readonly json: boolean;
}

/** Reads the command line of `npm run pricing:simulate`. @throws UsageError with one line that says what is accepted */
export function readSimulationOptions(argv: readonly string[]): SimulationOptions | "help" {
  return readFlags(argv, TABLE);
}

export const SIMULATION_HELP = `npm run pricing:simulate -- [options]

Sells made-up sales to seeded buyers whose demand is known, three times over each: at a fixed price (the organiser's
best guess), by this product's recommendations, and by whoever knows demand (the optimum). Ends with 1 where a goal is
missed.

${describeFlags(TABLE)}`;
