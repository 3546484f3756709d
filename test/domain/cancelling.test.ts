import { expect } from "chai";
import { nextDueAt } from "../../src/domain/decide/timers.ts";
import type { World } from "../../src/domain/state.ts";
import {
  addCode,
  book,
  booking,
  cancel,
  cancelEvent,
  cancelOf,
  captured,
  confirm,
  eventWith,
  given,
  join,
  NOW,
  paidEventWith,
  payment,
  report,
  ring,
  run,
} from "./scenario.ts";

const none = { refundPolicy: { type: "none" } } as const;

describe("cancelling a part of a booking", () => {
  it("gives back so many tickets and leaves the others", () => {
    given(eventWith(), book(1, 3))
      .when(cancel(1, { quantity: 2 }))
      .thenDecided({ type: "BookingReduced", quantity: 2, refundMinor: 4_000 })
      .andSold(1);
  });

  it("is refused for nothing, for all of it, for more, and for seats where there are none", () => {
    for (const part of [{ quantity: 0 }, { quantity: 3 }, { quantity: 4 }, { seats: [1] }]) {
      given(eventWith(), book(1, 3))
        .when(cancel(1, part))
        .thenRefused("PartNotOfBooking", { quantity: 3 })
        .andSold(3);
    }
  });

  it("needs a booking that is confirmed, and is nobody else's business", () => {
    given(eventWith())
      .when(cancel(1, { quantity: 1 }))
      .thenRefused("NotConfirmed");
    given(eventWith(), book(1, 3))
      .when(cancel(1, { by: 2, quantity: 1 }))
      .thenRefused("BookingNotFound");
  });

  it("makes room under the limit per person", () => {
    given(eventWith({ ticketsPerUserMax: 3 }), book(1, 3), cancel(1, { quantity: 1 }))
      .when(book(2, 1, { by: 1 }))
      .thenDecided({ type: "BookingConfirmed" });
  });
});

describe("what a cancelled customer gets back", () => {
  it("is what the policy says where they cancel, and everything where they are cancelled", () => {
    given(eventWith(none), book(1, 2))
      .when(cancel(1))
      .thenDecided({ type: "BookingCancelled", refundMinor: 0 });
    for (const as of ["organizer", "event"] as const) {
      given(eventWith(none), book(1, 2))
        .when(cancel(1, { as }))
        .thenDecided({ type: "BookingCancelled", refundMinor: 4_000, by: as });
    }
  });

  it("is everything once the event is cancelled, also where they are quicker than its cancellation", () => {
    given(eventWith(none), book(1, 2), cancelEvent)
      .when(cancel(1))
      .thenDecided({ type: "BookingCancelled", refundMinor: 4_000 });
    given(eventWith(none), book(1, 2), cancelEvent)
      .when(cancel(1, { quantity: 1 }))
      .thenDecided({ type: "BookingReduced", refundMinor: 2_000 });
  });
});

describe("cancelling an event", () => {
  /** Cancels what is live, as turns do, so many at a time. */
  function sweep(world: World, countMax: number) {
    const confirmed = [...world.bookings.values()].filter(({ status }) => status === "confirmed");
    const live = [...world.state.holds.values(), ...confirmed].slice(0, countMax);
    for (const { id, userId } of live) run(world, { ...cancelOf(id, { by: 0, as: "event" }), userId }, NOW);
  }

  it("counts confirmed bookings and holds, and comes to an end in bounded turns with every one of them", () => {
    const { world } = given(
      paidEventWith(),
      book(1, 2),
      book(2, 1),
      book(3, 1),
      confirm(1),
      report(1, captured(4_000)),
      cancelEvent,
    );
    expect(world.state.cancellation).to.deep.equal({ total: 3, done: 0 });
    sweep(world, 2);
    expect(world.state.cancellation).to.deep.equal({ total: 3, done: 2 });
    expect(nextDueAt(world.state)).to.equal(0);
    sweep(world, 2);
    expect(world.state.cancellation).to.deep.equal({ total: 3, done: 3 });
    expect(nextDueAt(world.state)).to.equal(null);
    expect(world.state.refunds).to.deep.equal({ count: 1, minor: 4_000 });
    expect(world.payments.get(payment(1))).to.include({ capturedMinor: 4_000, refundMinor: 4_000 });
    expect(world.state.holds.size + world.state.bookings).to.equal(0);
  });

  it("ends a payment under way, and gives back what was captured all the same", () => {
    const story = given(paidEventWith(), book(1, 1), confirm(1), cancelEvent);
    story
      .when(cancel(1, { as: "event" }))
      .thenDecided({ type: "BookingCancelled", wasHeld: true })
      .andThen({ type: "PaymentCancelRequested", paymentId: payment(1) });
    story
      .when(report(1, "captured"))
      .thenDecided({ type: "PaymentCaptured" })
      .andThen({ type: "RefundOwed", amountMinor: 2_000 });
    expect(story.world.state.cancellation).to.deep.equal({ total: 1, done: 1 });
  });

  it("gives back a payment that is captured before its hold was reached, and still ends that hold", () => {
    const story = given(paidEventWith(), book(1, 1), confirm(1), cancelEvent, report(1, "captured"));
    expect(story.world.payments.get(payment(1))).to.include({ refundMinor: 2_000 });
    story
      .when(cancel(1, { as: "event" }))
      .thenDecided({ type: "BookingCancelled", wasHeld: true })
      .andThen()
      .andHeld(0);
  });

  it("gives uses of codes back and lets nobody wait any longer", () => {
    const { world } = given(
      eventWith({ capacity: 1 }),
      addCode("HALF"),
      book(1, 1, { promoCode: "HALF" }),
      join(5, 1),
      cancelEvent,
      cancel(1, { as: "event" }),
    );
    expect(world.state.promoCodes.get("HALF")?.used).to.equal(0);
    expect(world.state.line.basic.size).to.equal(0);
    expect(world.state.tiers[0]?.sold).to.equal(0);
  });

  it("is refused for an event that is over", () => {
    given(eventWith(), ring("CompleteEvent")).when(cancelEvent).thenRefused("EventOver");
  });
});

describe("a cancellation that finds nothing to cancel", () => {
  it("of an expired hold says so", () => {
    given(paidEventWith(), book(1, 1), { type: "ExpireHold", id: booking(99), bookingId: booking(1) })
      .when(cancel(1))
      .thenRefused("BookingExpired");
  });

  it("of a withdrawn request is answered as before", () => {
    given(eventWith(), cancel(1))
      .when(cancel(1, { seq: 2 }))
      .thenRefused("AlreadyCancelled", { quantity: 0, refundMinor: 0 });
  });
});
