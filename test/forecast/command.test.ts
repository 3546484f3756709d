import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(import.meta.dirname, "../..");
const DATA = join(import.meta.dirname, "data/daily-bookings.csv");
const SHORT_DAYS = 200;

describe("npm run forecast:backtest", () => {
  let folder: string;
  let short: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "evently-backtest-"));
    const [headings, ...days] = readFileSync(DATA, "utf8").trim().split("\n");
    short = file("short.csv", [headings, ...days.slice(-SHORT_DAYS)].join("\n"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: string[]) => {
    const out = join(folder, "out");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["bench/forecast/backtest.ts", "--out", out, ...args],
      { cwd: ROOT, encoding: "utf8" },
    );
    return { status, stdout, stderr, out };
  };
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it("prints a table, and writes JSON and a picture", () => {
    const { status, stdout, out } = run(
      "--data",
      short,
      "--column",
      "total",
      "--horizon",
      "7",
      "--from",
      "2021-10-01",
    );
    expect(status).to.equal(0);
    for (const word of [
      "evently",
      "seasonal naive",
      "exponential smoothing",
      "WAPE day",
      "WAPE week",
      "bias",
      "80 %",
      "95 %",
    ]) {
      expect(stdout).to.include(word);
    }
    const json = JSON.parse(readFileSync(join(out, "backtest.json"), "utf8"));
    expect(json).to.include({ column: "total", horizon_days: 7, from: "2021-10-01", to: "2021-12-31" });
    expect(json.methods[0]).to.include.keys(
      "by_day",
      "by_week",
      "better_than_seasonal_naive_by",
      "weekly_accuracy",
    );
    expect(readFileSync(join(out, "backtest.svg"), "utf8"))
      .to.match(/^<svg [\s\S]*<\/svg>\n$/)
      .and.not.include("NaN");
  });

  it("prints JSON alone when asked to, the same every time", () => {
    const args = ["--data", short, "--column", "property_05", "--from", "2021-11-01", "--json"];
    const [first, second] = [run(...args), run(...args)];
    expect(first.stdout).to.equal(second.stdout);
    expect(JSON.parse(first.stdout)).to.include({ column: "property_05" });
  });

  it("explains itself", () => {
    const { status, stdout } = run("--help");
    expect(status).to.equal(0);
    for (const option of ["--data", "--column", "--horizon", "--from", "--out", "--json"])
      expect(stdout).to.include(option);
  });

  const rows = (...lines: string[]) => ["date,total", ...lines, ""].join("\n");
  const WRONG: readonly [title: string, args: () => string[], said: RegExp][] = [
    ["no file", () => [], /--data FILE.csv is needed/],
    ["a file that is not there", () => ["--data", "nowhere.csv"], /there is no such file/],
    ["an unknown column", () => ["--data", DATA, "--column", "sum"], /has the columns total, property_01/],
    ["a horizon that is none", () => ["--data", DATA, "--horizon", "0"], /a whole number from 1 to 28/],
    ["a day that is none", () => ["--data", DATA, "--from", "2021-02-30"], /a date such as 2021-01-01/],
    [
      "a day that is not in the file",
      () => ["--data", DATA, "--from", "2025-01-01"],
      /days from 2019-01-01 to 2021-12-31/,
    ],
    [
      "a day before the first booking",
      () => ["--data", DATA, "--from", "2019-01-05"],
      /a later day is accepted/,
    ],
    ["no room for the horizon", () => ["--data", DATA, "--from", "2021-12-28"], /which ends on 2021-12-31/],
    ["a count that is none", () => ["--data", file("a.csv", rows("2021-01-01,x"))], /line 2: total is "x"/],
    ["a count below 0", () => ["--data", file("b.csv", rows("2021-01-01,-1"))], /at least 0/],
    [
      "a day left out",
      () => ["--data", file("c.csv", rows("2021-01-01,1", "2021-01-03,1"))],
      /line 3: 2021-01-03 comes after 2021-01-01/,
    ],
    ["no date", () => ["--data", file("d.csv", "day,total\n2021-01-01,1\n")], /has no column date/],
    ["nothing at all", () => ["--data", file("e.csv", "")], /has no rows/],
    ["only zeros", () => ["--data", file("f.csv", rows("2021-01-01,0", "2021-01-02,0"))], /every count is 0/],
    ["an unknown option", () => ["--days", "7"], /unknown option --days/],
  ];

  for (const [title, args, said] of WRONG) {
    it(`refuses ${title} in one line, and ends with 2`, () => {
      const { status, stdout, stderr } = run(...args());
      expect(status).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr)
        .to.match(/^forecast:backtest: [^\n]+\n$/)
        .and.match(said);
    });
  }

  it("has its results committed, with their picture", () => {
    for (const name of ["backtest.json", "backtest.svg"]) {
      expect(existsSync(join(ROOT, "bench/results/forecast", name)), name).to.equal(true);
    }
  });
});
