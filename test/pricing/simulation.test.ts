import { expect } from "chai";
import { buyersOf } from "../../bench/pricing/buyers.ts";
import { compareIn } from "../../bench/pricing/compare.ts";
import { verdictsOf } from "../../bench/pricing/goals.ts";
import { readSimulationOptions } from "../../bench/pricing/options.ts";
import { interestedOrders, WORLDS, type World } from "../../bench/pricing/worlds.ts";

const worldNamed = (name: string) => WORLDS.find((world) => world.name === name) as World;
const RUNS = 24;

describe("simulated sales", () => {
  it("have the same buyers for the same seed, as many as the world says, each willing as it says", () => {
    const world = worldNamed("straight line");
    expect(buyersOf(world, 3)).to.deep.equal(buyersOf(world, 3));
    expect(buyersOf(world, 3)).not.to.deep.equal(buyersOf(world, 4));
    const all = Array.from({ length: 60 }, (_, seed) => buyersOf(world, seed)).flat();
    expect(all.length / 60 / interestedOrders(world)).to.be.closeTo(1, 0.03);
    for (const price of [0.8, 1, 1.4]) {
      const share = all.filter(({ paysMax }) => paysMax >= price).length / all.length;
      expect(share).to.be.closeTo(world.willingness(price), 0.01);
    }
  });

  it("earn by the optimum what its dynamic programme expects", () => {
    const { revenueMinor, optimumExpectedMinor } = compareIn(worldNamed("as believed"), {
      runs: 40,
      seed: 9,
    });
    const { mean, halfWidth } = revenueMinor.optimum;
    expect(optimumExpectedMinor).to.be.within(mean - 2 * halfWidth, mean + 2 * halfWidth);
  });

  for (const name of ["as believed", "half as elastic", "twice as elastic", "weak demand", "early rush"]) {
    it(`reach every goal by recommendations: ${name}`, () => {
      const verdicts = verdictsOf([compareIn(worldNamed(name), { runs: RUNS, seed: 5 })]);
      expect(verdicts).not.to.deep.equal([]);
      for (const { goal, reached, asked } of verdicts) {
        // So few sales leave a percent or so to chance; the committed run is of more.
        const slack = goal.includes("fixed") ? 0.015 : 0;
        expect(reached, goal).to.be.at.least(asked - slack);
      }
    }).timeout(120_000);
  }

  it("miss a goal where a recommendation earns less: the verdict is not always right", () => {
    const comparison = compareIn(worldNamed("as believed"), { runs: 4, seed: 5 });
    const poor = {
      ...comparison,
      advisedOfOptimum: { mean: 0.94, halfWidth: 0 },
      advisedOfFixed: { mean: 0.97, halfWidth: 0 },
    };
    expect(verdictsOf([poor]).map(({ holds }) => holds)).to.deep.equal([false, false]);
  });

  it("are asked for by --seed and --runs; anything else is said to be wrong", () => {
    expect(readSimulationOptions(["--seed", "4", "--runs=10"])).to.include({ seed: 4, runs: 10, out: null });
    expect(readSimulationOptions(["--help"])).to.equal("help");
    expect(() => readSimulationOptions(["--runs", "1"])).to.throw(/2 to/);
    expect(() => readSimulationOptions(["--sneed", "1"])).to.throw(/--seed/);
  });
});
