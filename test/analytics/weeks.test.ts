import { expect } from "chai";
import { mondayOf, weeklyOf } from "../../src/analytics/weeks.ts";

const DAY_MS = 86_400_000;
const START = Date.parse("2026-02-23");
const dayAt = (at: number) => new Date(START + at * DAY_MS).toISOString().slice(0, 10);

function daysOf({ from, to }: { readonly from: string; readonly to: string }, step = 1): string[] {
  const days: string[] = [];
  for (let ms = Date.parse(from); ms <= Date.parse(to); ms += step * DAY_MS)
    days.push(new Date(ms).toISOString().slice(0, 10));
  return days;
}

describe("weeks of a period", () => {
  it("begin on Mondays, over the ends of months and years", () => {
    expect(mondayOf("2026-11-21")).to.equal("2026-11-16");
    expect(mondayOf("2026-11-16")).to.equal("2026-11-16");
    expect(mondayOf("2026-11-15")).to.equal("2026-11-09");
    expect(mondayOf("2027-01-01")).to.equal("2026-12-28");
    expect(mondayOf("2024-03-01")).to.equal("2024-02-26");
  });

  it("and the days before and after them are each day once, for every period of up to 30 days", () => {
    for (let start = 0; start < 7; start++) {
      for (let length = 1; length <= 30; length++) {
        const period = { from: dayAt(start), to: dayAt(start + length - 1) };
        const { before, mondays, after } = weeklyOf(period);
        const weeks = daysOf(mondays, 7);
        for (const monday of weeks) expect(mondayOf(monday)).to.equal(monday);
        const inWeeks = weeks.flatMap((monday) =>
          daysOf({ from: monday, to: new Date(Date.parse(monday) + 6 * DAY_MS).toISOString().slice(0, 10) }),
        );
        const all = [...daysOf(before), ...inWeeks, ...daysOf(after)];
        expect(all, JSON.stringify(period)).to.deep.equal(daysOf(period));
        expect(daysOf(before).length + daysOf(after).length).to.be.lessThan(13);
      }
    }
  });
});
