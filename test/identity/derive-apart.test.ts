import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { createDeriveApart } from "../../src/identity/derive-apart.ts";
import { createPasswordHasher } from "../../src/identity/passwords.ts";
import { Fault } from "../../src/ops/fault.ts";
import { until } from "../support/until.ts";

const NICENESS = 7;

/** The hashing processes of this one, with their niceness. */
function processes(): { readonly pid: number; readonly niceness: number }[] {
  const listed = execFileSync("ps", ["-A", "-o", "pid=,ppid=,ni=,args="], { encoding: "utf8" });
  return listed.split("\n").flatMap((line) => {
    const [pid, parent, niceness] = line.trim().split(/\s+/).map(Number);
    const isOurs = parent === process.pid && line.includes("derive-process");
    return isOurs && pid !== undefined && niceness !== undefined ? [{ pid, niceness }] : [];
  });
}

describe("password hashing in processes of its own", () => {
  let apart: ReturnType<typeof createDeriveApart>;
  let hasher: ReturnType<typeof createPasswordHasher>;
  beforeEach(() => {
    apart = createDeriveApart({ processes: 2, niceness: NICENESS });
    hasher = createPasswordHasher({ concurrencyMax: 2, queueMax: 100, derive: apart.derive });
  });
  afterEach(async () => {
    apart.close();
    await until("they have ended", () => processes().length === 0);
  });

  it("is the same function, at a lower priority", async () => {
    const stored = await hasher.hash("plum tree 47");
    expect(
      await createPasswordHasher({ concurrencyMax: 1, queueMax: 1 }).verify("plum tree 47", stored),
    ).to.equal(true);
    expect(await hasher.verify("plum tree 47", stored)).to.equal(true);
    expect(await hasher.verify("plum tree 48", stored)).to.equal(false);
    // One of the two has computed nothing yet, and on a busy machine it may not have begun to run.
    await until("both have taken their priority", () => {
      const taken = processes().map(({ niceness }) => niceness);
      return taken.length === 2 && taken.every((niceness) => niceness === NICENESS);
    });
  });

  it("survives the end of a process: who waits for it is told to come back, the next gets another", async () => {
    const stored = await hasher.hash("plum tree 47");
    const attempts = Promise.allSettled(
      Array.from({ length: 10 }, () => hasher.verify("plum tree 47", stored)),
    );
    for (const { pid } of processes()) process.kill(pid, "SIGKILL");
    const results = await attempts;
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason).to.be.instanceOf(Fault);
      else expect(result.value).to.equal(true);
    }
    expect(results.some(({ status }) => status === "rejected")).to.equal(true);
    expect(await hasher.verify("plum tree 47", stored)).to.equal(true);
  });

  it("tells what cannot be computed, and goes on", async () => {
    const parameters = { nonce: Buffer.alloc(1), tagLength: 4, memory: 8, passes: 1, parallelism: 1 };
    const failed = await apart.derive({ ...parameters, message: "x" }).catch((error: Error) => error);
    expect(failed).to.be.instanceOf(Error);
    expect(await hasher.hash("plum tree 47")).to.contain("$argon2id$");
  });
});
