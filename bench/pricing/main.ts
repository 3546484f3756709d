import { mkdir, writeFile } from "node:fs/promises";
import { RULE_VERSION } from "../../src/pricing/pricing.ts";
import { UsageError } from "../lib/flags.ts";
import { compareIn } from "./compare.ts";
import { verdictsOf } from "./goals.ts";
import { readSimulationOptions, SIMULATION_HELP } from "./options.ts";
import { renderComparison, simulationChart, simulationJson } from "./report.ts";
import { WORLDS } from "./worlds.ts";

const EXIT = { right: 0, wrong: 1, usage: 2 } as const;

/** `npm run pricing:simulate`: see `SIMULATION_HELP`. Resolves to the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const options = readSimulationOptions(argv);
  if (options === "help") {
    console.log(SIMULATION_HELP);
    return EXIT.right;
  }
  const { seed, runs, out, json } = options;
  const comparisons = WORLDS.map((world) => compareIn(world, { runs, seed }));
  const verdicts = verdictsOf(comparisons);
  const result = JSON.stringify(
    simulationJson({ seed, runs, ruleVersion: RULE_VERSION, comparisons, verdicts }),
    null,
    2,
  );
  console.log(json ? result : renderComparison(comparisons, verdicts));
  if (out !== null) {
    await mkdir(out, { recursive: true });
    await writeFile(`${out}/pricing.json`, `${result}\n`);
    await writeFile(`${out}/pricing.svg`, simulationChart(comparisons, runs));
  }
  return verdicts.every(({ holds }) => holds) ? EXIT.right : EXIT.wrong;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`pricing:simulate: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.wrong;
  },
);
