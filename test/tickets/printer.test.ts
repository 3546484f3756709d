import { expect } from "chai";
import { PRINTER_LIMITS, Printer } from "../../src/tickets/printer.ts";
import { readPdf, scanPng } from "./reading.ts";
import { sheetWith } from "./sheets.ts";

/** A thread that does what its script says. */
function threadOf(script: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
}

const LISTENING = 'import { parentPort } from "node:worker_threads";';

describe("the printer of tickets", () => {
  it("draws a hundred tickets while other work goes on", async () => {
    const printer = new Printer();
    try {
      const code = sheetWith(1).tickets[0]?.code ?? "";
      // The thread and its packages are there then; requests wait for them only once.
      expect(scanPng(await printer.print({ type: "png", code }))).to.equal(code);
      let longestMs = 0;
      let last = performance.now();
      const pulse = setInterval(() => {
        longestMs = Math.max(longestMs, performance.now() - last);
        last = performance.now();
      }, 5);
      const began = performance.now();
      const pdf = await printer.print({ type: "pdf", sheet: sheetWith(100) });
      const tookMs = performance.now() - began;
      clearInterval(pulse);
      const { pages, scan } = await readPdf(pdf);
      expect(pages).to.have.length(100);
      expect(await scan(1)).to.equal(code);
      expect(await scan(100)).to.equal(sheetWith(100).tickets[99]?.code);
      expect(longestMs, `of ${tookMs} ms`).to.be.below(tookMs / 2);
    } finally {
      await printer.close();
    }
  });

  it("keeps jobs in order and apart, and refuses those beyond its bound", async () => {
    const printer = new Printer({ ...PRINTER_LIMITS, waitingMax: 2 });
    const sheets = sheetWith(4).tickets;
    const results = await Promise.allSettled(sheets.map(({ code }) => printer.print({ type: "png", code })));
    await printer.close();
    expect(results.map(({ status }) => status)).to.deep.equal([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
    ]);
    for (const [at, result] of results.entries()) {
      if (result.status === "fulfilled") expect(scanPng(result.value)).to.equal(sheets[at]?.code);
      else expect(result.reason).to.include({ name: "Fault", kind: "Overloaded" });
    }
  });

  it("tells why a job cannot be drawn, and goes on with the next", async () => {
    const printer = new Printer();
    const broken = { ...sheetWith(1), startsAt: Number.NaN };
    const failed = await printer.print({ type: "pdf", sheet: broken }).catch((error: Error) => error.message);
    expect(failed).to.match(/^tickets cannot be drawn/);
    expect((await printer.print({ type: "pdf", sheet: sheetWith(1) })).subarray(0, 5).toString()).to.equal(
      "%PDF-",
    );
    await printer.close();
    expect(await printer.print({ type: "svg", code: "A" }).catch((error: Error) => error.name)).to.equal(
      "Fault",
    );
  });

  it("gives up on a thread that hangs or dies, and starts another", async () => {
    const hanging = new Printer(
      { ...PRINTER_LIMITS, jobMsMax: 100 },
      threadOf(`${LISTENING} parentPort.on("message", () => { for (;;); });`),
    );
    for (let at = 0; at < 2; at += 1) {
      const failed = await hanging.print({ type: "svg", code: "A" }).catch((error: Error) => error);
      expect(failed).to.include({ name: "Fault", kind: "Overloaded" });
    }
    await hanging.close();
    const dying = new Printer(
      PRINTER_LIMITS,
      threadOf(`${LISTENING} parentPort.on("message", () => { throw new Error("dead"); });`),
    );
    for (let at = 0; at < 2; at += 1) {
      expect(await dying.print({ type: "svg", code: "A" }).catch((error: Error) => error.message)).to.equal(
        "dead",
      );
    }
    await dying.close();
  });
});
