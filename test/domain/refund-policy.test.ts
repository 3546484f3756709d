import { expect } from "chai";
import { discounted } from "../../src/domain/promo-code.ts";
import { type RefundPolicy, refundOf } from "../../src/domain/refund-policy.ts";
import {
  bookSeats,
  cancel,
  captured,
  confirm,
  DAY,
  exchange,
  given,
  NOW,
  payment,
  report,
  seatedEventWith,
} from "./scenario.ts";

const HOUR = 3_600_000;
const steps: RefundPolicy = {
  type: "percentage",
  steps: [
    { hoursBefore: 24, percent: 50 },
    { hoursBefore: 72, percent: 90 },
  ],
};
const at = (policy: RefundPolicy, hours: number, amount = 1_001) =>
  refundOf(policy, amount, { startsAt: NOW, now: NOW - hours * HOUR });

describe("a refund policy", () => {
  it("pays back the whole minor unit that a fraction of a percent comes to", () => {
    for (const [percent, amount, back] of [
      [33.3, 3_000, 999],
      [66.6, 1_500, 999],
      [82.6, 1_500, 1_239],
      [12.5, 1_001, 125],
      [99.99, 10_000, 9_999],
    ] as const) {
      const policy: RefundPolicy = { type: "percentage", steps: [{ hoursBefore: 0, percent }] };
      expect(at(policy, 1, amount), `${percent} % of ${amount}`).to.equal(back);
    }
    expect(discounted(3_000, { type: "percent", percent: 57.7 })).to.equal(1_269);
  });

  it("pays back everything or nothing where it says so, at any time", () => {
    expect([at({ type: "full" }, 1), at({ type: "none" }, 1_000)]).to.deep.equal([1_001, 0]);
    expect([at({ type: "full" }, 0), at({ type: "full" }, -1)], "not once it has begun").to.deep.equal([
      0, 0,
    ]);
  });

  it("pays back by the hours that are left, to the millisecond, whole minor units", () => {
    expect([
      at(steps, 72),
      at(steps, 72 - 1 / HOUR),
      at(steps, 24),
      at(steps, 24 - 1 / HOUR),
      at(steps, -1),
    ]).to.deep.equal([900, 500, 500, 0, 0]);
    expect(at({ type: "percentage", steps: [] }, 100)).to.equal(0);
  });
});

describe("a refund policy that keeps something", () => {
  const paid = (refundPolicy: RefundPolicy) =>
    given(
      seatedEventWith({ requiresPayment: true, refundPolicy, startsAt: NOW + 2 * DAY }),
      bookSeats(1, [0, 1]),
      confirm(1),
      report(1, captured(10_000)),
    );

  it("applies to a booking, and to a part of it", () => {
    paid(steps)
      .when(cancel(1, { quantity: 1 }))
      .thenDecided({ type: "BookingReduced", refundMinor: 2_500 })
      .andThen({ type: "RefundOwed", amountMinor: 2_500 });
    paid(steps).when(cancel(1)).andThen({ type: "RefundOwed", amountMinor: 5_000 });
    paid({ type: "none" })
      .when(cancel(1))
      .thenDecided({ type: "BookingCancelled", refundMinor: 0 })
      .andThen();
  });

  it("is not evaded by exchanging for cheap tickets", () => {
    paid({ type: "full" })
      .when(exchange(1, { section: "Rear" }))
      .andThen({ type: "RefundOwed", amountMinor: 4_000, reason: "exchanged" });
    paid(steps)
      .when(exchange(1, { section: "Rear" }))
      .andThen({ type: "RefundOwed", amountMinor: 2_000 });
    const kept = paid({ type: "none" });
    kept
      .when(exchange(1, { section: "Rear" }))
      .thenDecided({ type: "TicketsExchanged", refundMinor: 0 })
      .andThen();
    kept.when(cancel(1, { as: "organizer" })).andThen({ type: "RefundOwed", amountMinor: 6_000 });
    expect(kept.world.payments.get(payment(1))).to.include({ capturedMinor: 10_000, refundMinor: 6_000 });
  });
});
