import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { CONFIG_NAMES, loadConfig } from "../src/ops/config.ts";
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

describe("README", () => {
  it("lists every configuration variable that the program reads, and no other", () => {
    const listed = tableUnder("Configuration").flatMap(([, names]) => namesIn(names));
    expect(listed.toSorted()).to.deep.equal([...CONFIG_NAMES].toSorted());
  });

  it("tells the true defaults", () => {
    const config = loadConfig({}) as Readonly<Record<string, unknown>>;
    for (const [, names, defaults = ""] of tableUnder("Configuration")) {
      for (const [at, name] of namesIn(names).entries()) {
        const value = config[name as string];
        const isPlain = typeof value === "number" || (typeof value === "string" && value !== "");
        if (!isPlain || defaults.startsWith("any free port")) continue;
        const told = defaults
          .replaceAll("`", "")
          .split(",")
          .map((part) => part.trim());
        expect(told[at] ?? told[0], name).to.equal(String(value));
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
    const source =
      read("src/ops/metrics.ts") +
      read("src/ops/gauges.ts") +
      read("src/api/limits.ts") +
      read("src/api/cache-layers.ts") +
      read("src/api/start.ts") +
      read("workers/booking.ts");
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
