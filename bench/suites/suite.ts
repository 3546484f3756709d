import type { BenchOptions } from "../lib/bench-options.ts";
import type { Machine, Versions } from "../lib/machine.ts";
import type { Stage, StageOptions } from "../lib/stage.ts";
import type { Started } from "../lib/started.ts";

/** Where and when a suite ran. Stands in front of its results in its file. */
export interface RunFacts {
  readonly started_at: string;
  readonly quick: boolean;
  readonly machine: Machine;
  readonly versions: Versions;
  readonly postgresql_settings: Readonly<Record<string, string>>;
}

/** What a suite is given to work with. All of it is gone when the suite is over. */
export interface SuiteStage {
  /** Whatever a suite starts by itself belongs in here, to be stopped also where a later part fails. */
  readonly started: Started;
  /** Takes one line of progress at a time. */
  readonly say: (line: string) => void;
  /** Starts an empty PostgreSQL and the processes that take part. A suite without a second stage calls it once. */
  setUp(options: Omit<StageOptions, "folder" | "profile" | "log">): Promise<Stage>;
}

/** One part of `npm run bench`: it sets itself up, measures, and shows what came of it. */
export interface Suite<R extends object> {
  /** As `--suite` names it. */
  readonly name: string;
  /** A line for the output. */
  readonly title: string;
  /** A line for `--help`. */
  readonly help: string;
  /** What its files in bench/results are called, without extension. */
  readonly file: string;
  /** Why `--quick` leaves it out where nobody asks for it by name; null where it has a short form that fits in. */
  readonly notWhenQuick: string | null;
  run(stage: SuiteStage, options: BenchOptions): Promise<R>;
  /** The results as text, without a trailing line break. */
  render(result: R): string;
  /** SVG documents by file name, `.svg` included. */
  charts(result: R): Readonly<Record<string, string>>;
  /** What did not hold in any books, in words: one of these and the exit code is 1. */
  violations(result: R): readonly string[];
}
