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
/** Generous, for a machine that does something else as well; the figures are printed. */
const LEDGER_MS_MAX = 12_000;
const EVENTS_MS_MAX = 20_000;
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

interface Audited {
  readonly report: AuditReport;
  /** Without the time that looking at the heap took. */
  readonly durationMs: number;
  /** By how much the heap, without garbage, was ever larger than before. */
  readonly growthMib: number;
}

async function audit(url: string, steps: number): Promise<Audited> {
  const { source, close } = await openBooks(url);
  try {
    const before = heapMib();
    let [most, calls, lookMs] = [before, 0, 0];
    const report = await auditDatabase(source, null, () => {
      calls += 1;
      if (calls % Math.ceil(steps / LOOKS) !== 0) return;
      const startedMs = performance.now();
      most = Math.max(most, heapMib());
      lookMs += performance.now() - startedMs;
    });
    expect(lookMs, "the heap was looked at").to.be.greaterThan(0);
    return { report, durationMs: Math.round(report.durationMs - lookMs), growthMib: most - before };
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
    const { report, durationMs, growthMib } = await audit(engine.database.url, DECISIONS / 1_000);
    const { entries, bookings } = report;
    console.log(
      `        ${entries} decisions, ${bookings} bookings: ${durationMs} ms, heap + ${growthMib.toFixed(1)} MiB`,
    );
    expect(report.listed).to.deep.equal([]);
    expect([entries, bookings]).to.deep.equal([DECISIONS + 1, DECISIONS / 5]);
    expect(durationMs).to.be.lessThan(LEDGER_MS_MAX);
    expect(growthMib).to.be.lessThan(LEDGER_MIB_MAX);
  });

  it("looks at 2,000 events one after the other, and forgets each", async () => {
    const eventId = await engine.event();
    await writeHistory(engine, eventId, BOOKINGS_PER_EVENT);
    await multiply(engine.pool, eventId, EVENTS - 1);
    const { report, durationMs, growthMib } = await audit(engine.database.url, EVENTS * 3);
    const { events, bookings } = report;
    console.log(
      `        ${events} events, ${bookings} bookings: ${durationMs} ms, heap + ${growthMib.toFixed(1)} MiB`,
    );
    expect(report.listed).to.deep.equal([]);
    expect([events, bookings]).to.deep.equal([EVENTS, EVENTS * BOOKINGS_PER_EVENT]);
    expect(durationMs).to.be.lessThan(EVENTS_MS_MAX);
    expect(growthMib).to.be.lessThan(EVENTS_MIB_MAX);
  });
});
