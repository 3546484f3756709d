import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

export const ROOT = join(import.meta.dirname, "../..");
export const DEPLOY = join(ROOT, "deploy");

export function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** A YAML file with merge keys, as `docker compose` reads it. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
export function readYaml(file: string): any {
  return parse(read(file), { merge: true });
}

/** Each document of a file. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
export function readDocuments(file: string): any[] {
  return parseAllDocuments(read(file)).map((document) => {
    if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.join("; ")}`);
    return document.toJS();
  });
}

/** What a role is started by, as package.json has it, in words. */
export function scriptOf(name: string): string[] {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  return (scripts[name] ?? "").replace(/^exec /, "").split(" ");
}

/**
 * Runs a tool that is no part of this project and need not be there.
 * Where it is not on the PATH the test says so and is skipped.
 */
export function tool(
  test: Mocha.Context,
  name: string,
  args: readonly string[],
): { readonly status: number | null; readonly output: string } {
  const ran = spawnSync(name, args, { encoding: "utf8", cwd: ROOT });
  if (ran.error !== undefined && "code" in ran.error && ran.error.code === "ENOENT") {
    console.log(`      ${name} is not on the PATH: what it would have checked was not`);
    test.skip();
  }
  return { status: ran.status, output: ran.stdout + ran.stderr };
}
