import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchOptions } from "../lib/bench-options.ts";
import { describeMachine, describeSettings, describeVersions } from "../lib/machine.ts";
import { type Stage, setUpStage } from "../lib/stage.ts";
import type { Started } from "../lib/started.ts";
import type { RunFacts, Suite, SuiteStage } from "./suite.ts";

/** On the disk of the project, as the data of the product are; /tmp is memory on many machines. */
const FOLDER = ".evently";

/**
 * Runs one suite, prints its results and writes its files.
 * @param started takes what the suite starts; the caller stops it
 * @returns what did not hold in any books
 */
export async function runSuite<R extends object>(
  suite: Suite<R>,
  options: BenchOptions,
  started: Started,
  say: (line: string) => void,
): Promise<readonly string[]> {
  say(`\n── ${suite.title}`);
  const startedAt = new Date().toISOString();
  const { stage, facts } = createSuiteStage(options, started, say);
  const result = await suite.run(stage, options);
  say(`\n${suite.render(result)}\n`);
  const document = { suite: suite.name, started_at: startedAt, ...(await facts()), ...result };
  const files = { [`${suite.file}.json`]: `${JSON.stringify(document, null, 2)}\n`, ...suite.charts(result) };
  for (const [name, content] of Object.entries(files)) {
    const path = join(options.out, options.quick ? `quick-${name}` : name);
    await writeFile(path, content);
    say(`written: ${path}`);
  }
  return suite.violations(result);
}

/** A stage for one suite, and what is to be said of where it ran once it set something up. */
function createSuiteStage(
  options: BenchOptions,
  started: Started,
  say: (line: string) => void,
): { readonly stage: SuiteStage; readonly facts: () => Promise<Partial<RunFacts>> } {
  let machine: RunFacts["machine"] | null = null;
  let first: Stage | null = null;
  const stage: SuiteStage = {
    started,
    say,
    setUp: async (wanted) => {
      say("starting PostgreSQL and the processes that take part");
      const log = options.quick ? "quick" : "full";
      const made = await setUpStage(started, { ...wanted, folder: FOLDER, profile: options.profile, log });
      first ??= made;
      machine ??= describeMachine(made.postgres.folder);
      return made;
    },
  };
  const facts = async () => {
    if (first === null || machine === null) return { quick: options.quick };
    return {
      quick: options.quick,
      machine,
      versions: await describeVersions(first.pool),
      postgresql_settings: await describeSettings(first.pool),
    };
  };
  return { stage, facts };
}
