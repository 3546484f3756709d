import { expect } from "chai";
import fc from "fast-check";
import { SeededDice } from "../../bench/lib/random.ts";
import { LatencyHistogram, median, medianOrNull } from "../../bench/lib/statistics.ts";

describe("statistics of the benchmarks", () => {
  it("takes the middle value, or the mean of the two middle ones", () => {
    expect(median([5])).to.equal(5);
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([4, 1, 3, 2])).to.equal(2.5);
    expect(() => median([])).to.throw("median of nothing");
  });

  it("sorts numbers as numbers, and leaves its input alone", () => {
    const values = [100, 9, 20];
    expect(median(values)).to.equal(20);
    expect(values).to.deep.equal([100, 9, 20]);
  });

  it("has half of the values on either side of the median", () => {
    const values = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, (list) => {
        const middle = median(list);
        expect(list.filter((value) => value <= middle).length * 2).to.be.at.least(list.length);
        expect(list.filter((value) => value >= middle).length * 2).to.be.at.least(list.length);
      }),
    );
  });

  it("leaves out what was not measured", () => {
    expect(medianOrNull([null, 3, null])).to.equal(3);
    expect(medianOrNull([null])).to.equal(null);
  });

  it("tells percentiles of latencies to three digits", () => {
    const histogram = new LatencyHistogram();
    for (let ms = 1; ms <= 1_000; ms += 1) histogram.add(ms);
    const { p50_ms, p90_ms, p99_ms, max_ms } = histogram.summary()!;
    expect(p50_ms).to.be.closeTo(500, 1);
    expect(p90_ms).to.be.closeTo(900, 1);
    expect(p99_ms).to.be.closeTo(990, 1);
    expect(max_ms).to.be.closeTo(1_000, 1);
  });

  it("keeps fractions of a millisecond, and tells nothing of nothing", () => {
    const histogram = new LatencyHistogram();
    expect(histogram.summary()).to.equal(null);
    histogram.add(0.25);
    expect(histogram.summary()?.p50_ms).to.equal(0.25);
  });

  it("rolls the same dice for the same seed, every number within the range", () => {
    const roll = (seed: number) => {
      const dice = new SeededDice(seed);
      return Array.from({ length: 200 }, () => dice.between(1, 4));
    };
    expect(roll(7)).to.deep.equal(roll(7)).and.not.to.deep.equal(roll(8));
    expect(new Set(roll(0))).to.deep.equal(new Set([1, 2, 3, 4]));
  });
});
