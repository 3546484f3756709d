import { expect } from "chai";
import fc from "fast-check";
import { rehearse } from "../../src/rehearsal/rehearse.ts";
import { MINUTE, NOW, paidEventWith } from "../domain/scenario.ts";
import { planOf, randomSale, subjectOf } from "./past-sale.ts";

const draft = fc
  .record({
    requiresPayment: fc.boolean(),
    ticketsPerUserMax: fc.option(fc.integer({ min: 2, max: 6 })),
    saleStartsIn: fc.option(fc.integer({ min: 1, max: 20 })),
    capacity: fc.integer({ min: 5, max: 40 }),
  })
  .map(({ saleStartsIn, ...rules }) =>
    paidEventWith({
      ...rules,
      saleStartsAt: saleStartsIn === null ? null : NOW + saleStartsIn * MINUTE,
      saleEndsAt: NOW + 100 * MINUTE,
      startsAt: NOW + 110 * MINUTE,
      endsAt: NOW + 120 * MINUTE,
    }),
  );

describe("a repetition of a recorded sale", () => {
  it("comes to what the ledger says: requests, refusals, holds, offers, waitlist and money", () => {
    fc.assert(
      fc.property(draft, fc.nat(1e6), (event, seed) => {
        const past = randomSale(event, seed, 250);
        const { check, rules, demand } = rehearse(subjectOf(past.sale), planOf());
        expect(check?.differences).to.deep.equal([]);
        const [asItWas] = rules;
        expect(asItWas?.conflicts).to.deep.equal([]);
        // Those who are only assumed stay away, and nobody else does.
        expect(asItWas?.pricedOut.requests).to.equal(demand.latent);
        expect(asItWas?.tiers.map(({ sold, held }) => ({ sold, held }))).to.deep.equal(
          past.world.state.tiers.map(({ sold, held }) => ({ sold, held })),
        );
      }),
      { numRuns: 60 },
    );
  });
});
