import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect } from "chai";
import { createTestDatabase } from "../support/postgres.ts";
import { startRole } from "../support/system.ts";

const MODULE = new URL("../../src/ops/priority.ts", import.meta.url).href;
const LAST = "7";
/** Of the fields behind the name, which may have spaces (proc(5), `stat`): nice is the 19th of all. */
const NICE_AT = 19 - 3;

/** How nice each thread of a process is. */
function nicesOf(pid: number | "self"): string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[NICE_AT] ?? "";
  });
}

/** What a process prints that begins as we are and may do no more than anybody. */
async function asAnybody(...lines: readonly string[]): Promise<string> {
  const code = [`const { takePriority } = await import("${MODULE}");`, "process.setuid?.(65534);", ...lines];
  const args = ["--input-type=module", "--eval", code.join("\n")];
  return (await promisify(execFile)(process.execPath, args)).stdout.trim();
}

describe("the priority of a process", () => {
  before(function () {
    if (process.platform === "linux") return;
    console.log("      skipped: how nice threads are is read from /proc, which Linux has");
    this.skip();
  });

  it("is that of all threads of an API process", async () => {
    const database = await createTestDatabase();
    const api = await startRole("api", database.url, { API_PRIORITY: LAST });
    try {
      const nices = nicesOf(api.child.pid ?? 0);
      expect(nices).to.have.length.above(4);
      expect(nices.filter((nice) => nice !== LAST)).to.deep.equal([]);
    } finally {
      await api.stop();
      await database.drop();
    }
  });

  it("is lowered by anybody, and raised by nobody who may not", async () => {
    expect(await asAnybody(`console.log(takePriority(${LAST}), takePriority(-10))`)).to.equal("true false");
  });
});
