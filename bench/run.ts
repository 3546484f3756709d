import { mkdir } from "node:fs/promises";
import { type BenchOptions, benchHelp, readBenchOptions } from "./lib/bench-options.ts";
import { UsageError } from "./lib/flags.ts";
import { Started } from "./lib/started.ts";
import { SUITES } from "./suites/registry.ts";
import { runSuite } from "./suites/run-suite.ts";
import type { Suite } from "./suites/suite.ts";

const EXIT = { right: 0, wrong: 1, usage: 2 } as const;

/** What is running at the moment, and whether a signal has ended it. */
let running = new Started();
let isEnding = false;

/** `npm run bench`: see `benchHelp`. Resolves with the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const options = readBenchOptions(argv, SUITES);
  if (options === "help") {
    console.log(benchHelp(SUITES));
    return EXIT.right;
  }
  await mkdir(options.out, { recursive: true });
  // Nobody reads any more, as under `| head`: what was started is still stopped in order.
  process.stdout.on("error", () => {});
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      isEnding = true;
      void running.stop().finally(() => process.exit(EXIT.wrong));
    });
  }
  for (const { name, reason } of options.leftOut) console.log(`left out: ${name} (${reason})`);
  const troubles: string[] = [];
  for (const suite of SUITES.filter(({ name }) => options.suites.includes(name))) {
    if (isEnding) break;
    troubles.push(...(await runOne(suite, options)));
  }
  for (const trouble of troubles) console.error(trouble);
  return troubles.length === 0 ? EXIT.right : EXIT.wrong;
}

/** A suite that fails is told with the violations, so that the others still run. */
async function runOne(suite: Suite<object>, options: BenchOptions): Promise<string[]> {
  running = new Started();
  try {
    const violations = await runSuite(suite, options, running, (line) => console.log(line));
    return violations.map((violation) => `BOOKS VIOLATED in ${suite.name}: ${violation}`);
  } catch (error) {
    return [`bench: ${suite.name} failed: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    await running.stop();
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.wrong;
  },
);
