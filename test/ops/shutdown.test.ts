import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { Program } from "../support/processes.ts";

const ROLE = join(import.meta.dirname, "../fixtures/role.ts");

function role(behaviour: string, env: Record<string, string> = {}): Program {
  return new Program([process.execPath, ROLE], { env: { ROLE: behaviour, ...env } });
}

async function readyRole(behaviour: string, env: Record<string, string> = {}): Promise<Program> {
  const program = role(behaviour, env);
  await program.prints(/ ready$/m);
  return program;
}

describe("a role process", () => {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    it(`closes its steps in order on ${signal} and exits with 0`, async () => {
      const program = await readyRole("");
      program.kill(signal);
      expect(await program.ended).to.equal(0);
      expect(program.printed).to.match(/first closed[\s\S]*second closed[\s\S]*third closed/);
    });
  }

  it("closes the later steps although one failed, and says which", async () => {
    const program = await readyRole("step fails");
    program.kill("SIGTERM");
    expect(await program.ended).to.equal(0);
    expect(program.printed).to.match(/failed to close .*"second".*second is broken[\s\S]*third closed/);
  });

  it("exits with 1 when closing takes longer than allowed", async () => {
    const program = await readyRole("never closes", { SHUTDOWN_MS_MAX: "300" });
    const began = Date.now();
    program.kill("SIGTERM");
    expect(await program.ended).to.equal(1);
    expect(Date.now() - began).to.be.within(250, 1_500);
    expect(program.printed).to.contain("not closed in time");
  });

  it("takes the same signal twice in a moment for one: npm passes on what the terminal sent already", async () => {
    const program = await readyRole("");
    program.kill("SIGINT");
    await program.prints(/closing/);
    program.kill("SIGINT");
    expect(await program.ended).to.equal(0);
    expect(program.printed).to.contain("third closed");
  });

  it("exits at once on a second signal", async () => {
    const program = await readyRole("never closes", { SHUTDOWN_MS_MAX: "10000" });
    program.kill("SIGINT");
    await sleep(800);
    program.kill("SIGINT");
    expect(await program.ended).to.equal(1);
  });

  it("closes and exits with 1 after an error that nobody caught", async () => {
    const program = role("uncaught error");
    expect(await program.ended).to.equal(1);
    expect(program.printed).to.match(/uncaught error; closing .*nobody caught this[\s\S]*third closed/);
  });

  it("closes when nothing is left to do", async () => {
    const program = role("ends by itself");
    expect(await program.ended).to.equal(0);
    expect(program.printed).to.contain("third closed");
  });

  it("closes when the channel to its parent ends", async () => {
    const child = fork(ROLE, { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    expect((await once(child, "message"))[0]).to.deep.equal({ type: "ready", port: 4_321 });
    child.disconnect();
    expect((await once(child, "exit"))[0]).to.equal(0);
  });

  it("closes when its parent was gone before it was ready", async () => {
    const child = fork(ROLE, { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    child.disconnect();
    expect((await once(child, "exit"))[0]).to.equal(0);
  });
});
