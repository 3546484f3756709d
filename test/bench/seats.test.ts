import { expect } from "chai";
import { readBenchOptions } from "../../bench/lib/bench-options.ts";
import { SEAT_CONFIGURATION, SEATS } from "../../bench/lib/bench-seats.ts";
import { seatingOf } from "../../src/domain/seating.ts";
import { planOf } from "../../src/http/drafts/seating.ts";
import { seatConfiguration } from "../../src/http/schemas/seating.ts";

function planWith(...argv: string[]) {
  const options = readBenchOptions(argv, []);
  if (options === "help") throw new Error("help was asked for");
  return options.plan;
}

describe("the seats of the benchmark", () => {
  it("are what an organizer may configure, in one tier", () => {
    const { sections } = seatConfiguration.parse(SEAT_CONFIGURATION);
    const { draft, tiers } = planOf(sections ?? []);
    expect(tiers).to.deep.equal([{ name: "General", seats: SEATS, price: undefined }]);
    expect(seatingOf(draft).count).to.equal(SEATS);
  });

  it("are more than a full measurement can sell at ten thousand a second", () => {
    expect(SEATS).to.be.at.least(10_000 * (2 + 4));
  });

  it("are sold by the product alone, once each round and as is", () => {
    const seated = (...argv: string[]) =>
      planWith(...argv)
        .filter(({ scenario }) => scenario.isSeated)
        .map(({ scenario, setting, variant }) => `${scenario.name} ${setting.name} ${variant}`);
    expect(seated("--rounds", "1")).to.deep.equal(["seated-1000 as-is evently"]);
    expect(seated("--quick")).to.deep.equal(["seated-1000 as-is evently"]);
  });
});
