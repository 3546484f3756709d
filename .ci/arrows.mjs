// Holds the import arrows. dependency-cruiser exits 0 where it could read nothing, so the count is checked too.
import { cruise } from "dependency-cruiser";
import extractTsConfig from "dependency-cruiser/config-utl/extract-ts-config";
import config from "../.dependency-cruiser.cjs";

const MODULES_MIN = 50;

/** @returns whether all arrows hold, and what does not, one line each. */
export async function arrows(folders = ["src", "workers", "bench", "test"]) {
  const { output } = await cruise(
    folders,
    { ...config.options, ruleSet: { forbidden: config.forbidden }, validate: true },
    undefined,
    { tsConfig: extractTsConfig("tsconfig.json") },
  );
  const { totalCruised, violations } = output.summary;
  const lines = violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
  if (totalCruised < MODULES_MIN)
    lines.push(`only ${totalCruised} modules were read; the arrows were not checked`);
  return { ok: lines.length === 0, modules: totalCruised, output: lines.join("\n") };
}
