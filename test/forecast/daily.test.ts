import { expect } from "chai";
import fc from "fast-check";
import { backtest } from "../../src/forecast/backtest.ts";
import { BOOKINGS_MIN, forecastDaily, historyDaysMin } from "../../src/forecast/daily.ts";
import { DemandModel } from "../../src/forecast/demand-model.ts";
import type { Range } from "../../src/forecast/intervals.ts";
import { Rolling } from "../../src/forecast/rolling.ts";

const HORIZON_DAYS = 7;
const RUNS = { numRuns: 20 };

/** Counts of any kind: nothing for weeks, a few, thousands, one wild day. */
const counts = (minLength: number) =>
  fc.array(fc.oneof({ weight: 4, arbitrary: fc.nat(30) }, fc.nat(3), fc.nat(5_000), fc.constant(0)), {
    minLength,
    maxLength: 160,
  });

const rangesOf = ({ days, weeks }: { days: readonly Range[]; weeks: readonly Range[] }) => [
  ...days,
  ...weeks,
];

describe("a daily forecast", () => {
  it("does not change when later counts do", () => {
    fc.assert(
      fc.property(counts(70), counts(8), counts(8), (past, one, other) => {
        const test = (future: readonly number[]) => ({
          counts: [1, ...past, ...future],
          fromAt: past.length - 5,
          horizonDays: HORIZON_DAYS,
        });
        const method = { name: "evently", make: () => new DemandModel() };
        const made = (future: readonly number[]) =>
          backtest(method, test(future))
            .filter(({ at }) => at <= past.length + 1)
            .map(({ at, days, weeks }) => ({
              at,
              days: days.map(({ point, range }) => ({ point, range })),
              weeks: weeks.map(({ point, range }) => ({ point, range })),
            }));
        expect(made(one)).to.deep.equal(made(other));
        expect(made(one).length).to.be.greaterThan(0);
      }),
      RUNS,
    );
  });

  it("is never below nothing, and its intervals contain one another and the point", () => {
    fc.assert(
      fc.property(counts(70), (past) => {
        const { outlook } = forecastDaily([5, ...past], HORIZON_DAYS);
        for (const { point, interval80, interval95 } of outlook === null ? [] : rangesOf(outlook)) {
          const rising = [0, interval95.lower, interval80.lower, point, interval80.upper, interval95.upper];
          expect(rising.every(Number.isFinite)).to.equal(true);
          expect(rising).to.deep.equal(rising.toSorted((a, b) => a - b));
        }
      }),
      RUNS,
    );
  });

  it("is the same whenever it is made from the same counts", () => {
    fc.assert(
      fc.property(counts(70), (past) => {
        expect(forecastDaily(past, HORIZON_DAYS)).to.deep.equal(forecastDaily([...past], HORIZON_DAYS));
      }),
      RUNS,
    );
  });

  it("of ten times the bookings is ten times the forecast, as long as counts are large", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 150, max: 450 }), { minLength: 70, maxLength: 120 }), (past) => {
        const of = (scale: number) =>
          forecastDaily(
            past.map((count) => count * scale),
            HORIZON_DAYS,
          ).outlook!;
        const [one, ten] = [rangesOf(of(1)), rangesOf(of(10))];
        one.forEach(({ point, interval80 }, at) => {
          expect(ten[at]!.point / point).to.be.within(9.5, 10.5);
          expect(ten[at]!.interval80.upper / interval80.upper).to.be.within(9, 11);
        });
      }),
      { numRuns: 20 },
    );
  });

  it("knows the week", () => {
    const week = [10, 20, 30, 40, 50, 20, 5];
    const past = Array.from({ length: 140 }, (_, at) => week[at % 7]!);
    const { outlook } = forecastDaily(past, 14);
    outlook!.days.forEach(({ point }, ahead) => {
      expect(point, `day ${ahead}`).to.be.closeTo(week[ahead % 7]!, 0.1 * week[ahead % 7]! + 0.5);
    });
    expect(outlook!.weeks.map(({ point }) => Math.round(point / 10))).to.deep.equal([18, 18]);
  });

  it("takes days on which nobody could book for what they are, and a month of them for the end", () => {
    const past = (closedDays: number) => [
      ...Array.from({ length: 100 }, () => 50),
      ...Array.from({ length: closedDays }, () => 0),
    ];
    const point = (closedDays: number) => forecastDaily(past(closedDays), 7).outlook!.days[0]!.point;
    expect(point(10)).to.be.closeTo(50, 2);
    expect(point(60)).to.be.below(8);
  });

  it("follows a jump within two weeks, and a wild day hardly at all", () => {
    const level = (later: readonly number[]) => {
      const rolling = new Rolling(new DemandModel(), 7);
      for (const count of [...Array.from({ length: 100 }, () => 40), ...later]) rolling.observe(count);
      return rolling.expect().points.reduce((sum, point) => sum + point, 0) / 7;
    };
    expect(level(Array.from({ length: 14 }, () => 120))).to.be.within(95, 125);
    expect(level([400, 40, 40, 40])).to.be.within(38, 75);
  });
});

describe("a daily forecast of too little", () => {
  const daysMin = historyDaysMin(HORIZON_DAYS);
  const reasonOf = (past: readonly number[]) => {
    const { outlook, reason } = forecastDaily(past, HORIZON_DAYS);
    expect(outlook === null).to.equal(reason !== null);
    return reason;
  };

  it("is none, and says how much is needed", () => {
    expect(reasonOf([])).to.equal(`0 days since the first booking; a forecast needs ${daysMin}`);
    expect(reasonOf(new Array(500).fill(0))).to.match(/^0 days since the first booking/);
    expect(reasonOf(new Array(daysMin - 1).fill(9))).to.match(
      /^60 days since the first booking; a forecast needs 61$/,
    );
    expect(reasonOf([...new Array(200).fill(0), ...new Array(daysMin - 1).fill(9)])).to.match(/^60 days/);
    expect(reasonOf(new Array(daysMin).fill(9))).to.equal(null);
  });

  it("is none where there were hardly any bookings, however long", () => {
    const rare = Array.from({ length: 300 }, (_, at) => (at % 30 === 0 ? 1 : 0));
    expect(reasonOf(rare)).to.match(
      new RegExp(`^\\d bookings in the last ${daysMin} days; a forecast needs ${BOOKINGS_MIN}$`),
    );
  });
});
