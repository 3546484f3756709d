import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readBenchOptions } from "../../bench/lib/bench-options.ts";
import { Started } from "../../bench/lib/started.ts";
import { LatencyHistogram } from "../../bench/lib/statistics.ts";
import { generatorShare, latenciesOf } from "../../bench/open-loop/measure-open.ts";
import type { WindowSeen } from "../../bench/open-loop/messages.ts";
import { latencyPlan } from "../../bench/suites/latency.ts";
import { latencyChart, latencyGoals, renderLatency } from "../../bench/suites/latency-report.ts";
import type { LatencyRow } from "../../bench/suites/latency-result.ts";
import { overloadChart, renderOverload } from "../../bench/suites/overload-report.ts";
import type { OverloadResult } from "../../bench/suites/overload-result.ts";
import { figuresOf } from "../../bench/suites/pages.ts";
import { SUITES } from "../../bench/suites/registry.ts";
import { runSuite } from "../../bench/suites/run-suite.ts";
import { renderSoak, soakChart } from "../../bench/suites/soak-report.ts";
import type { SoakResult } from "../../bench/suites/soak-result.ts";
import { windowsOf } from "../../bench/suites/soak-rows.ts";
import { judgedFrom, keepingUp, steadiness, trendsOf } from "../../bench/suites/soak-verdict.ts";
import type { Suite } from "../../bench/suites/suite.ts";
import { renderLineChart } from "../../src/charts/line-chart.ts";
import { linearScale, logScale, percentileScale } from "../../src/charts/scales.ts";

function encoded(...latencies: readonly number[]): string {
  const histogram = new LatencyHistogram();
  for (const ms of latencies) histogram.add(ms);
  return histogram.encode();
}

const GENERATOR = generatorShare([encoded(0.4, 0.5)], 0.12);

function row(over: Partial<LatencyRow>): LatencyRow {
  return {
    variant: "evently",
    prefer: "wait",
    rate_per_s: 1_667,
    pool_size: null,
    offered_per_s: 1_660,
    answered_per_s: 1_660,
    decided_per_s: 1_659,
    accept: null,
    decision: latenciesOf([encoded(5, 10, 20, 40)]),
    refused: null,
    refused_by_code: {},
    broken: 0,
    unanswered: 0,
    unheard: 0,
    gave_up: 0,
    backlog: 3,
    connections: 40,
    generator: GENERATOR,
    cpu: { load: 0.1, api: 0.2, worker: 0.1, postgresql: 0.1, other: 0 },
    cpu_us_per_decision: null,
    violations: [],
    ...over,
  };
}

describe("the suites of the benchmark", () => {
  it("have names and files of their own, and a line of help", () => {
    for (const pick of ["name", "file"] as const) {
      expect(new Set(SUITES.map((suite) => suite[pick])).size).to.equal(SUITES.length);
    }
    expect(SUITES.every(({ help, title }) => help !== "" && title !== "")).to.equal(true);
    const names = SUITES.map(({ name }) => name);
    expect(names).to.include.members(["throughput", "latency", "overload", "soak"]);
    expect(readBenchOptions([], SUITES)).to.deep.include({ suites: names });
  });
});

describe("the run of a suite", () => {
  const suite: Suite<{ readonly figure: number }> = {
    name: "tiny",
    title: "A tiny suite",
    help: "nothing",
    file: "small",
    notWhenQuick: null,
    run: async ({ say }) => {
      say("measuring");
      return { figure: 7 };
    },
    render: ({ figure }) => `the figure is ${figure}`,
    charts: () => ({ "small.svg": "<svg/>" }),
    violations: () => ["one ticket too many"],
  };
  let folder = "";

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "evently-suite-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function runTiny(...argv: string[]) {
    const options = readBenchOptions([...argv, "--out", folder], [suite]);
    if (options === "help") throw new Error("help was asked for");
    const said: string[] = [];
    const violations = await runSuite(suite, options, new Started(), (line) => said.push(line));
    return { said: said.join("\n"), violations, files: (await readdir(folder)).toSorted() };
  }

  it("prints and writes what came of it, and tells its violations", async () => {
    const { said, violations, files } = await runTiny();
    expect(said).to.include("A tiny suite").and.include("measuring").and.include("the figure is 7");
    expect(violations).to.deep.equal(["one ticket too many"]);
    expect(files).to.deep.equal(["small.json", "small.svg"]);
    const written = JSON.parse(await readFile(join(folder, "small.json"), "utf8"));
    expect(written).to.deep.include({ suite: "tiny", figure: 7, quick: false });
    expect(Date.parse(written.started_at)).to.be.closeTo(Date.now(), 60_000);
  });

  it("does not overwrite the results of a full run with those of a quick one", async () => {
    expect((await runTiny("--quick")).files).to.deep.equal(["quick-small.json", "quick-small.svg"]);
  });
});

describe("histograms between processes", () => {
  it("are the same on the other side, and add up", () => {
    const both = new LatencyHistogram().addEncoded(encoded(1, 2), encoded(), encoded(300));
    expect(both.count).to.equal(3);
    expect(both.summary()).to.deep.include({ p50_ms: 2, max_ms: 300 });
  });

  it("tell a curve no further than there are values", () => {
    const histogram = new LatencyHistogram();
    for (let ms = 1; ms <= 1_000; ms += 1) histogram.add(ms);
    const curve = histogram.curve();
    expect(curve.at(-1)?.percentile).to.equal(99.9);
    for (const { percentile, ms } of curve) expect(ms).to.be.closeTo(percentile * 10, 3);
  });
});

describe("what is measured of latencies", () => {
  it("has everybody meet the same arrivals at one rate, and others at another", () => {
    const plan = latencyPlan([1_667, 5_000], [{ variant: "evently" }, { variant: "conditional" }]);
    expect(plan.map(({ variant, rate_per_s, seed }) => `${variant} ${rate_per_s} ${seed}`)).to.deep.equal([
      "evently 1667 0",
      "conditional 1667 0",
      "evently 5000 1",
      "conditional 5000 1",
    ]);
  });
});

describe("what an open loop with several kinds of requests counts", () => {
  const window = (over: Partial<WindowSeen>): WindowSeen => {
    const none = encoded();
    const histograms = { decided: none, accepted: none, refused: none, refusedSinceSent: none, other: none };
    return {
      ...histograms,
      ...{ offered: 9, unanswered: none, otherUnanswered: none, lag: none, refusedByCode: {}, broken: 0 },
      ...{ gaveUp: 0, inFlight: 0, waiting: 0, connections: 4 },
      ...over,
    };
  };
  const seen = window({
    decided: encoded(10),
    accepted: encoded(5_000, 5_000),
    other: encoded(2),
    unanswered: encoded(8_000),
    otherUnanswered: encoded(9_000),
  });
  const decisions = { latencies: [encoded(5_100, 5_200)], unheard: 0, violations: [] };

  it("has a booking that was answered 202 in the percentiles of a soak, and an unanswered read in none", () => {
    const sizes = { tables_mib: 1, indexes_mib: 1, jobs_mib: 1, dead_jobs: 0 };
    const ends = [0, 1_000].map((atMs) => ({ reading: { atMs, decided: atMs, cpu: null }, sizes }));
    const [row] = windowsOf({ windows: [seen] }, ends, { decisions, windowMin: 1 });
    expect(row).to.deep.include({ p50_ms: 5_100, p99_ms: 8_000, answered_202: 2, unanswered: 2, refused: 0 });
  });

  it("has pages and bookings that were never answered each among their own", () => {
    const { page, decision, answered_202, unanswered } = figuresOf(seen, decisions);
    expect({ answered_202, unanswered }).to.deep.equal({ answered_202: 2, unanswered: 2 });
    expect(page).to.deep.include({ count: 2 });
    expect(page?.summary.max_ms).to.equal(9_000);
    expect(decision).to.deep.include({ count: 4 });
    expect(decision?.summary.max_ms).to.equal(8_000);
  });
});

describe("the report on latencies", () => {
  const accepted = row({ prefer: "respond-async", accept: latenciesOf([encoded(2, 3, 12)]) });
  const behind = row({
    variant: "conditional",
    generator: generatorShare([encoded(1, 80)], 0.3),
    unanswered: 7,
    refused_by_code: { "503 OVERLOADED": 12 },
    violations: ["nothing is oversold: 5 of 4"],
  });
  const rows = [row({}), accepted, behind];
  const result = {
    warm_up_ms: 1_000,
    measure_ms: 2_000,
    connections_max: 9,
    goals: latencyGoals(rows),
    rows,
  };

  it("judges the goals at 100,000 requests a minute: 202 and decision each by its own measurement", () => {
    expect(result.goals.map(({ value, reached }) => ({ value, reached }))).to.deep.equal([
      { value: 12, reached: false },
      { value: 40, reached: true },
    ]);
    expect(latencyGoals([row({ rate_per_s: 5_000 })]).map(({ reached }) => reached)).to.deep.equal([
      null,
      null,
    ]);
  });

  it("has a line for the answer and one for the decision, and says what went wrong", () => {
    const text = renderLatency(result);
    expect(text).to.match(/1,667 requests\/s on one event \(100,020 a minute\)/);
    expect(text)
      .to.match(/^evently, 202 +202 /m)
      .and.match(/^evently, 202 +decision /m);
    expect(text).to.match(/GENERATOR BEHIND: conditional .*more than 80\.\d ms late/);
    expect(text.match(/GENERATOR BEHIND/g)).to.have.lengthOf(1);
    expect(text).to.include("7 requests were never answered").and.include("12 × 503 OVERLOADED");
    expect(text).to.include("BOOKS VIOLATED by conditional (wait) at 1,667/s: nothing is oversold: 5 of 4");
  });

  it("draws a curve for each, higher where it takes longer", () => {
    const svg = latencyChart(result);
    expect(svg.match(/<polyline /g)).to.have.lengthOf(3);
    for (const label of ["evently: accepted (202)", "evently: decided (201)", "conditional"]) {
      expect(svg).to.include(`>${label}<`);
    }
  });
});

describe("the report on overload", () => {
  const PROBE = { latency: latenciesOf([encoded(4, 9)]), failed: 0, shed: 0 };
  const side = {
    offered_per_s: 21_000,
    overload_s: 20,
    goodput_per_s: 6_300,
    goodput_against_capacity: 0.9,
    decided_per_s_by_second: [6_300],
    accept: null,
    decision: latenciesOf([encoded(900, 4_000)]),
    refused: null,
    refused_since_sent: null,
    refused_by_code: {},
    broken: 0,
    gave_up: 1_234,
    unanswered: 0,
    unheard: 0,
    backlog: 40,
    connections: 5_000,
    shed: { "entering (loop)": 8 },
    others: {
      health: PROBE,
      confirm: PROBE,
      poll: PROBE,
      list: { ...PROBE, failed: 3, shed: 2 },
      page: PROBE,
    },
    recovery_ms: 2_500,
    generator: GENERATOR,
    cpu: null,
    violations: [],
  };
  const result: OverloadResult = {
    capacity_per_s: 7_000,
    times_capacity: 3,
    connections_max: 5_000,
    patience_ms: 5_000,
    bounds: { MAILBOX_DEPTH_MAX: 200_000 },
    rows: [
      { ...side, prefer: "wait" },
      { ...side, prefer: "respond-async", recovery_ms: null },
    ],
  };

  it("holds goodput against capacity, and says what kept the queues finite", () => {
    const text = renderOverload(result);
    expect(text).to.match(/goodput against capacity +0\.90 +0\.90/);
    expect(text).to.match(/recovery after the load +2\.50 s +not within 120 s/);
    expect(text).to.include("MAILBOX_DEPTH_MAX 200,000").and.include("nothing was refused");
  });

  it("tells refusals by code", () => {
    const refused = latenciesOf([encoded(5)]);
    const rows = result.rows.map((one) => ({ ...one, refused, refused_by_code: { "503 OVERLOADED": 8 } }));
    const text = renderOverload({ ...result, rows });
    expect(text).to.include("8 × 503 OVERLOADED").and.not.include("nothing was refused");
  });

  it("tells who was shed, and how those fared who wanted something else", () => {
    const text = renderOverload(result);
    expect(text).to.include("clients that wait for the decision, shed: 8 × entering (loop)");
    expect(text).to.match(/GET \/health: failed, with 503 +0, 0 +0, 0/);
    expect(text).to.match(/paying for a booking: failed, with 503 +0, 0 +0, 0/);
    expect(text).to.match(/own bookings: failed, with 503 +3, 2 +3, 2/);
  });

  it("draws goodput beside capacity", () => {
    const svg = overloadChart(result);
    expect(svg).to.include(">7,000<").and.include(">6,300<").and.include("3 times as many");
  });
});

describe("the verdict on a soak", () => {
  const memory = (api: (minute: number) => number) =>
    Array.from({ length: 101 }, (_, at) => {
      const at_min = at / 10;
      return { at_min, mib: { api: api(at_min), worker: 100, effects: 90, postgresql: 60 } };
    });

  it("asks for nine tenths of the first window in the last", () => {
    const of = (...perS: readonly number[]) => steadiness(perS.map((decided_per_s) => ({ decided_per_s })));
    expect(of(1_000, 200, 900)).to.deep.equal({ last_against_first: 0.9, is_steady: true });
    expect(of(1_000, 1_000, 899).is_steady).to.equal(false);
    expect(of(0, 0).is_steady).to.equal(false);
  });

  it("asks for a load that is kept up with: a rate may be steady and too low", () => {
    const of = (...backlogs: readonly number[]) =>
      keepingUp(
        backlogs.map((backlog) => ({ backlog })),
        1_000,
      );
    expect(of(20, 1_000, 40)).to.deep.equal({ backlog_s_max: 1, keeps_up: true });
    expect(of(20, 25_000, 40)).to.deep.equal({ backlog_s_max: 25, keeps_up: false });
  });

  it("calls memory flat that breathes, and one that leaks by its slope not", () => {
    const breathing = trendsOf(
      memory((minute) => 300 + 30 * Math.sin(minute * 7)),
      2,
    );
    expect(breathing.every(({ is_flat }) => is_flat)).to.equal(true);
    const [leaking] = trendsOf(
      memory((minute) => 300 + 6 * minute),
      2,
    );
    expect(leaking).to.deep.include({ part: "api", slope_mib_per_min: 6, is_flat: false });
    expect(leaking?.growth).to.be.closeTo(48 / 336, 0.002);
  });

  it("leaves out the first two minutes, in which heaps find their size", () => {
    const filling = memory((minute) => (minute < 2 ? 100 * minute : 200));
    expect(trendsOf(filling, judgedFrom(10)).every(({ is_flat }) => is_flat)).to.equal(true);
    expect(judgedFrom(5)).to.equal(1);
  });

  it("does not judge memory by a few seconds", () => {
    const short = memory((minute) => 300 + 60 * minute).slice(0, 10);
    expect(trendsOf(short, 0).map(({ is_flat }) => is_flat)).to.deep.equal([null, null, null, null]);
  });

  it("is written as a table and drawn over time", () => {
    const sizes = { tables_mib: 30, indexes_mib: 12, jobs_mib: 3, dead_jobs: 1_500 };
    const window = {
      decided_per_s: 4_000,
      p50_ms: 4,
      p99_ms: 21,
      refused: 0,
      answered_202: 2,
      unanswered: 3,
      backlog: 9,
      cpu: null,
      sizes,
    };
    const samples = memory(() => 300);
    const result: SoakResult = {
      capacity_per_s: 7_000,
      offered_per_s: 4_200,
      events: 20,
      window_s: 60,
      windows: Array.from({ length: 10 }, (_, at) => ({ ...window, ended_at_min: at + 1 })),
      memory: samples,
      judged_from_min: 2,
      trends: trendsOf(samples, 2),
      last_against_first: 1,
      is_steady: true,
      backlog_s_max: 0.02,
      keeps_up: true,
      generator: GENERATOR,
      refused_by_code: {},
      violations: ["the ledger has no gap: 3 entries, heads at 4"],
    };
    const text = renderSoak(result);
    expect(text).to.match(/ 10\.0 +4,000 +4\.00 +21\.0 +0 +2 +300 +100 +90 +60 +30\.0 +12\.0 +3\.00 +1,500/);
    expect(text).to.include("BOOKS VIOLATED: the ledger has no gap");
    expect(text).to.include("30 requests were never answered");
    expect(text).to.match(/memory of API: growth in per cent +≤ 10 % +0 +reached/);
    const svg = soakChart(result);
    expect(svg.match(/<polyline /g)).to.have.lengthOf(1 + 2 + 4 + 3 + 1);
  });
});

describe("charts of lines", () => {
  it("place 90, 99 and 99.9 per cent equally far apart", () => {
    const { place, ticks } = percentileScale(99.9);
    expect(place(0)).to.equal(0);
    expect(place(99) - place(90)).to.be.closeTo(place(99.9) - place(99), 0.001);
    expect(ticks.map(({ label }) => label)).to.deep.equal(["0 %", "50 %", "90 %", "99 %", "99.9 %"]);
  });

  it("place powers of ten equally far apart, also where all values are alike", () => {
    const { place, ticks } = logScale({ lowest: 0.4, highest: 700 });
    expect(ticks.map(({ label }) => label)).to.deep.equal(["0.1", "1", "10", "100", "1,000"]);
    expect(place(10)).to.be.closeTo(0.5, 0.001);
    expect(logScale({ lowest: 10, highest: 10 }).ticks).to.have.lengthOf(2);
  });

  it("reach from zero to above the highest value, also where there is none", () => {
    expect(linearScale(47).ticks.at(-1)?.value).to.be.at.least(47);
    expect(linearScale(0).place(0)).to.equal(0);
  });

  it("name every line at its end, none over another", () => {
    const line = (label: string) => ({ label, tone: "plain" as const, points: [{ x: 1, y: 5 }] });
    const scale = linearScale(10);
    const panel = { heading: "h", axis: "a", x: scale, y: scale, lines: [line("one"), line("two & three")] };
    const svg = renderLineChart({ title: "t", subtitle: "s", panels: [panel] });
    const heights = [...svg.matchAll(/y="([\d.]+)" font-size="12.5" fill="#d9822b"/g)].map(([, y]) =>
      Number(y),
    );
    expect(heights).to.have.lengthOf(2);
    expect(heights[1]! - heights[0]!).to.be.at.least(14);
    expect(svg).to.include("two &amp; three");
  });
});
