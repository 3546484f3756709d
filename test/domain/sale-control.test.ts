import { expect } from "chai";
import { refuseBeforeQueueing } from "../../src/domain/decide/book-tickets.ts";
import {
  addCode,
  book,
  bookSeats,
  cancelEvent,
  change,
  DAY,
  eventWith,
  given,
  NOW,
  paidEventWith,
  pause,
  resume,
  ring,
  seatedEventWith,
  user,
} from "./scenario.ts";

describe("an event that is over", () => {
  it("is not sold again by new times, prices or tickets, which would pay back who has been there", () => {
    const over = () => given(eventWith(), ring("CompleteEvent"));
    for (const changes of [
      { startsAt: NOW + 60 * DAY },
      { endsAt: NOW + 60 * DAY },
      { saleEndsAt: NOW + 30 * DAY },
      { capacity: 1_000 },
      { priceMinor: 1 },
    ]) {
      over().when(change(changes)).thenRefused("EventOver");
    }
    over()
      .when(change({ name: "As it was called" }))
      .thenDecided({ type: "EventChanged" });
  });
});

describe("pausing the sale", () => {
  it("is done once, undone once, and says otherwise", () => {
    given(eventWith()).when(pause).thenDecided({ type: "SalePaused" });
    given(eventWith(), pause).when(pause).thenRefused("AlreadyPaused");
    given(eventWith(), pause).when(resume).thenDecided({ type: "SaleResumed" });
    given(eventWith()).when(resume).thenRefused("NotPaused");
  });

  it("can be done before the sale begins, but not when it is over", () => {
    given(eventWith({ saleStartsAt: NOW + 1 }))
      .when(pause)
      .thenDecided({ type: "SalePaused" });
    given(eventWith(), ring("CloseSale")).when(pause).thenRefused("SaleClosed");
    given(eventWith(), cancelEvent).when(pause).thenRefused("EventCancelled");
    given(eventWith(), ring("CompleteEvent")).when(resume).thenRefused("EventOver");
  });

  it("ends with the sale, whichever way that ends, so that nobody waits in line for ever", () => {
    for (const end of [ring("CloseSale"), change({ saleEndsAt: NOW }), cancelEvent]) {
      expect(given(eventWith(), pause, end).world.state.isPaused).to.equal(false);
    }
  });

  it("lets nobody new into the line", () => {
    const { world } = given(eventWith(), pause);
    expect(refuseBeforeQueueing(world.state, { userId: user(1), quantity: 1 })?.reason).to.equal(
      "SalePaused",
    );
  });
});

describe("the look before the line, at seats and codes", () => {
  it("judges only what the counters can tell", () => {
    const { world } = given(seatedEventWith(), bookSeats(1, [8, 9, 10]));
    const ask = (wish: object) =>
      refuseBeforeQueueing(world.state, { userId: user(1), quantity: 1, ...wish })?.reason;
    expect(ask({ tier: "Circle" })).to.equal("SeatsExceedAvailable");
    expect(ask({ tier: "Circle", promoCode: "X" })).to.equal(undefined);
    expect(ask({ tier: "Circle", waitlistIfFull: {} })).to.equal(undefined);
    expect(ask({ seats: [8] })).to.equal(undefined);
    expect(ask({ section: "Rear" })).to.equal(undefined);
  });

  it("refuses seats only where the whole event has none", () => {
    const { world } = given(eventWith({ capacity: 1 }), book(1, 1));
    expect(refuseBeforeQueueing(world.state, { userId: user(1), quantity: 1, seats: [0] })?.reason).to.equal(
      "SoldOut",
    );
  });
});

describe("changing capacity", () => {
  it("is refused below what is sold and held, with the figure", () => {
    given(paidEventWith(), book(1, 3), book(2, 2))
      .when(change({ capacity: 4 }))
      .thenRefused("CapacityBelowSold", { sold: 5, tier: "General" });
  });

  it("to more than ten times as much has to be said twice", () => {
    given(eventWith())
      .when(change({ capacity: 101 }))
      .thenRefused("CapacityJump", { capacity: 10, quantity: 101 });
    given(eventWith())
      .when(change({ capacity: 100 }))
      .thenDecided({ type: "EventChanged" });
    given(eventWith())
      .when(change({ capacity: 101 }, 1, { isConfirmed: true }))
      .thenDecided({ type: "EventChanged" });
    given(eventWith())
      .when(change({ tiers: [{ name: "Pit", priceMinor: 1, capacity: 101 }] }))
      .thenRefused("CapacityJump", { capacity: 10 });
  });

  it("of a seated tier is refused: its capacity is its seats", () => {
    given(seatedEventWith())
      .when(change({ tiers: [{ name: "Stalls", capacity: 9 }] }))
      .thenRefused("TierIsSeated", { capacity: 8 });
    given(seatedEventWith())
      .when(change({ tiers: [{ name: "Stalls", capacity: 8, priceMinor: 1 }] }))
      .thenDecided({ type: "EventChanged" });
  });

  it("of the only tier may come together with a new one by name", () => {
    const { world } = given(
      eventWith(),
      change({ capacity: 12, tiers: [{ name: "Pit", priceMinor: 1, capacity: 3 }] }),
    );
    expect(world.state.tiers.map(({ name, capacity }) => [name, capacity])).to.deep.equal([
      ["General", 12],
      ["Pit", 3],
    ]);
  });
});

describe("changing rules", () => {
  it("applies to decisions after it, and takes nothing away that somebody has", () => {
    const lowered = given(eventWith({ ticketsPerUserMax: 4 }), book(1, 4), change({ ticketsPerUserMax: 2 }));
    lowered
      .when(book(2, 1, { by: 1 }))
      .thenRefused("UserLimitExceeded", { owned: 4, limit: 2 })
      .andSold(4);
    given(eventWith(), change({ ticketsPerUserMax: 1 }))
      .when(book(1, 2))
      .thenRefused("UserLimitExceeded");
    given(eventWith(), change({ requiresPayment: true }))
      .when(book(1, 1))
      .thenDecided({ type: "BookingHeld" });
  });

  it("is refused once the event is cancelled", () => {
    given(eventWith(), cancelEvent)
      .when(change({ name: "X" }))
      .thenRefused("EventCancelled");
    given(eventWith(), cancelEvent).when(addCode("X")).thenRefused("EventCancelled");
  });
});
