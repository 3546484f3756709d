import { randomInt } from "node:crypto";
import { UsageError } from "./lib/flags.ts";
import { ONSALE_HELP, type OnsaleOptions, readOnsaleOptions } from "./lib/onsale-options.ts";
import { onsaleJson, renderOnsale } from "./lib/onsale-report.ts";
import { runOnsale } from "./lib/onsale-run.ts";
import { Started } from "./lib/started.ts";

const EXIT = { right: 0, wrong: 1, usage: 2 } as const;
const SEED_MAX = 1_000_000;

/** `npm run onsale`: see `ONSALE_HELP`. Sets the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const options = readOnsaleOptions(argv, randomInt(SEED_MAX));
  if (options === "help") {
    console.log(ONSALE_HELP);
    return EXIT.right;
  }
  // Nobody reads any more, as under `| head`: what was started is still stopped in order.
  process.stdout.on("error", () => {});
  const started = new Started();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void started.stop().finally(() => process.exit(EXIT.wrong)));
  }
  try {
    return await sell(options, started);
  } finally {
    await started.stop();
  }
}

async function sell(options: OnsaleOptions, started: Started): Promise<number> {
  const { stdout } = process;
  const screen = {
    isTTY: stdout.isTTY,
    columns: stdout.columns || 80,
    write: (text: string) => void stdout.write(text),
  };
  const result = await runOnsale(options, started, options.json ? null : screen);
  const coloured = stdout.isTTY && process.env.NO_COLOR === undefined;
  console.log(options.json ? JSON.stringify(onsaleJson(result), null, 2) : renderOnsale(result, coloured));
  return result.checks.every(({ holds }) => holds) ? EXIT.right : EXIT.wrong;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const usage = error instanceof UsageError;
    console.error(`onsale: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = usage ? EXIT.usage : EXIT.wrong;
  },
);
