import { expect } from "chai";
import { benchHelp, readBenchOptions } from "../../bench/lib/bench-options.ts";
import { UsageError } from "../../bench/lib/flags.ts";
import { ONSALE_HELP, readOnsaleOptions } from "../../bench/lib/onsale-options.ts";

const SEED = 11;
const ADMIN = ["--admin-email", "a@example.com", "--admin-password", "secret"];

function onsale(...argv: string[]) {
  const options = readOnsaleOptions(argv, SEED);
  if (options === "help") throw new Error("help was asked for");
  return options;
}

const SUITES = [
  { name: "throughput", help: "closed loop", notWhenQuick: null },
  { name: "latency", help: "open loop", notWhenQuick: null },
  { name: "soak", help: "for hours", notWhenQuick: "it takes its time" },
];

function bench(...argv: string[]) {
  const options = readBenchOptions(argv, SUITES);
  if (options === "help") throw new Error("help was asked for");
  return options;
}

describe("npm run onsale: its options", () => {
  it("sells 1,000 tickets to 5,000 buyers where nothing is said, everybody at once", () => {
    expect(onsale()).to.deep.equal({
      tickets: 1_000,
      buyers: 5_000,
      quantity: { min: 1, max: 4 },
      server: null,
      databaseUrl: null,
      connections: 5_000,
      seed: SEED,
      json: false,
    });
  });

  it("takes values after a blank or an equals sign", () => {
    const options = onsale("--tickets=50", "--buyers", "60", "--quantity", "2", "--seed=3", "--json");
    expect(options).to.deep.include({ tickets: 50, buyers: 60, seed: 3, json: true, connections: 60 });
    expect(options.quantity).to.deep.equal({ min: 2, max: 2 });
  });

  it("never opens more connections than there are buyers", () => {
    expect(onsale("--buyers", "10", "--concurrency", "200").connections).to.equal(10);
    expect(onsale("--buyers", "10", "--concurrency", "4").connections).to.equal(4);
    expect(onsale("--buyers", "50000").connections).to.equal(5_000);
  });

  it("sells on a running server with an admin of that server", () => {
    const options = onsale("--url", "http://127.0.0.1:3000/", ...ADMIN, "--database-url", "postgres://x/y");
    expect(options.server).to.deep.equal({
      url: "http://127.0.0.1:3000",
      email: "a@example.com",
      password: "secret",
    });
    expect(options.databaseUrl).to.equal("postgres://x/y");
  });

  it("prints help, which names every option", () => {
    expect(readOnsaleOptions(["--tickets", "5", "--help"], SEED)).to.equal("help");
    expect(readOnsaleOptions(["-h"], SEED)).to.equal("help");
    for (const name of ["tickets", "buyers", "quantity", "url", "json", "concurrency", "seed"]) {
      expect(ONSALE_HELP).to.include(`--${name}`);
    }
  });

  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["letters for a number", ["--tickets", "many"], /--tickets many: a whole number from 1 to 1000000/],
    ["zero buyers", ["--buyers", "0"], /from 1 to/],
    ["a negative number", ["--buyers=-1"], /from 1 to/],
    ["a fraction", ["--tickets", "1.5"], /whole number/],
    ["a falling range", ["--quantity", "4..1"], /rising range such as 1\.\.4/],
    ["a range from zero", ["--quantity", "0..4"], /from 1 to 100/],
    ["an unknown option", ["--ticket", "5"], /unknown option --ticket: accepted are --tickets, --buyers/],
    ["a word without option", ["fast"], /"fast" is no option: accepted are/],
    ["a missing value", ["--tickets"], /--tickets needs a value/],
    ["a value for a switch", ["--json=yes"], /--json takes no value/],
    ["an address that is none", ["--url", "here", ...ADMIN], /such as http:\/\/127\.0\.0\.1:3000/],
    [
      "a server without its admin",
      ["--url", "http://127.0.0.1:3000"],
      /needs --admin-email and --admin-password/,
    ],
    ["an admin without a server", ["--admin-email", "a@example.com"], /together with --url only/],
  ];
  for (const [what, argv, message] of refused) {
    it(`refuses ${what} in one line that says what is accepted`, () => {
      expect(() => onsale(...argv))
        .to.throw(UsageError)
        .with.property("message")
        .that.matches(message)
        .and.does.not.include("\n");
    });
  }
});

describe("npm run bench: its options", () => {
  it("measures every variant on one hot event, as is and with slow commits", () => {
    const { plan, rounds, out } = bench();
    expect({ rounds, out }).to.deep.equal({ rounds: 3, out: "bench/results" });
    const of = (setting: string) =>
      new Set(plan.filter((one) => one.setting.name === setting).map(({ variant }) => variant));
    expect([...of("as-is")]).to.have.members([
      "evently",
      "evently-keyed",
      "row-lock",
      "row-lock-tuned",
      "optimistic",
      "conditional",
      "group-commit",
      "send-per-request",
      "send-batch",
      "graphile-worker",
      "bullmq",
      "redis-lua",
      "ceiling",
    ]);
    expect([...of("commit-delay")]).not.to.include("ceiling");
    expect(of("commit-delay").size).to.equal(of("as-is").size - 1);
    expect(new Set(plan.map(({ scenario }) => scenario.name)).size).to.equal(5);
  });

  it("leaves few connections with slow commits to those that the goals name", () => {
    const few = bench().plan.filter(
      ({ setting, scenario }) => setting.name === "commit-delay" && scenario.connections < 1_000,
    );
    expect(new Set(few.map(({ variant }) => variant))).to.deep.equal(
      new Set(["evently", "row-lock", "row-lock-tuned"]),
    );
  });

  it("takes less than half an hour for a full run", () => {
    const { plan, timing, poolSizes } = bench();
    // Of each peer with a pool that matters every size, and two of them again, in four situations or, where jobs are sent, in one.
    const trials = (4 * 4 + 2) * (poolSizes.length + 2);
    const aroundMs = 1_500;
    const trialMs = 1_000 + aroundMs;
    expect(plan.length * (timing.warmUpMs + timing.measureMs + aroundMs) + trials * trialMs).to.be.below(
      28 * 60_000,
    );
  });

  it("measures little with --quick, and still every way to book", () => {
    const { plan, timing } = bench("--quick");
    expect(plan.length * (timing.warmUpMs + timing.measureMs)).to.be.below(40_000);
    expect(new Set(plan.map(({ variant }) => variant)).size).to.equal(12);
    expect(plan.some(({ setting }) => setting.name === "commit-delay")).to.equal(true);
  });

  it("refuses options that leave nothing to measure, and says why", () => {
    expect(() => bench("--only", "seated-1000", "--variants", "row-lock")).to.throw(
      UsageError,
      /none of these variants takes part in these scenarios: seats only evently has/,
    );
  });

  it("takes scenarios and variants by name", () => {
    const { plan } = bench("--only", "hot-100, hot-1", "--variants", "evently,row-lock", "--rounds", "1");
    expect(plan.map(({ scenario, variant }) => `${scenario.name} ${variant}`).slice(0, 4)).to.deep.equal([
      "hot-100 evently",
      "hot-100 row-lock",
      "hot-1 evently",
      "hot-1 row-lock",
    ]);
  });

  it("runs every suite where nobody chooses, and tells what a quick run leaves out", () => {
    expect(bench()).to.deep.include({ suites: ["throughput", "latency", "soak"], leftOut: [] });
    expect(bench("--quick")).to.deep.include({
      suites: ["throughput", "latency"],
      leftOut: [{ name: "soak", reason: "it takes its time" }],
    });
  });

  it("runs the suites that are named, quick ones too, and the one that scenarios are about", () => {
    expect(bench("--suite", "soak, latency", "--quick")).to.deep.include({
      suites: ["soak", "latency"],
      leftOut: [],
    });
    expect(bench("--only", "hot-1").suites).to.deep.equal(["throughput"]);
    expect(bench("--suite", "soak", "--minutes", "3").minutes).to.equal(3);
    expect(() => bench("--suite", "sleep")).to.throw(UsageError, /--suite sleep: accepted are throughput/);
  });

  it("takes variants that a suite without scenarios has", () => {
    expect(bench("--suite", "latency", "--variants", "evently, conditional").variants).to.deep.equal([
      "evently",
      "conditional",
    ]);
  });

  it("refuses an unknown scenario, naming those there are", () => {
    expect(() => bench("--only", "cold")).to.throw(UsageError, /--only cold: accepted are hot-1, hot-100/);
  });

  it("has a help text", () => {
    expect(readBenchOptions(["--help"], SUITES)).to.equal("help");
    expect(benchHelp(SUITES)).to.include("--quick").and.include("--out DIR").and.include("open loop");
  });
});
