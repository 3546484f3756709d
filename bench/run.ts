import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderBenchChart } from "./lib/bench-chart.ts";
import { BENCH_HELP, readBenchOptions } from "./lib/bench-options.ts";
import { renderReport } from "./lib/bench-report.ts";
import { runBench } from "./lib/bench-run.ts";
import { UsageError } from "./lib/flags.ts";
import type { Report } from "./lib/results.ts";
import { Started } from "./lib/started.ts";

const EXIT = { right: 0, wrong: 1, usage: 2 } as const;

/** `npm run bench`: see `BENCH_HELP`. Resolves with the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const options = readBenchOptions(argv);
  if (options === "help") {
    console.log(BENCH_HELP);
    return EXIT.right;
  }
  await mkdir(options.out, { recursive: true });
  // Nobody reads any more, as under `| head`: what was started is still stopped in order.
  process.stdout.on("error", () => {});
  const started = new Started();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void started.stop().finally(() => process.exit(EXIT.wrong)));
  }
  try {
    const report = await runBench(options, started, (line) => console.log(line));
    console.log(`\n${renderReport(report)}\n`);
    await write(report, options.out);
    return report.results.every(({ violations }) => violations.length === 0) ? EXIT.right : EXIT.wrong;
  } finally {
    await started.stop();
  }
}

async function write(report: Report, folder: string): Promise<void> {
  const name = report.quick ? "quick" : "results";
  const files = {
    [`${name}.json`]: `${JSON.stringify(report, null, 2)}\n`,
    [`${name}.svg`]: renderBenchChart(report),
  };
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(folder, file), content);
    console.log(`written: ${join(folder, file)}`);
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
