import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
// @ts-expect-error a script, without types
import { readReadme, withTable } from "../.ci/config-table.mjs";
import { CONFIG_NAMES } from "../src/ops/config.ts";
import { CONFIG_DOCS, type Role } from "../src/ops/config-docs.ts";
import { RATE_LIMITS } from "../src/ops/rate-limits.ts";

const ROOT = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const readme = read("README.md");

/** The table under a heading, as rows of cells. */
function tableUnder(heading: string): string[][] {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((line) => line.split("|").map((cell) => cell.trim()));
}

const namesIn = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

/** All files that some files import, with themselves. The configuration's own name every setting: they are left out. */
function importedBy(...entries: readonly string[]): string[] {
  const found = new Set<string>();
  const wanted = [...entries];
  for (let file = wanted.pop(); file !== undefined; file = wanted.pop()) {
    if (found.has(file) || /ops\/(config|config-docs|default-secrets|setting-forms)\.ts$/.test(file))
      continue;
    found.add(file);
    for (const [, path = ""] of read(file).matchAll(/^(?:import|export) (?!type)[^;]*?from "(\.[^"]+)"/gms))
      wanted.push(join(dirname(file), path));
  }
  return [...found];
}

const ROLE_FILES: Readonly<Record<Role, readonly string[]>> = {
  start: importedBy("src/main.ts"),
  api: importedBy("src/server.ts"),
  booking: importedBy("workers/booking.ts"),
  effects: importedBy("workers/effects.ts"),
  commands: importedBy(
    ...["evently", "migrate", "seed", "verify", "rotate-ticket-key", "rebuild-analytics", "rehearse"].map(
      (name) => `src/${name}.ts`,
    ),
  ),
};

/** Where each puts itself together: what it reads for sure. */
const START_FILES: Readonly<Record<Role, string>> = {
  start: "src/main.ts",
  api: "src/api/start.ts",
  booking: "src/api/start-booking.ts",
  effects: "src/api/start-effects.ts",
  commands: "src/evently.ts",
};

/** What the configuration's own rules go by, in whichever process. */
const OF_THE_RULES: ReadonlySet<string> = new Set(["NODE_ENV", "METRICS_OPEN"]);

describe("README", () => {
  it("lists every configuration variable that the program reads, and no other", () => {
    const listed = tableUnder("Configuration").flatMap(([, names]) => namesIn(names));
    expect(listed.toSorted()).to.deep.equal([...CONFIG_NAMES].toSorted());
  });

  it("has the table of settings that the schema makes: npm run config:table", () => {
    expect(withTable(readReadme())).to.equal(readReadme());
  });

  it("tells truly which processes read a setting: those whose files name it", () => {
    for (const [role, files] of Object.entries(ROLE_FILES)) {
      const code = files.map(read).join("\n");
      for (const [name, { readBy }] of Object.entries(CONFIG_DOCS)) {
        const isTold = (readBy as readonly Role[]).includes(role as Role);
        if (isTold && !OF_THE_RULES.has(name))
          expect(code, `${role} is told to read ${name}`).to.match(new RegExp(`\\b${name}\\b`));
      }
      for (const name of CONFIG_NAMES) {
        const isNamed = new RegExp(`config\\.${name}\\b`).test(read(START_FILES[role as Role]));
        if (isNamed) expect(CONFIG_DOCS[name].readBy, `${role} reads ${name}`).to.include(role);
      }
    }
  });

  it("tells the true limits", () => {
    const listed = tableUnder("Limits").map(([, name, points, windowS]) => [name, points, windowS]);
    const known = Object.entries(RATE_LIMITS).map(([name, { points, windowS }]) => [
      `\`${name}\``,
      `${points}`,
      `${windowS}`,
    ]);
    expect(listed).to.deep.equal(known);
  });

  it("lists every metric with its type and labels, and no other", () => {
    const source = ["src/api", "src/ops"]
      .flatMap((folder) =>
        readdirSync(new URL(`../${folder}`, import.meta.url)).map((name) => `${folder}/${name}`),
      )
      .filter((path) => path.endsWith(".ts"))
      .map(read)
      .join("");
    const inCode = new Set([...source.matchAll(/"(evently_[a-z_]+)"/g)].map(([, name]) => name));
    const listed = tableUnder("Metrics").flatMap(([, names]) => namesIn(names));
    expect(listed.toSorted()).to.deep.equal([...inCode].toSorted());
  });

  it("names only scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name as string);
    for (const name of named) expect(scripts).to.have.property(name);
  });
});

describe("package-lock.json", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { resolved?: string; optionalDependencies?: Record<string, string> }>;
  };

  it("names every platform's packages, without which npm ci refuses it; see .ci/complete-lock.mjs", () => {
    const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
      Object.entries(optionalDependencies).filter(([, version]) => /^\d/.test(version)),
    );
    const missing = wanted.filter(
      ([name]) => !Object.keys(packages).some((key) => key.endsWith(`node_modules/${name}`)),
    );
    expect(missing).to.deep.equal([]);
  });

  it("names no registry's host", () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).to.deep.equal([]);
  });
});

describe("the decisions in src/adr", () => {
  it("are numbered without gaps, have their three parts and at most 60 lines", () => {
    const files = readdirSync(join(ROOT, "src/adr")).toSorted();
    for (const [at, file] of files.entries()) {
      const text = read(`src/adr/${file}`);
      expect(file).to.match(new RegExp(`^${String(at + 1).padStart(4, "0")}-`));
      for (const part of ["**Context.**", "**Decision.**", "**Consequence.**"]) expect(text).to.include(part);
      expect(text.split("\n").length).to.be.at.most(61);
    }
  });
});
