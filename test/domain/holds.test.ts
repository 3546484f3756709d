import { expect } from "chai";
import { carryOut } from "../../src/domain/carry-out.ts";
import { dueHolds, nextDueAt } from "../../src/domain/decide/timers.ts";
import {
  book,
  booking,
  cancel,
  change,
  confirm,
  DAY,
  eventWith,
  expire,
  given,
  MINUTE,
  NOW,
  paidEventWith,
  payment,
  report,
  ring,
  run,
  worldOf,
} from "./scenario.ts";

describe("a hold", () => {
  it("keeps tickets for the buyer until it expires, where bookings have to be paid", () => {
    given(paidEventWith({ capacity: 3 }), book(1, 2))
      .when(book(2, 2))
      .thenRefused("SeatsExceedAvailable", { availableSeats: 1 })
      .andHeld(2);
    given(paidEventWith())
      .when(book(1, 2))
      .thenDecided({ type: "BookingHeld", quantity: 2, expiresAt: NOW + 5 * MINUTE });
  });

  it("is not made where nothing is due", () => {
    given(paidEventWith({ tiers: [{ name: "Free", priceMinor: 0, capacity: 2 }] }))
      .when(book(1, 2))
      .thenDecided({ type: "BookingConfirmed" });
  });

  it("returns its stock exactly once when it expires", () => {
    const held = given(paidEventWith({ capacity: 2 }), book(1, 2));
    held
      .when(expire(booking(1)))
      .thenDecided({ type: "HoldExpired", quantity: 2 })
      .andHeld(0);
    held
      .when(expire(booking(1)))
      .thenRefused("BookingNotFound")
      .andHeld(0);
    held.when(book(2, 2)).thenDecided({ type: "BookingHeld" });
  });

  it("counts against the limit per person, until it expires", () => {
    const held = given(paidEventWith({ ticketsPerUserMax: 3 }), book(1, 2, { by: 7 }));
    held.when(book(2, 2, { by: 7 })).thenRefused("UserLimitExceeded", { owned: 2, limit: 3 });
    held.when(expire(booking(1)));
    held.when(book(3, 3, { by: 7 })).thenDecided({ type: "BookingHeld" });
  });

  it("is one of few that a person may have at once; those paid, cancelled or expired no longer count", () => {
    const event = paidEventWith({ holdsPerUserMax: 2 });
    const full = [book(1, 1, { by: 7 }), book(2, 1, { by: 7 })];
    given(event, ...full)
      .when(book(3, 1, { by: 7 }))
      .thenRefused("HoldLimitExceeded", { limit: 2, owned: 2 });
    for (const end of [cancel(1, { by: 7 }), expire(booking(1))]) {
      given(event, ...full, end)
        .when(book(3, 1, { by: 7 }))
        .thenDecided({ type: "BookingHeld" });
    }
    given(event, ...full, confirm(1, { by: 7 }), report(1, "captured"))
      .when(book(3, 1, { by: 7 }))
      .thenDecided({ type: "BookingHeld" });
    given(event, ...full)
      .when(book(3, 1))
      .thenDecided({ type: "BookingHeld" });
  });

  it("costs what it cost when it was made, whatever the price has become", () => {
    given(paidEventWith(), book(1, 2), change({ priceMinor: 9_000 }))
      .when(confirm(1))
      .thenDecided({ type: "PaymentRequested", amountMinor: 4_000 });
  });

  it("is cancelled by its buyer, by nobody else, and never in part", () => {
    given(paidEventWith(), book(1, 2))
      .when(cancel(1))
      .thenDecided({ type: "BookingCancelled", wasHeld: true, refundMinor: 0 })
      .andHeld(0);
    given(paidEventWith(), book(1, 2))
      .when(cancel(1, { by: 2 }))
      .thenRefused("BookingNotFound");
    given(paidEventWith(), book(1, 2))
      .when(cancel(1, { by: 2, quantity: 1 }))
      .thenRefused("BookingNotFound");
    given(paidEventWith(), book(1, 2))
      .when(cancel(1, { quantity: 1 }))
      .thenRefused("NotConfirmed");
  });

  it("can be paid up to its last millisecond, and not from then on", () => {
    given(paidEventWith(), book(1, 1))
      .when(confirm(1), NOW + 5 * MINUTE - 1)
      .thenDecided({ type: "PaymentRequested" });
    given(paidEventWith(), book(1, 1))
      .when(confirm(1), NOW + 5 * MINUTE)
      .thenRefused("BookingExpired");
    given(paidEventWith(), book(1, 1), expire(booking(1)))
      .when(confirm(1))
      .thenRefused("BookingExpired");
  });

  it("lasts as long as the event says at that moment", () => {
    given(paidEventWith(), change({ holdTtlMs: MINUTE }))
      .when(book(1, 1))
      .thenDecided({ type: "BookingHeld", expiresAt: NOW + MINUTE });
  });
});

describe("a hold whose payment is under way", () => {
  const paying = [book(1, 2), confirm(1)];

  it("is not cancelled by its buyer, who might lose ticket and money", () => {
    given(paidEventWith(), ...paying)
      .when(cancel(1))
      .thenRefused("PaymentUnderWay", { paymentId: payment(1) })
      .andHeld(2);
  });

  it("does not expire: its provider is asked to end the payment, once", () => {
    const late = given(paidEventWith(), ...paying);
    late
      .when(expire(booking(1)))
      .thenDecided({ type: "PaymentCancelRequested", paymentId: payment(1) })
      .andHeld(2);
    late
      .when(expire(booking(1)))
      .thenRefused("PaymentUnderWay")
      .andHeld(2);
  });

  it("is due when the payment has had its time, and then not before the provider has answered", () => {
    const { world } = given(paidEventWith(), ...paying);
    expect(dueHolds(world.state, NOW + 15 * MINUTE - 1, 9)).to.deep.equal([]);
    expect(dueHolds(world.state, NOW + 15 * MINUTE, 9)).to.deep.equal([booking(1)]);
    run(world, expire(booking(1)), NOW + 15 * MINUTE);
    expect(dueHolds(world.state, NOW + DAY, 9)).to.deep.equal([]);
    run(world, report(1, "cancelled"), NOW + 16 * MINUTE);
    expect(dueHolds(world.state, NOW + 16 * MINUTE, 9)).to.deep.equal([booking(1)]);
  });
});

describe("holds that are due", () => {
  it("come in the order in which their time came, at most so many", () => {
    const { world } = given(
      paidEventWith(),
      book(1, 1),
      change({ holdTtlMs: MINUTE }),
      book(2, 1),
      book(3, 1),
    );
    expect(dueHolds(world.state, NOW + MINUTE - 1, 9)).to.deep.equal([]);
    expect(dueHolds(world.state, NOW + MINUTE, 9)).to.deep.equal([booking(2), booking(3)]);
    expect(dueHolds(world.state, NOW + 5 * MINUTE, 2)).to.deep.equal([booking(2), booking(3)]);
    expect(dueHolds(world.state, NOW + 5 * MINUTE, 9)).to.deep.equal([booking(2), booking(3), booking(1)]);
    expect(nextDueAt(world.state)).to.equal(NOW + MINUTE);
  });

  it("of the same moment come in the order of their ids, however their state was put together", () => {
    const { world } = given(paidEventWith(), book(1, 1), book(2, 1), book(3, 1));
    const { state } = world;
    const inOrder = dueHolds(state, NOW + DAY, 2);
    expect(inOrder).to.deep.equal([booking(1), booking(2)]);
    const loaded = { ...state, holds: new Map([...state.holds].toReversed()) };
    expect(dueHolds(loaded, NOW + DAY, 2)).to.deep.equal(inOrder);
  });

  it("end also after the event, so that nothing is held for ever", () => {
    const { world } = given(paidEventWith(), book(1, 1), ring("CloseSale"), ring("CompleteEvent"));
    expect(nextDueAt(world.state)).to.equal(NOW + 5 * MINUTE);
    expect(dueHolds(world.state, NOW + 5 * MINUTE, 9)).to.deep.equal([booking(1)]);
  });

  it("are found quickly among many: 5,000 at once", () => {
    const world = worldOf(paidEventWith({ capacity: 5_000 }));
    for (let n = 1; n <= 5_000; n += 1) {
      carryOut(world, book(n, 1), NOW);
    }
    const started = performance.now();
    const due = dueHolds(world.state, NOW + 5 * MINUTE, 5_000);
    expect(due.length).to.equal(5_000);
    expect(performance.now() - started).to.be.below(250);
  });
});

describe("a booking that is held until it is taken, with nothing to pay", () => {
  it("is taken by a confirmation", () => {
    given(paidEventWith(), book(1, 2), change({ requiresPayment: false }))
      .when(confirm(1, { pay: null }))
      .thenDecided({ type: "BookingConfirmed", wasHeld: true, unitPriceMinor: 2_000 })
      .andSold(2)
      .andHeld(0);
  });

  it("has no page to be paid on", () => {
    given(paidEventWith(), book(1, 2), change({ requiresPayment: false }))
      .when(confirm(1, { pay: "checkout" }))
      .thenRefused("NothingToPay");
  });

  it("is no hold at all where the event is free from the start", () => {
    given(eventWith(), book(1, 1))
      .when(confirm(1, { pay: null }))
      .thenRefused("AlreadyConfirmed");
  });
});
