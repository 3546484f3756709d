import { expect } from "chai";
import fc from "fast-check";
import { renderRehearsal } from "../../src/rehearsal/chart.ts";
import type { DemandRow } from "../../src/rehearsal/demand-row.ts";
import { RehearsalRefused } from "../../src/rehearsal/refusal.ts";
import { rehearse } from "../../src/rehearsal/rehearse.ts";
import type { RehearsalResult, RuleResult } from "../../src/rehearsal/result.ts";
import { book, DAY, MINUTE, NOW, paidEventWith } from "../domain/scenario.ts";
import { PastSale, planOf, randomSale, subjectOf } from "./past-sale.ts";

const rowsOf = (count: number, more: Partial<DemandRow> = {}, everyS = 1): DemandRow[] =>
  Array.from({ length: count }, (_, at) => ({
    where: (field) => `row ${at}, ${field}`,
    seconds: at * everyS,
    quantity: 1,
    ...more,
  }));

const empty = (fields: Parameters<typeof paidEventWith>[0] = {}) =>
  subjectOf(new PastSale(paidEventWith({ saleStartsAt: NOW, ...fields })).sale);

const stated = (rows: readonly DemandRow[]) => ({ type: "stated", rows }) as const;

function only({ rules }: RehearsalResult): RuleResult {
  const [first, second] = rules;
  if (first === undefined || second !== undefined) throw new Error("expected one rule");
  return first;
}

describe("a rehearsal", () => {
  it("gives the same result for the same seed, and another one for another", () => {
    const past = randomSale(paidEventWith({ capacity: 20 }), 3, 300);
    const run = (seed: number) =>
      JSON.stringify(
        rehearse(subjectOf(past.sale), planOf({ wanted: { type: "recorded", times: 2.5 }, seed, rules: [] })),
      );
    expect(run(1)).to.equal(run(1));
    expect(run(1)).to.not.equal(run(2));
  });

  it("leaves what it was given as it was", () => {
    const subject = subjectOf(randomSale(paidEventWith({ capacity: 20 }), 4, 300).sale);
    const before = JSON.stringify([subject.sale.demand.requests, subject.sale.stage]);
    rehearse(subject, planOf({ wanted: { type: "recorded", times: 3 }, rules: [] }));
    expect(JSON.stringify([subject.sale.demand.requests, subject.sale.stage])).to.equal(before);
  });

  it("grants, refuses or prices out whoever comes, and never sells more than there is", () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.constantFrom(0.3, 1, 2, 5),
        fc.option(fc.integer({ min: 1, max: 50 })),
        fc.option(fc.integer({ min: 1, max: 200 })),
        (seed, times, capacity, rate) => {
          const past = randomSale(paidEventWith({ capacity: 20, startsAt: NOW + DAY }), seed, 150);
          const result = rehearse(
            subjectOf(past.sale),
            planOf({
              wanted: { type: "recorded", times },
              rules: [],
              seed,
              decidedPerSecond: rate,
              whatIf: {
                capacity: new Map(capacity === null ? [] : [["General", capacity]]),
                priceMinor: new Map(),
              },
            }),
          );
          for (const { tiers, requests, granted, refused, holds, series } of result.rules) {
            for (const { sold, held, free, capacity: all } of tiers) expect(sold + held + free).to.equal(all);
            const ends = [...Object.values(granted), ...refused].reduce((sum, one) => sum + one.requests, 0);
            expect(ends).to.equal(requests.requests);
            expect(holds.paid + holds.expired + holds.cancelled).to.be.at.most(holds.made);
            const shown = [series.granted, ...Object.values(series.refused)]
              .flat()
              .reduce((sum, one) => sum + one, 0);
            expect(shown).to.equal(Math.round(series.share * requests.requests));
          }
          expect(renderRehearsal(result))
            .to.match(/^<svg [\s\S]*<\/svg>\n$/)
            .and.not.include("NaN");
        },
      ),
      { numRuns: 40 },
    );
  });

  it("tells when nothing is left, and who pays late or never", () => {
    const rows = [...rowsOf(5, { paysAfterS: 10 }), ...rowsOf(5, { paysAfterS: null })];
    const { tiers, holds, soldOutAt, firstFullAt, revenue } = only(
      rehearse(empty({ capacity: 10 }), planOf({ wanted: stated(rows), rules: ["fixed"] })),
    );
    expect(holds).to.include({ made: 10, paid: 5, expired: 5 });
    expect(firstFullAt).to.equal(NOW + 4_000);
    expect(soldOutAt).to.equal(null);
    expect(tiers[0]).to.include({ sold: 5, free: 5 });
    expect(revenue.netMinor).to.equal(10_000);
  });

  it("makes a line where more come than can be decided", () => {
    const rows = rowsOf(100, { paysAfterS: null }, 0.01);
    const run = (decidedPerSecond: number | null) =>
      only(
        rehearse(
          empty({ capacity: 1_000 }),
          planOf({ wanted: stated(rows), rules: ["fixed"], decidedPerSecond }),
        ),
      ).line;
    // A hundred within a second, fifty of them decided: the last one waits a second.
    expect(run(50)?.longest).to.be.within(50, 52);
    expect(run(50)?.waitedMs.max).to.be.closeTo(990, 30);
    expect(run(1_000)?.longest).to.be.at.most(1);
    expect(run(null)).to.equal(null);
  });

  it("lets people go who would pay less, and finds more where it costs less", () => {
    const rows = [
      ...rowsOf(10, { willingToPay: 15, paysAfterS: 1 }),
      ...rowsOf(10, { willingToPay: 25, paysAfterS: 1 }),
    ];
    const at = (price: number) =>
      only(
        rehearse(
          empty({ capacity: 100 }),
          planOf({
            wanted: stated(rows),
            rules: ["fixed"],
            whatIf: { capacity: new Map(), priceMinor: new Map([["General", price]]) },
          }),
        ),
      );
    expect(at(2_000)).to.deep.include({ pricedOut: { requests: 10, tickets: 10 } });
    expect(at(2_000).revenue.netMinor).to.equal(20_000);
    expect(at(1_500).revenue.netMinor).to.equal(30_000);
    expect(at(2_600).revenue.netMinor).to.equal(0);
  });

  it("asks more for what sells too fast, where recommendations are followed", () => {
    const rows = rowsOf(4_000, { willingToPay: 100, paysAfterS: 1 }, 600);
    const result = rehearse(
      empty({ capacity: 1_000, startsAt: NOW + 30 * DAY }),
      planOf({ wanted: stated(rows), rules: [] }),
    );
    const [fixed, recommended] = result.rules as [RuleResult, RuleResult];
    expect(fixed.priceChanges).to.deep.equal([]);
    expect(recommended.priceChanges.length).to.be.greaterThan(0);
    expect(recommended.revenue.netMinor).to.be.greaterThan(fixed.revenue.netMinor);
  });

  it("lets who asked in vain ask again only where that is in vain again", () => {
    const past = new PastSale(paidEventWith({ capacity: 1, requiresPayment: false }));
    past
      .take(book(1, 1))
      .until(NOW + MINUTE)
      .take(book(2, 1, { by: 2 }))
      .until(NOW + 2 * MINUTE)
      .take(book(3, 1, { by: 2 }));
    const run = (capacity: number) =>
      only(
        rehearse(
          subjectOf(past.sale),
          planOf({ whatIf: { capacity: new Map([["General", capacity]]), priceMinor: new Map() } }),
        ),
      );
    expect(run(1).requests.requests).to.equal(3);
    expect(run(10).tiers[0]).to.include({ sold: 2 });
    expect(run(10).requests.requests).to.equal(2);
  });

  it("says in one line why it cannot be", () => {
    const nobody = empty();
    const refusals: readonly (readonly [Parameters<typeof planOf>[0], RegExp])[] = [
      [{ wanted: { type: "recorded", times: 1 } }, /nobody has asked for tickets/],
      [
        { wanted: stated(rowsOf(1, { tier: "Balcony" })) },
        /^row 0, tier: there is no tier Balcony; there are General$/,
      ],
      [{ wanted: stated(rowsOf(1, { willingToPay: 1.005 })) }, /willing_to_pay: 1.005 has more decimals/],
      [{ wanted: stated(rowsOf(1)), rules: ["as_it_was"] }, /nothing is recorded/],
      [
        { wanted: stated(rowsOf(1)), whatIf: { capacity: new Map([["Pit", 1]]), priceMinor: new Map() } },
        /^there is no tier Pit/,
      ],
    ];
    for (const [plan, words] of refusals) {
      expect(() => rehearse(nobody, planOf({ rules: ["fixed"], ...plan }))).to.throw(RehearsalRefused, words);
    }
  });
});
