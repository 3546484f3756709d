import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { type AuditReport, auditDatabase } from "../../src/audit/audit-database.ts";
import { Engine } from "../engine/engine.ts";
import { multiply, writeHistory } from "./long-history.ts";
import { openBooks } from "./support.ts";

const DECISIONS = 100_000;
const EVENTS = 2_000;
const BOOKINGS_PER_EVENT = 10;
/**
 * Processor time of this process, which a machine that does something else as well does not change much; whatever else
 * takes long, such as a plan gone wrong, meets the bound of the test. The figures are printed.
 */
const LEDGER_CPU_MS_MAX = 10_000;
const EVENTS_CPU_MS_MAX = 15_000;
const MIB = 1024 * 1024;
/** What deciding an event again has to keep: its bookings, the ids of what was refused, and pages. */
const LEDGER_MIB_MAX = 64;
const EVENTS_MIB_MAX = 8;
/** Progress is told with every page of a ledger and every event; the heap is looked at so many times of all. */
const LOOKS = 20;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function heapMib(): number {
  collect();
  return process.memoryUsage().heapUsed / MIB;
}

function cpuMsNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

interface Audited {
  readonly report: AuditReport;
  /** Of this process, without what looking at the heap took. */
  readonly cpuMs: number;
  /** By how much the heap, without garbage, was ever larger than before. */
  readonly growthMib: number;
}

async function audit(url: string, steps: number): Promise<Audited> {
  const { source, close } = await openBooks(url);
  try {
    const before = heapMib();
    let [most, calls, lookCpuMs] = [before, 0, 0];
    const startedCpuMs = cpuMsNow();
    const report = await auditDatabase(source, null, () => {
      calls += 1;
      if (calls % Math.ceil(steps / LOOKS) !== 0) return;
      const startedMs = cpuMsNow();
      most = Math.max(most, heapMib());
      lookCpuMs += cpuMsNow() - startedMs;
    });
    const cpuMs = Math.round(cpuMsNow() - startedCpuMs - lookCpuMs);
    expect(lookCpuMs, "the heap was looked at").to.be.greaterThan(0);
    return { report, cpuMs, growthMib: most - before };
  } finally {
    await close();
  }
}

describe("npm run verify on a lot", function () {
  this.timeout(120_000);
  let engine: Engine;

  beforeEach(async () => {
    engine = await Engine.start();
  });
  afterEach(() => engine.stop());

  it("decides a ledger of 100,000 again, a page at a time", async () => {
    const eventId = await engine.event({ capacity: DECISIONS / 5 });
    await writeHistory(engine, eventId, DECISIONS);
    const { report, cpuMs, growthMib } = await audit(engine.database.url, DECISIONS / 1_000);
    const { entries, bookings } = report;
    console.log(
      `        ${entries} decisions, ${bookings} bookings: ${cpuMs} ms of CPU in ${Math.round(report.durationMs)} ms, heap + ${growthMib.toFixed(1)} MiB`,
    );
    expect(report.listed).to.deep.equal([]);
    expect([entries, bookings]).to.deep.equal([DECISIONS + 1, DECISIONS / 5]);
    expect(cpuMs).to.be.lessThan(LEDGER_CPU_MS_MAX);
    expect(growthMib).to.be.lessThan(LEDGER_MIB_MAX);
  });

  it("looks at 2,000 events one after the other, and forgets each", async () => {
    const eventId = await engine.event();
    await writeHistory(engine, eventId, BOOKINGS_PER_EVENT);
    await multiply(engine.pool, eventId, EVENTS - 1);
    const { report, cpuMs, growthMib } = await audit(engine.database.url, EVENTS * 3);
    const { events, bookings } = report;
    console.log(
      `        ${events} events, ${bookings} bookings: ${cpuMs} ms of CPU in ${Math.round(report.durationMs)} ms, heap + ${growthMib.toFixed(1)} MiB`,
    );
    expect(report.listed).to.deep.equal([]);
    expect([events, bookings]).to.deep.equal([EVENTS, EVENTS * BOOKINGS_PER_EVENT]);
    expect(cpuMs).to.be.lessThan(EVENTS_CPU_MS_MAX);
    expect(growthMib).to.be.lessThan(EVENTS_MIB_MAX);
  });
});
