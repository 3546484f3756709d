// `npm run config:table`: writes README's table of settings from the schema of src/ops/config.ts. A test fails where the
// committed table is another than this makes.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configTable } from "../src/ops/config-table.ts";

const FILE = join(import.meta.dirname, "../README.md");
const MARKS = ["<!-- settings: npm run config:table -->\n\n", "\n\n<!-- end of settings -->"];

/** @returns README as it should be. @throws Error where the marks are gone */
export function withTable(readme) {
  const [from, to] = [readme.indexOf(MARKS[0]) + MARKS[0].length, readme.indexOf(MARKS[1])];
  if (from < MARKS[0].length || to === -1) throw new Error("README has no place for the table of settings");
  return readme.slice(0, from) + configTable() + readme.slice(to);
}

export function readReadme() {
  return readFileSync(FILE, "utf8");
}

if (process.argv[1] === import.meta.filename) writeFileSync(FILE, withTable(readReadme()));
