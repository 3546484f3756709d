import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { FAILPOINTS_PRELOAD, FailpointReport } from "../fault-runs/failpoints/report.ts";
import { FAILPOINTS_VARIABLE, readFailpoints } from "../fault-runs/failpoints/spec.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";
import { until } from "../support/until.ts";

const ROOT = join(import.meta.dirname, "../..");
const POINTS_MODULE = join(ROOT, "src/ops/points.ts");

/** All text of the product. */
function productText(): string {
  return ["src", "workers"]
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }))
    .filter((file) => file.endsWith(".ts") && !file.endsWith("ops/points.ts"))
    .map((file) => {
      const inSrc = join(ROOT, "src", file);
      try {
        return readFileSync(inSrc, "utf8");
      } catch {
        return readFileSync(join(ROOT, "workers", file), "utf8");
      }
    })
    .join("\n");
}

describe("failpoints", () => {
  it("are read with their hit and what is to be done", () => {
    expect(readFailpoints("turn.decided:3=kill,accept.sent=freeze:200")).to.deep.equal([
      { point: "turn.decided", hit: 3, action: { type: "kill" } },
      { point: "accept.sent", hit: 1, action: { type: "freeze", ms: 200 } },
    ]);
    expect(readFailpoints("")).to.deep.equal([]);
  });

  for (const wrong of ["turn.decided", "turn.nowhere=kill", "turn.decided:0=kill", "turn.decided=explode"]) {
    it(`are refused as ${wrong}`, () => {
      expect(() => readFailpoints(wrong)).to.throw(wrong);
    });
  }

  it("are told by the product, each of the list, and nobody there listens", () => {
    const text = productText();
    const listed = [...readFileSync(POINTS_MODULE, "utf8").matchAll(/^ {2}"([a-zA-Z.]+)",$/gm)].map(
      ([, name]) => name,
    );
    expect(listed).to.have.length.above(10);
    for (const point of listed) expect(text).to.include(`reached("${point}")`);
    expect(text).not.to.include("diagnostics_channel");
    expect(text).not.to.include(FAILPOINTS_VARIABLE);
  });
});

describe("a process with failpoints", () => {
  let folder: string;
  let script: string;

  before(() => {
    folder = makeFolder();
    script = join(folder, "role.mjs");
    // Comes to a step ten times a second.
    writeFileSync(
      script,
      `import { reached } from ${JSON.stringify(POINTS_MODULE)};
       setInterval(() => { reached("turn.decided"); process.stdout.write("."); }, 100);`,
    );
  });
  after(() => removeFolder(folder));

  function start(report: FailpointReport, spec?: string) {
    const child = spawn(process.execPath, ["--import", FAILPOINTS_PRELOAD, script], {
      env: { ...process.env, ...report.env, ...(spec === undefined ? {} : { [FAILPOINTS_VARIABLE]: spec }) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    child.stdout.on("data", (text) => (printed += text));
    return { child, steps: () => printed.length };
  }

  it("kills itself at the hit it was told, before the step is done, and says so first", async () => {
    const report = new FailpointReport(join(folder, "killed"));
    const { child, steps } = start(report, "turn.decided:3=kill");
    const [, signal] = await once(child, "exit");
    expect(signal).to.equal("SIGKILL");
    expect(steps()).to.equal(2);
    expect(report.hits).to.deep.equal(["turn.decided:3 kill"]);
  });

  it("counts from when it is armed, and can be armed again", async () => {
    const report = new FailpointReport(join(folder, "armed"));
    const { child, steps } = start(report);
    await until("it is under way", () => steps() > 3);
    expect(report.hits).to.deep.equal([]);
    await report.arm(child.pid as number, "turn.decided:2=note");
    await until("it is there", () => report.hits.length === 1);
    await report.arm(child.pid as number, "turn.decided:1=stop");
    await until("it stands still", () => report.hits.length === 2);
    const state = execFileSync("ps", ["-o", "stat=", "-p", String(child.pid)], { encoding: "utf8" });
    expect(state).to.match(/^T/);
    child.kill("SIGCONT");
    const before = steps();
    await until("it goes on", () => steps() > before);
    child.kill("SIGKILL");
    await once(child, "exit");
  });
});
