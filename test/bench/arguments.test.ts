import { expect } from "chai";
import { BENCH_HELP, readBenchOptions } from "../../bench/lib/bench-options.ts";
import { UsageError } from "../../bench/lib/flags.ts";
import { ONSALE_HELP, readOnsaleOptions } from "../../bench/lib/onsale-options.ts";

const SEED = 11;
const ADMIN = ["--admin-email", "a@example.com", "--admin-password", "secret"];

function onsale(...argv: string[]) {
  const options = readOnsaleOptions(argv, SEED);
  if (options === "help") throw new Error("help was asked for");
  return options;
}

function bench(...argv: string[]) {
  const options = readBenchOptions(argv);
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
  it("measures every variant in every scenario, as is and with slow commits", () => {
    const { plan, rounds, out } = bench();
    expect({ rounds, out }).to.deep.equal({ rounds: 3, out: "bench/results" });
    const of = (setting: string) =>
      new Set(plan.filter((one) => one.setting.name === setting).map(({ variant }) => variant));
    expect([...of("as-is")]).to.have.members([
      "evently",
      "evently-keyed",
      "row-lock",
      "row-lock-tuned",
      "conditional",
      "send-per-request",
      "ceiling",
    ]);
    expect([...of("commit-delay")]).not.to.include("ceiling");
    expect(new Set(plan.map(({ scenario }) => scenario.name)).size).to.equal(5);
  });

  it("stays within a minute with --quick, and still measures every way to book", () => {
    const { plan, timing } = bench("--quick");
    expect(plan.length * (timing.warmUpMs + timing.measureMs)).to.be.below(40_000);
    expect(new Set(plan.map(({ variant }) => variant)).size).to.equal(6);
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

  it("refuses an unknown scenario, naming those there are", () => {
    expect(() => bench("--only", "cold")).to.throw(UsageError, /--only cold: accepted are hot-1, hot-100/);
  });

  it("has a help text", () => {
    expect(readBenchOptions(["--help"])).to.equal("help");
    expect(BENCH_HELP).to.include("--quick").and.include("--out DIR");
  });
});
