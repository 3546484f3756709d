import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

const ONSALE = join(import.meta.dirname, "../../bench/onsale.ts");

async function onsale(...argv: readonly string[]) {
  const program = spawn(process.execPath, [ONSALE, ...argv], { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  let complained = "";
  program.stdout.on("data", (chunk) => (printed += chunk));
  program.stderr.on("data", (chunk) => (complained += chunk));
  const [code] = (await once(program, "close")) as [number | null];
  return { code, printed, complained, pid: program.pid };
}

describe("npm run onsale", () => {
  it("sells 50 tickets to 60 buyers on a server of its own, checks the books and leaves nothing", async () => {
    const { code, printed, complained, pid } = await onsale(
      "--tickets",
      "50",
      "--buyers",
      "60",
      "--json",
      "--seed",
      "5",
    );
    expect(complained).to.equal("");
    const report = JSON.parse(printed);
    expect(report).to.deep.include({
      tickets: 50,
      buyers: 60,
      tickets_sold: 50,
      tickets_left: 0,
      unanswered: 0,
      database_checked: true,
      books_are_right: true,
    });
    expect(report.bookings + report.refused).to.equal(60);
    expect(report.checks.map(({ name }: { name: string }) => name)).to.include(
      "ledger = counters = bookings",
    );
    expect(report.latency.p50_ms).to.be.above(0);
    expect(code).to.equal(0);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`evently-onsale-${pid}-`))).to.deep.equal(
      [],
    );
  });

  it("says in one line what is accepted, and ends with 2, where an option cannot be used", async () => {
    const { code, printed, complained } = await onsale("--buyers", "none");
    expect({ code, printed }).to.deep.equal({ code: 2, printed: "" });
    expect(complained).to.equal("onsale: --buyers none: a whole number from 1 to 100000 is accepted\n");
  });

  it("says that no server answers, and ends with 1", async () => {
    const admin = ["--admin-email", "a@example.com", "--admin-password", "b"];
    const { code, complained } = await onsale("--url", "http://127.0.0.1:1", ...admin, "--json");
    expect(code).to.equal(1);
    expect(complained).to.match(/^onsale: http:\/\/127\.0\.0\.1:1 does not answer: .*ECONNREFUSED.*\n$/);
  });
});
