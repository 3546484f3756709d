import { randomInt } from "node:crypto";
import { UsageError } from "../../bench/lib/flags.ts";
import { runFaults, writeResults } from "./command.ts";
import { ALL_FAULTS } from "./faults/all-faults.ts";
import { helpText, readOptions } from "./options.ts";
import { SEED_MAX } from "./plan.ts";
import { countsOf, resultsText } from "./results.ts";
import { ALL_VARIANTS } from "./variants/all-variants.ts";

const EXIT = { right: 0, wrong: 1, usage: 2 } as const;

/** `npm run test:faults`: see `helpText`. Resolves with the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(
    argv,
    ALL_FAULTS,
    ALL_VARIANTS.map(({ name }) => name),
  );
  if (options === "help") {
    process.stdout.write(helpText(ALL_FAULTS, ALL_VARIANTS));
    return EXIT.right;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const seed = options.seed ?? randomInt(1, SEED_MAX);
  print(`seed ${seed}`);
  const results = await runFaults(
    { ...options, seed },
    { faults: ALL_FAULTS, variants: ALL_VARIANTS, print, signal: stop.signal },
  );
  print(`\n${resultsText(results)}`);
  if (options.out !== null) writeResults(results, options.out);
  const { passed, failed, skipped } = countsOf(results);
  print(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0 && !stop.signal.aborted ? EXIT.right : EXIT.wrong;
}

// A run that was cut short left promises behind that wait for processes which are gone.
main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`test:faults: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof UsageError ? EXIT.usage : EXIT.wrong);
  },
);
