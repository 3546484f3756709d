import { execFile, spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { expect } from "chai";
import { runsInRealTime } from "../../bench/lib/real-time.ts";
import { Moderation } from "../../src/ops/real-time.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { descendantsOf } from "../support/processes.ts";
import { startRole } from "../support/system.ts";
import { until } from "../support/until.ts";

const MODULE = new URL("../../src/ops/real-time.ts", import.meta.url).href;
const LOOK = new URL("../../bench/lib/real-time.ts", import.meta.url).href;
const MAY =
  availableParallelism() > 1 && spawnSync("chrt", ["--rr", "1", process.execPath, "--version"]).status === 0;

/** What a process prints that holds real time. */
async function holding(...lines: readonly string[]): Promise<string> {
  const code = [`const { holdRealTime } = await import("${MODULE}");`, ...lines];
  const args = ["--input-type=module", "--eval", code.join("\n")];
  return (await promisify(execFile)(process.execPath, args)).stdout.trim();
}

describe("real time", () => {
  const ticks = (moderation: Moderation, shares: readonly number[]) =>
    shares.map((share) => moderation.tick(share));

  it("is for who is moderate: it ends with the first busy second, and comes back after five calm ones", () => {
    const moderation = new Moderation();
    expect(ticks(moderation, [0.1, 0.69, 0.7])).to.deep.equal([true, true, false]);
    expect(ticks(moderation, [0.1, 0.1, 0.1, 0.1])).to.deep.equal([false, false, false, false]);
    expect(ticks(moderation, [0.5, 0.4, 0.4, 0.4, 0.4, 0.4])).to.deep.equal([
      ...[false, false, false, false, false],
      true,
    ]);
  });

  it("is given where it is wanted and allowed to an API process, and to nothing that it starts", async () => {
    const database = await createTestDatabase();
    const api = await startRole("api", database.url, { API_REALTIME: "true" });
    try {
      const pid = api.child.pid ?? 0;
      if (MAY) await until("it runs in real time", () => runsInRealTime(pid));
      else {
        console.log(
          "      real time is not allowed here: that the API says so, and serves, is tested instead",
        );
        expect(runsInRealTime(pid)).to.equal(false);
        expect(api.output.join("")).to.contain("API_REALTIME is not allowed here");
      }
      // Passwords are hashed in processes of their own, which nobody may wait for.
      const children = descendantsOf(pid);
      expect(children).to.have.length.above(0);
      expect(children.filter(runsInRealTime)).to.deep.equal([]);
      expect((await fetch(`${api.url}/readyz`)).status).to.equal(200);
    } finally {
      await api.stop();
      await database.drop();
    }
  });

  it("is given back by a process that is busy, and taken again by one that is calm", async () => {
    const seen = await holding(
      `const { runsInRealTime } = await import("${LOOK}");`,
      "const held = holdRealTime(1);",
      "const seen = [runsInRealTime(process.pid)];",
      "const becomes = async (wanted, rest) => {",
      "  const end = performance.now() + 20_000;",
      "  while (held !== null && runsInRealTime(process.pid) !== wanted && performance.now() < end) await rest();",
      "  seen.push(runsInRealTime(process.pid));",
      "};",
      "const burn = () => new Promise((go) => { const end = performance.now() + 50; while (performance.now() < end); setImmediate(go); });",
      "await becomes(false, burn);",
      "await becomes(true, () => new Promise((go) => setTimeout(go, 50)));",
      "console.log(JSON.stringify(seen));",
      "held?.close();",
    );
    if (!MAY) console.log("      real time is not allowed here: that it is not held is tested instead");
    expect(JSON.parse(seen)).to.deep.equal(MAY ? [true, false, true] : [false, false, false]);
  });

  it("is not given to who may not", async () => {
    const asked = ["process.setuid?.(65534);", "console.log(holdRealTime(1));"];
    expect(await holding(...asked)).to.equal("null");
  });
});
