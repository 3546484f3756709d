import { expect } from "chai";
import type { Fault, FaultRun } from "../fault-runs/fault.ts";
import { ALL_FAULTS } from "../fault-runs/faults/all-faults.ts";
import { runOnce } from "../fault-runs/run.ts";
import { PostgresPark } from "../fault-runs/system/postgres.ts";
import { removeFolder } from "../support/folders.ts";

/** A fault that never comes back, with the system of another. */
function endless(changes: Partial<Fault> = {}): { readonly fault: Fault; readonly begun: Promise<FaultRun> } {
  const { promise: begun, resolve } = Promise.withResolvers<FaultRun>();
  const usual = ALL_FAULTS.find(({ id }) => id === "F4")!;
  const inject = (run: FaultRun) => {
    resolve(run);
    return new Promise<void>(() => undefined);
  };
  return { fault: { ...usual, ...changes, inject }, begun };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a fault run that does not come to its end", () => {
  const park = new PostgresPark();
  after(() => park.close());

  it("is stopped by who has had enough, and leaves no process behind", async () => {
    const stop = new AbortController();
    const { fault, begun } = endless();
    const options = { park, isQuick: true, signal: stop.signal, preloads: [], env: {} };
    const underWay = runOnce({ fault, point: "busy", seed: 1 }, options);
    const pids = (await begun).system.processes.map(({ pid }) => pid);
    expect(pids.filter(isAlive)).to.deep.equal(pids).and.not.be.empty;
    stop.abort();
    const { error, kept } = await underWay;
    expect(error).to.include("it was stopped");
    removeFolder(String(kept));
    expect(pids.filter(isAlive)).to.deep.equal([]);
  });

  it("is given up after a bound, and says so", async () => {
    const { fault } = endless({ runMsMax: 500 });
    const options = { park, isQuick: true, signal: new AbortController().signal, preloads: [], env: {} };
    const { error, kept } = await runOnce({ fault, point: "busy", seed: 1 }, options);
    expect(error).to.include("did not come to its end within 500 ms");
    removeFolder(String(kept));
  });
});
