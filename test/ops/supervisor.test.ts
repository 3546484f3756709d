import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { backoffMs } from "../../src/ops/child.ts";
import { descendantsOf, Program, survivors } from "../support/processes.ts";

const SUPERVISED = join(import.meta.dirname, "../fixtures/supervised.ts");

async function started(env: Record<string, string> = {}): Promise<{ program: Program; pids: number[] }> {
  const program = new Program([process.execPath, SUPERVISED], { env });
  const [, pids = ""] = await program.prints(/started (\[.*\]) 4321/);
  return { program, pids: JSON.parse(pids) as number[] };
}

describe("the supervisor", () => {
  it("drains group after group on SIGTERM and leaves no process", async () => {
    const { program } = await started();
    const below = descendantsOf(program.pid);
    expect(below).to.have.length(3);
    program.kill("SIGTERM");
    expect(await program.ended).to.equal(0);
    expect(program.printed).to.match(/front \d+ third closed[\s\S]*back \d+ closing/);
    expect(await survivors(below, 1_000)).to.deep.equal([]);
  });

  it("starts a killed child again at once, also the third time", async () => {
    const { program, pids } = await started();
    let [, back = 0] = pids;
    for (let i = 0; i < 3; i++) {
      const began = Date.now();
      process.kill(back, "SIGKILL");
      const [, again] = await program.prints(
        new RegExp(`(?:back \\d+ ready[\\s\\S]*){${i + 1}}back (\\d+) ready`),
      );
      expect(Date.now() - began).to.be.below(2_000);
      back = Number(again);
    }
    program.kill("SIGTERM");
    expect(await program.ended).to.equal(0);
    expect(await survivors([...pids, back], 1_000)).to.deep.equal([]);
  });

  it("waits longer and longer only where a child dies soon after its start again and again", () => {
    expect([0, 1, 2, 3, 4, 20].map(backoffMs)).to.deep.equal([0, 0, 100, 200, 400, 10_000]);
  });

  it("kills what does not drain in its share of the time, the next group has its own", async () => {
    const env = { ROLE_FRONT: "never closes", SUPERVISOR_MS_MAX: "1000", SHUTDOWN_MS_MAX: "20000" };
    const { program, pids } = await started(env);
    const began = Date.now();
    program.kill("SIGTERM");
    expect(await program.ended).to.equal(0);
    expect(Date.now() - began).to.be.within(450, 2_000);
    expect(program.printed).to.match(/not drained in time[\s\S]*back \d+ third closed/);
    expect(await survivors(pids, 0)).to.deep.equal([]);
  });

  it("ends everything at once when it is asked a second time", async () => {
    const { program, pids } = await started({ ROLE_FRONT: "never closes", SHUTDOWN_MS_MAX: "20000" });
    program.kill("SIGINT");
    await sleep(800);
    program.kill("SIGINT");
    expect(await survivors([program.pid, ...pids], 500)).to.deep.equal([]);
  });

  it("gives up, and stops the others, where a child ends before it was ever ready", async () => {
    const program = new Program([process.execPath, SUPERVISED], { env: { ROLE_BACK: "never ready" } });
    expect(await program.ended).to.equal(1);
    expect(program.printed).to.contain("failed: back ended (exit code 3) before it was ready");
  });

  it("leaves no process when it is killed, not even a child that cannot notice", async () => {
    const { program, pids } = await started({ SUPERVISOR_MS_MAX: "1000" });
    const below = descendantsOf(program.pid);
    process.kill(pids[1] ?? 0, "SIGSTOP");
    program.kill("SIGKILL");
    expect(await survivors(below, 5_000)).to.deep.equal([]);
    expect(program.printed).to.match(/front \d+ third closed/);
  });
});
