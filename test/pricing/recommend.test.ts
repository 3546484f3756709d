import { expect } from "chai";
import fc from "fast-check";
import { bestPrice, certainPrice, SERVING_GRID } from "../../src/pricing/policy.ts";
import { CONFIDENCE_MIN, type PricingInput, railsOf } from "../../src/pricing/pricing.ts";
import { evaluatePrice, recommendPrice } from "../../src/pricing/recommend.ts";

const DAY = 86_400_000;
const BASE = 10_000;

/** A sale of sixty days on its twentieth, of which a share is sold evenly. */
function saleWith({
  sold = 1 / 3,
  ...fields
}: Partial<PricingInput> & { readonly sold?: number } = {}): PricingInput {
  const capacity = fields.capacity ?? 600;
  const sales = Array.from({ length: 20 }, (_, day) => ({
    from: day * DAY,
    until: (day + 1) * DAY,
    priceMinor: BASE,
    tickets: (capacity * sold) / 20,
  }));
  return {
    now: 20 * DAY,
    sale: { from: 0, until: 60 * DAY },
    capacity,
    stock: Math.round(capacity * (1 - sold)),
    basePriceMinor: BASE,
    currentPriceMinor: BASE,
    lastChangedAt: null,
    sales,
    ...fields,
  };
}

describe("a recommended price", () => {
  it("is higher where tickets go faster than the time, and says so", () => {
    const advice = recommendPrice(saleWith({ sold: 0.8 }));
    expect(advice).to.include({ action: "raise" });
    expect(advice.confidence).to.be.at.least(CONFIDENCE_MIN);
    expect(advice.reasons[0]).to.equal("High demand, low availability: price increase recommended");
    expect(advice.effect?.revenueChange.mean).to.be.above(0.05);
  });

  it("is lower where few are sold and demand is known to react", () => {
    const prior = { elasticity: 2.5, elasticitySpread: 0.2 };
    const advice = recommendPrice(saleWith({ sold: 0.1, prior }));
    expect(advice.action).to.equal("lower");
    expect(advice.recommendedPriceMinor).to.be.at.least(8_000).and.below(BASE);
  });

  it("is the present one where it is not certain enough that another would earn no less", () => {
    const advice = recommendPrice(saleWith({ sold: 0.1, prior: { elasticity: 1, elasticitySpread: 0.6 } }));
    expect(advice).to.include({ action: "keep", recommendedPriceMinor: BASE });
    expect(advice.heldBackBy).to.include("doubt");
  });

  it("is the present one where nothing is left, the sale is over or it is free", () => {
    for (const over of [{ stock: 0 }, { now: 61 * DAY }, { currentPriceMinor: 0, basePriceMinor: 0 }]) {
      const advice = recommendPrice(saleWith(over));
      expect(advice).to.include({ action: "keep", effect: null });
      expect(advice.recommendedPriceMinor).to.equal(advice.currentPriceMinor);
    }
  });

  it("waits for the end of the cool-down, and says until when", () => {
    const changedAt = 20 * DAY - DAY / 2;
    const advice = recommendPrice(saleWith({ sold: 0.8, lastChangedAt: changedAt }));
    expect(advice).to.include({ action: "raise", waitsUntil: changedAt + DAY });
    expect(advice.heldBackBy).to.include("coolDown");
    expect(recommendPrice(saleWith({ sold: 0.8, lastChangedAt: 19 * DAY })).waitsUntil).to.equal(null);
  });

  it("learns elasticity from the event's own price changes", () => {
    const halves = (ratio: number) =>
      Array.from({ length: 20 }, (_, day) => ({
        from: day * DAY,
        until: (day + 1) * DAY,
        priceMinor: day % 2 === 0 ? BASE : BASE * 1.3,
        tickets: day % 2 === 0 ? 20 : 20 * ratio,
      }));
    const elastic = recommendPrice(saleWith({ sales: halves(0.4) })).elasticity;
    const inelastic = recommendPrice(saleWith({ sales: halves(0.95) })).elasticity;
    const unknown = recommendPrice(saleWith()).elasticity;
    expect(elastic.mean).to.be.above(2);
    expect(inelastic.mean).to.be.below(0.7);
    expect(elastic.high - elastic.low).to.be.below(unknown.high - unknown.low);
  });

  it("lies within all guard rails whatever was sold, and on them only where it must", () => {
    const cases = fc.record({
      sold: fc.double({ min: 0, max: 0.99, noNaN: true }),
      capacity: fc.integer({ min: 2, max: 50_000 }),
      currentPriceMinor: fc.integer({ min: 100, max: 60_000 }),
      floorMinor: fc.integer({ min: 1, max: 20_000 }),
      width: fc.integer({ min: 0, max: 40_000 }),
      stepMax: fc.double({ min: 0.01, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ sold, capacity, currentPriceMinor, floorMinor, width, stepMax }) => {
        const rails = { floorMinor, ceilingMinor: floorMinor + width, stepMax };
        const input = saleWith({ sold, capacity, currentPriceMinor, rails });
        const { recommendedPriceMinor: price, confidence } = recommendPrice(input);
        expect(Number.isInteger(price)).to.equal(true);
        expect(Math.abs(price - currentPriceMinor)).to.be.at.most(currentPriceMinor * stepMax + 1);
        const isInside = currentPriceMinor >= floorMinor && currentPriceMinor <= rails.ceilingMinor;
        if (isInside) expect(price).to.be.within(floorMinor, rails.ceilingMinor);
        // From outside it comes nearer, as far as a step allows.
        else {
          const outside = (minor: number) => Math.max(floorMinor - minor, minor - rails.ceilingMinor, 0);
          expect(outside(price)).to.be.at.most(outside(currentPriceMinor));
        }
        expect(confidence).to.be.within(0, 1);
      }),
      { numRuns: 300 },
    );
  });

  it("is the same for equal inputs", () => {
    expect(recommendPrice(saleWith({ sold: 0.7 }))).to.deep.equal(recommendPrice(saleWith({ sold: 0.7 })));
  });

  it("costs about as much for fifty thousand tickets as for fifty", () => {
    const cpuMs = (capacity: number) => {
      const input = saleWith({ capacity, sold: 0.5 });
      for (let warm = 0; warm < 20; warm++) recommendPrice(input);
      const before = process.cpuUsage();
      for (let run = 0; run < 40; run++) recommendPrice(input);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 40 / 1_000;
    };
    expect(cpuMs(50_000)).to.be.below(Math.max(25, 6 * cpuMs(120)));
  });
});

describe("the effect of a price", () => {
  it("is nothing for the price there is, and less demand for a higher one", () => {
    const same = evaluatePrice(saleWith(), BASE);
    expect(same?.revenueChange).to.deep.equal({ mean: 0, low: 0, high: 0 });
    const higher = evaluatePrice(saleWith({ sold: 0.1 }), 12_000);
    expect(higher?.demandChange.mean).to.be.below(0);
    expect(higher?.demandChange.low).to.be.at.most(higher?.demandChange.high ?? 0);
  });

  it("is the price's own where demand exceeds the stock by far", () => {
    const { revenueChange, demandChange } = evaluatePrice(saleWith({ sold: 0.95 }), 11_000) ?? {};
    expect(revenueChange?.mean).to.be.closeTo(0.1, 1e-6);
    expect(demandChange?.mean).to.be.closeTo(0, 1e-6);
  });
});

describe("the policy", () => {
  const demand = (level: number) => (price: number) => level * Math.exp(-1.2 * (price / BASE - 1));
  const problem = (stock: number, level: number) => ({
    stock,
    demand: demand(level),
    floorMinor: 2_500,
    ceilingMinor: 40_000,
    ticketsPerOrder: 1,
  });

  it("asks what the closed form of Gallego and van Ryzin asks for exponential demand", () => {
    // For demand a·exp(-p/s): V(n, t) = s·ln(sum of (a·t/e)^i / i!, i ≤ n), and the price is s + V(n) − V(n − 1).
    const scale = BASE / 1.2;
    for (const [stock, level] of [
      [1, 1],
      [5, 5],
      [20, 12],
      [20, 40],
    ] as const) {
      const a = level * Math.exp(1.2);
      const sums = [1];
      let term = 1;
      for (let i = 1; i <= stock; i++) {
        term *= a / Math.E / i;
        sums.push((sums[i - 1] as number) + term);
      }
      const price = scale * (1 + Math.log((sums[stock] as number) / (sums[stock - 1] as number)));
      const grid = { stockMax: stock, timeSteps: 4_000, prices: 400 };
      expect(bestPrice(problem(stock, level), grid) / price, `${stock} of ${level}`).to.be.closeTo(1, 0.01);
      expect(bestPrice(problem(stock, level)) / price, `served ${stock} of ${level}`).to.be.closeTo(1, 0.02);
    }
  });

  it("asks, for stocks too large for its grid, what it would ask on a grid as fine as the stock", () => {
    for (const ratio of [0.7, 1, 1.5, 3]) {
      const exact = { stockMax: 900, timeSteps: 900, prices: 200 };
      const one = problem(900, 900 * ratio);
      expect(bestPrice(one, SERVING_GRID) / bestPrice(one, exact), `${ratio}`).to.be.closeTo(1, 0.02);
    }
  });

  it("comes to the price of certain demand as stock grows", () => {
    const gap = (stock: number) => bestPrice(problem(stock, stock)) / certainPrice(problem(stock, stock)) - 1;
    expect(gap(20)).to.be.above(gap(200)).and.above(0.02);
    expect(Math.abs(gap(50_000))).to.be.below(0.01);
  });

  it("never asks more where more is left", () => {
    const asked = [5, 10, 20, 40, 80].map((stock) => bestPrice(problem(stock, 30)));
    expect(asked).to.deep.equal(asked.toSorted((a, b) => b - a));
  });
});

describe("the usual guard rails", () => {
  it("are half to twice the first price, a fifth at once, once a day; an organiser's own come first", () => {
    expect(railsOf({ basePriceMinor: BASE })).to.deep.equal({
      floorMinor: 5_000,
      ceilingMinor: 20_000,
      stepMax: 0.2,
      coolDownMs: DAY,
    });
    expect(railsOf({ basePriceMinor: BASE, rails: { floorMinor: 9_000 } })).to.include({
      floorMinor: 9_000,
      stepMax: 0.2,
    });
  });
});
