import { expect } from "chai";
import type { Report } from "../../bench/lib/results.ts";
import type { SellOut } from "../../bench/lib/sell-out.ts";
import { checkSellOut, type Sold, type Told } from "../../bench/lib/sell-out-books.ts";
import { renderSellOut } from "../../bench/lib/sell-out-report.ts";
import { throughput } from "../../bench/suites/throughput.ts";

const CAPACITY = 3;
const IDS = ["a", "b", "c"];

const right: Sold = { ids: IDS, entries: 3, allEntries: 3, firstSeq: 1, lastSeq: 3 };
const told = (more: Partial<Told> = {}): Told => ({
  confirmed: [...IDS],
  accepted: [],
  refused: 2,
  errors: {},
  ...more,
});

function failing(sold: Sold, what: Told, answerIs: "decision" | "acceptance" = "decision"): string[] {
  return checkSellOut({ sold, told: what, capacity: CAPACITY, answerIs })
    .filter(({ holds }) => !holds)
    .map(({ name }) => name);
}

describe("the check of a sell-out", () => {
  it("finds nothing wrong where every ticket was sold and every buyer told so", () => {
    expect(failing(right, told())).to.deep.equal([]);
  });

  it("asks no more of those who only accept than that what is booked had been accepted", () => {
    const accepted = told({ confirmed: [], accepted: ["a", "b", "c", "d", "e"], refused: 0 });
    expect(failing(right, accepted, "acceptance")).to.deep.equal([]);
    expect(failing({ ...right, ids: ["a", "b", "z"] }, accepted, "acceptance")).to.deep.equal([
      "every booking was told to somebody",
    ]);
  });

  it("allows that an answer was lost, not that a confirmed booking was", () => {
    expect(failing(right, told({ confirmed: ["a", "b"], errors: { broken: 1 } }))).to.deep.equal([]);
    expect(failing(right, told({ confirmed: ["a", "b", "x"] }))).to.include("no confirmed booking is lost");
  });

  const wrongs: readonly (readonly [string, Sold, Told, string])[] = [
    [
      "more sold than there is",
      { ...right, ids: [...IDS, "d"], entries: 4, allEntries: 4, lastSeq: 4 },
      told({ confirmed: [...IDS, "d"] }),
      "booked = capacity",
    ],
    [
      "tickets left over",
      { ...right, ids: ["a", "b"] },
      told({ confirmed: ["a", "b"] }),
      "booked = capacity",
    ],
    [
      "more confirmed than there is",
      right,
      told({ confirmed: [...IDS, "d"] }),
      "confirmed to buyers = capacity",
    ],
    [
      "a booking that two were told of",
      right,
      told({ confirmed: ["a", "b", "c", "c"] }),
      "no booking was told twice",
    ],
    ["a gap in the ledger", { ...right, lastSeq: 4 }, told(), "the ledger has no gap"],
    ["a ledger that starts late", { ...right, firstSeq: 2, lastSeq: 4 }, told(), "the ledger has no gap"],
    ["a booking without an entry", { ...right, entries: 2 }, told(), "the ledger has no gap"],
  ];
  for (const [what, sold, said, check] of wrongs) {
    it(`finds ${what}`, () => {
      expect(failing(sold, said)).to.include(check);
    });
  }
});

describe("the report of sell-outs", () => {
  const sold = (variant: SellOut["variant"], violations: readonly string[]): SellOut => ({
    variant,
    capacity: 2_000,
    requests: 3_000,
    answer_is: "decision",
    confirmed: 2_000,
    accepted: 0,
    refused: 1_000,
    errors_by_kind: { "503": 4, broken: 1 },
    booked: 2_000,
    took_ms: 812,
    violations,
  });
  const report = (sellOuts: readonly SellOut[]) =>
    ({ results: [], sell_out: sellOuts, redis_crashes: [], left_out: [] }) as unknown as Report;

  it("names who broke what, who could not take part, and what a crash took", () => {
    const text = renderSellOut({
      sell_out: [sold("evently", []), sold("redis-lua", ["booked = capacity: 1,990 of 2,000"])],
      redis_crashes: [
        {
          setting: "commit-delay",
          confirmed: 4_000,
          in_database: 3_960,
          lost: 40,
          lost_after_restart: 0,
          unpersisted_before: { count: 38, ms: 9 },
        },
      ],
      left_out: [{ variant: "bullmq", reason: "redis-server is not on PATH" }],
    });
    const lines = text.split("\n");
    expect(lines[0]).to.equal("one event of 2,000 tickets sells out to 3,000 requests");
    expect(lines.find((line) => line.startsWith("evently"))).to.match(
      /2,000 +0 +1,000 +5 +2,000 +812 +right$/,
    );
    expect(text).to.include("VIOLATED by redis-lua, sell-out: booked = capacity: 1,990 of 2,000");
    expect(text).to.include(
      "redis-lua, commit-delay, Redis and its worker killed with -9 during a sale: 4,000 confirmed to buyers, 3,960 in PostgreSQL, 40 MISSING",
    );
    expect(text).to.include("bullmq did not take part: redis-server is not on PATH.");
  });

  it("is empty where nothing was sold out", () => {
    expect(renderSellOut({ sell_out: [], redis_crashes: [], left_out: [] })).to.equal("");
  });

  it("fails the run for the product alone: what a peer does not keep is a finding", () => {
    expect(throughput.violations(report([sold("bullmq", ["lost"])]))).to.deep.equal([]);
    expect(throughput.violations(report([sold("evently", ["lost"])]))).to.deep.equal([
      "evently, sell-out, as-is: lost",
    ]);
  });
});
