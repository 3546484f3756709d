import { expect } from "chai";
import { readBenchOptions } from "../../bench/lib/bench-options.ts";
import { LatencyHistogram } from "../../bench/lib/statistics.ts";
import { generatorShare, latenciesOf } from "../../bench/open-loop/measure-open.ts";
import { SUITES } from "../../bench/suites/registry.ts";
import { renderSockets, socketsChart } from "../../bench/suites/sockets-report.ts";
import type { SocketsResult, SocketsRound } from "../../bench/suites/sockets-result.ts";
import { steadyLoad } from "../../bench/suites/sockets-rounds.ts";
import { socketsViolations } from "../../bench/suites/sockets-verdict.ts";

function encoded(...latencies: readonly number[]): string {
  const histogram = new LatencyHistogram();
  for (const ms of latencies) histogram.add(ms);
  return histogram.encode();
}

const CPU = { load: 0.05, audience: 0.11, api: 0.32, worker: 0.13, postgresql: 0.29, other: 0.04 };

function round(over: Partial<SocketsRound>): SocketsRound {
  return {
    round: "before",
    sockets: 0,
    steady: {
      decided_per_s: 1_009,
      decision: latenciesOf([encoded(20, 80)]),
      refused_by_code: {},
      broken: 0,
      unanswered: 0,
      backlog: 4,
      generator: generatorShare([encoded(0.5)], 0.1),
      cpu: CPU,
    },
    closed_loop: { decided_per_s: 4_900, p50_ms: 190, p99_ms: 420, errors: 0, cpu: CPU },
    violations: [],
    ...over,
  };
}

const MEMORY = { rss_mib: 160, heap_mib: 46, external_mib: 13 };
const RESULT: SocketsResult = {
  sockets: 2_000,
  rate_per_s: 1_000,
  warm_up_ms: 3_000,
  measure_ms: 15_000,
  figures_interval_ms: 250,
  opened: { connected: 2_000, refused: {}, took_ms: 2_040 },
  lost: 0,
  memory: {
    before: MEMORY,
    connected: { ...MEMORY, rss_mib: 190 },
    after_load: MEMORY,
    closed: MEMORY,
    rss_kib_each: 15.4,
    heap_kib_each: 14.9,
  },
  times: {
    deliveries_per_s: { own: 1_009, figures: 7_990 },
    decisions_per_figures: 252.5,
    own: latenciesOf([encoded(4, 5, 30)]),
    newest: latenciesOf([encoded(12, 40)]),
    each: latenciesOf([encoded(150, 290)]),
  },
  verdict: {
    own_expected: 48_967,
    own_heard: 48_960,
    figures_heard: 170_000,
    own_duplicate: 0,
    own_unknown: 0,
    own_missed: 7,
    own_missing: 0,
    figures_repeated: 0,
    figures_wrong: 0,
    figures_stale: 0,
    catch_up_wrong: 0,
  },
  other_pushes: {},
  caught_up: 27,
  rounds: [round({}), round({ round: "with sockets", sockets: 2_000 }), round({ round: "after" })],
  decided_against_without: { steady: 1, closed_loop: 0.78 },
  api_us_per_delivery: 27,
};

describe("the suite about sockets: its options", () => {
  it("is one of the suites, and has a short form", () => {
    const options = readBenchOptions(["--suite", "sockets", "--quick"], SUITES);
    expect(options).to.deep.include({ suites: ["sockets"], quick: true, leftOut: [] });
    const [quick, full] = [steadyLoad({ quick: true }), steadyLoad({ quick: false })];
    expect(quick.measureMs).to.be.below(full.measureMs);
    expect(quick.closedLoop.measureMs).to.be.below(full.closedLoop.measureMs);
  });
});

describe("the report on sockets", () => {
  it("tells what is decided, what is heard, and what a connection takes", () => {
    const text = renderSockets(RESULT);
    expect(text).to.include("2,000 of 2,000 sockets, connected and following within 2.04 s");
    expect(text).to.match(/^with sockets +steady +1,009 +20\.\d +80\.\d +5 % +11 % +32 % +13 % +29 % +4 %$/m);
    expect(text).to.include("1.00 at the steady rate, 0.78 in a closed loop");
    expect(text).to.match(/^its person hears of it +1,009 +3 +5\.\d+ /m);
    expect(text).to.match(/^all deliveries +8,999$/m);
    expect(text).to.include(
      "253 decisions in each figures (at most one every 250 ms); 27 µs of the API process",
    );
    expect(text).to.include("A connection: 15.4 KiB of resident memory, 14.9 KiB of it heap and buffers");
    expect(text).to.include("48,960 of 48,967 pushes about own bookings, 7 missed");
    expect(text).to.not.include("VIOLATED");
  });

  it("says where nothing was heard", () => {
    const times = {
      deliveries_per_s: { own: 0, figures: 0 },
      decisions_per_figures: null,
      own: null,
      newest: null,
      each: null,
    };
    const text = renderSockets({ ...RESULT, times });
    expect(text)
      .to.match(/^its person hears of it +0 +0$/m)
      .and.include("no figures were heard");
    expect(socketsChart({ ...RESULT, times })).to.include("</svg>");
  });

  it("says what went wrong with the load", () => {
    const behind = {
      ...round({}).steady,
      generator: generatorShare([encoded(90)], 0.5),
      refused_by_code: { "503 OVERLOADED": 12 },
      broken: 2,
    };
    const text = renderSockets({ ...RESULT, rounds: [round({ steady: behind })] });
    expect(text)
      .to.include("GENERATOR BEHIND: before")
      .and.include("before: 12 × 503 OVERLOADED")
      .and.include("before: 0 never answered, 2 broken");
  });

  it("draws a curve for each kind of push", () => {
    const svg = socketsChart(RESULT);
    expect(svg.match(/<polyline /g)).to.have.lengthOf(3);
    expect(svg).to.include("2,000 sockets on one event, 1,000 bookings a second");
  });
});

describe("the violations of the suite about sockets", () => {
  it("are none where pushes were missed that catching up brought", () => {
    expect(socketsViolations(RESULT)).to.deep.equal([]);
  });

  it("are every kind of wrong push, everybody who was not there to the end, and the books", () => {
    const wrong = {
      own_duplicate: 1,
      own_unknown: 2,
      own_missing: 3,
      figures_repeated: 4,
      figures_wrong: 5,
      figures_stale: 6,
      catch_up_wrong: 7,
    };
    const result = {
      ...RESULT,
      opened: { ...RESULT.opened, connected: 1_990, refused: { "Too many": 10 } },
      lost: 8,
      verdict: { ...RESULT.verdict, ...wrong },
      rounds: [round({ violations: ["nothing is oversold: 5 of 4"] })],
    };
    const violations = socketsViolations(result);
    expect(violations).to.have.lengthOf(10);
    expect(violations[0]).to.equal("10 of 2,000 sockets could not connect: 10 × Too many");
    expect(violations[1]).to.equal("8 connections ended by themselves");
    for (const count of Object.values(wrong)) {
      expect(violations.filter((violation) => violation.startsWith(`${count} `))).to.not.have.lengthOf(0);
    }
    expect(violations.at(-1)).to.equal("before: nothing is oversold: 5 of 4");
    expect(renderSockets(result).match(/^VIOLATED: /gm)).to.have.lengthOf(10);
  });
});
