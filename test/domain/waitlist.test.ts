import { expect } from "chai";
import { carryOut } from "../../src/domain/carry-out.ts";
import { dueTimers, nextDueAt } from "../../src/domain/decide/timers.ts";
import { nextOffer } from "../../src/domain/decide/waitlist.ts";
import { PASSED_OVER_MAX } from "../../src/domain/waitlist.ts";
import {
  addCode,
  block,
  book,
  booking,
  bookSeats,
  cancel,
  cancelEvent,
  cancelOf,
  change,
  confirm,
  entry,
  eventWith,
  exchange,
  expire,
  given,
  join,
  leave,
  MINUTE,
  NOW,
  offerOf,
  paidEventWith,
  pause,
  processLine,
  release,
  resume,
  ring,
  run,
  seatedEventWith,
  transfer,
  user,
  worldOf,
} from "./scenario.ts";

/** Sold out by bookings 1 and 2 of one ticket each. */
const full = [book(1, 1), book(2, 1)];
const two = eventWith({ capacity: 2 });

describe("joining the waitlist", () => {
  it("is for events that have nothing for the person", () => {
    given(two, ...full)
      .when(join(5, 2, { priority: "vip" }))
      .thenDecided({ type: "WaitlistJoined", entryId: entry(5), quantity: 2, priority: "vip", tiers: null });
    given(two, book(1, 1)).when(join(5, 1)).thenRefused("WaitlistNotNeeded", { availableSeats: 1 });
    given(two, book(1, 1)).when(join(5, 2)).thenDecided({ type: "WaitlistJoined" });
  });

  it("is done once by a person, and again after leaving", () => {
    const joined = given(two, ...full, join(5, 1));
    joined.when(join(6, 2, { by: 5 })).thenRefused("WaitlistAlreadyJoined");
    joined.when(leave(5)).thenDecided({ type: "WaitlistLeft", entryId: entry(5), why: "asked" });
    joined.when(leave(5)).thenRefused("WaitlistEntryNotFound");
    joined.when(join(6, 2, { by: 5 })).thenDecided({ type: "WaitlistJoined" });
  });

  it("is left for good also by who was made an offer at that very moment", () => {
    given(two, ...full, join(5, 1), join(6, 1), cancel(1))
      .when(leave(5))
      .thenDecided({
        type: "BookingCancelled",
        bookingId: offerOf(5),
        quantity: 1,
        wasHeld: true,
        by: "customer",
      })
      .andThen({ type: "OfferMade", bookingId: offerOf(6), entryId: entry(6) });
  });

  it("is refused for more than could ever be offered, or than one person may have", () => {
    given(two, ...full)
      .when(join(5, 3))
      .thenRefused("QuantityAboveBookingLimit", { limit: 2 });
    given(eventWith({ capacity: 20, ticketsPerBookingMax: 4 }), book(1, 4))
      .when(join(5, 5))
      .thenRefused("QuantityAboveBookingLimit", { limit: 4 });
    given(eventWith({ capacity: 2, ticketsPerUserMax: 2 }), book(1, 2))
      .when(join(5, 1, { by: 1 }))
      .thenRefused("UserLimitExceeded", { owned: 2 });
  });

  it("names tiers that exist and are open to all", () => {
    const event = eventWith({
      tiers: [
        { name: "A", priceMinor: 1, capacity: 1 },
        { name: "B", priceMinor: 2, capacity: 1, isRestricted: true },
      ],
    });
    given(event)
      .when(join(5, 1, { tiers: ["C"] }))
      .thenRefused("TierNotFound", { tier: "C" });
    given(event)
      .when(join(5, 1, { tiers: ["B"] }))
      .thenRefused("TierRestricted", { tier: "B" });
    given(event, book(1, 1)).when(join(5, 1)).thenDecided({ type: "WaitlistJoined" });
  });

  it("is possible only while there is a sale", () => {
    given(eventWith({ saleStartsAt: NOW + 1 }))
      .when(join(5, 1))
      .thenRefused("SaleNotStarted");
    given(two, ...full, ring("CloseSale"))
      .when(join(5, 1))
      .thenRefused("SaleClosed");
    given(two, ...full, cancelEvent)
      .when(join(5, 1))
      .thenRefused("EventCancelled");
    given(two, ...full, ring("CompleteEvent"))
      .when(join(5, 1))
      .thenRefused("EventOver");
  });

  it("happens by itself on a full event, where the buyer asked for it", () => {
    const decided = given(two, ...full).when(book(3, 2, { orWait: 5 }));
    decided.thenDecided({
      type: "WaitlistJoined",
      userId: user(3),
      quantity: 2,
      offerId: offerOf(5),
      tiers: null,
    });
    given(two, ...full, book(3, 2, { orWait: 5 }))
      .when(cancelOf(booking(3), { by: 3 }))
      .thenRefused("BookingRejected");
  });

  it("does not happen by itself where something else would do: the buyer is told instead", () => {
    // Another section of the tier has seats, only not in one row.
    given(seatedEventWith(), bookSeats(1, [1]), bookSeats(2, [5]))
      .when(book(3, 4, { tier: "Stalls", adjacent: true, orWait: 5 }))
      .thenRefused("NoAdjacentSeats");
    // A dearer tier has places: waiting is for the tier that was meant.
    const tiers = [
      { name: "A", priceMinor: 1, capacity: 1 },
      { name: "B", priceMinor: 2, capacity: 1 },
    ];
    given(eventWith({ tiers }), book(1, 1))
      .when(book(3, 1, { orWait: 5 }))
      .thenDecided({ type: "WaitlistJoined", tiers: [0] });
    given(eventWith({ tiers }), book(1, 1), book(2, 1, { tier: "B" }))
      .when(book(3, 1, { orWait: 5 }))
      .thenDecided({ type: "WaitlistJoined", tiers: null });
  });

  it("does not happen by itself twice, nor for a tier that only a code opens", () => {
    given(two, ...full, join(5, 1, { by: 3 }))
      .when(book(3, 1, { orWait: 6 }))
      .thenRefused("WaitlistAlreadyJoined");
    const hidden = eventWith({ tiers: [{ name: "A", priceMinor: 1, capacity: 1, isRestricted: true }] });
    const wish = { tier: "A", promoCode: "GUEST" };
    given(hidden, addCode("GUEST", { tiers: ["A"] }), book(1, 1, wish))
      .when(book(2, 1, { ...wish, orWait: 5 }))
      .thenRefused("SoldOut");
  });
});

describe("stock that comes back", () => {
  const waiting = [...full, join(5, 1)];
  const offer = { type: "OfferMade", entryId: entry(5), bookingId: offerOf(5), userId: user(5) } as const;

  it("is offered in the decision that freed it, before anybody else sees it", () => {
    const freed = given(two, ...waiting);
    freed
      .when(cancel(1))
      .andThen({ ...offer, expiresAt: NOW + 15 * MINUTE, quantity: 1 })
      .andHeld(1);
    freed.when(book(9, 1)).thenRefused("SoldOut");
  });

  it("is offered however it came: expiry, part of a booking, exchange, capacity, seats released, sale resumed", () => {
    given(paidEventWith({ capacity: 2 }), ...waiting)
      .when(expire(booking(1)))
      .andThen(offer);
    given(two, book(1, 2), join(5, 1))
      .when(cancel(1, { quantity: 1 }))
      .andThen(offer);
    given(two, ...waiting)
      .when(change({ capacity: 3 }))
      .andThen(offer);
    given(two, ...waiting, pause, cancel(1))
      .when(resume)
      .andThen(offer);
    const seats = seatedEventWith();
    const taken = [bookSeats(1, [0, 1, 2, 3, 4, 5, 6]), block(7), join(5, 1, { tiers: ["Stalls"] })];
    given(seats, ...taken)
      .when(release(7))
      .andThen(offer);
    given(seats, ...taken, bookSeats(3, [8]))
      .when(exchange(1, { section: "Rear" }))
      .thenRefused("SeatsExceedAvailable");
    const full4 = [bookSeats(1, [0, 1]), bookSeats(2, [2, 3, 4, 5, 6, 7]), join(5, 2, { tiers: ["Stalls"] })];
    given(seats, ...full4)
      .when(exchange(1, { section: "Rear" }))
      .thenDecided({ type: "TicketsExchanged" })
      .andThen(offer);
  });

  it("is not a reason to send somebody away who joins while it waits for others", () => {
    given(two, ...waiting, pause, cancel(1))
      .when(join(6, 1))
      .thenDecided({ type: "WaitlistJoined" });
    given(two, book(1, 1), pause).when(join(6, 1)).thenRefused("WaitlistNotNeeded", { availableSeats: 1 });
  });

  it("is not exchanged for by others while it waits for somebody", () => {
    const tiers = ["A", "B"].map((name) => ({ name, priceMinor: 1_000, capacity: 1 }));
    const sold = [book(1, 1, { tier: "A" }), book(2, 1, { tier: "B" }), pause, cancel(1)];
    given(eventWith({ tiers }), ...sold)
      .when(exchange(2, { tier: "A" }))
      .thenDecided({ type: "TicketsExchanged" });
    given(eventWith({ tiers }), ...sold.slice(0, 2), join(5, 1, { tiers: ["A"] }), ...sold.slice(2))
      .when(exchange(2, { tier: "A" }))
      .thenRefused("SeatsExceedAvailable");
  });

  it("waits while the sale is paused or closed, and goes to the line when it is on again", () => {
    given(two, ...waiting, pause)
      .when(cancel(1))
      .andThen();
    given(two, ...waiting, ring("CloseSale"))
      .when(cancel(1))
      .andThen();
    given(two, ...waiting, ring("CloseSale"), cancel(1))
      .when(change({ saleEndsAt: NOW + MINUTE }))
      .andThen(offer);
  });

  it("goes by priority, then by the order of joining", () => {
    const line = [
      join(5, 1),
      join(6, 1, { priority: "premium" }),
      join(7, 1, { priority: "vip" }),
      join(8, 1),
    ];
    given(eventWith({ capacity: 4 }), book(1, 4), ...line)
      .when(cancel(1))
      .andThen(
        { type: "OfferMade", entryId: entry(7) },
        { type: "OfferMade", entryId: entry(6) },
        { type: "OfferMade", entryId: entry(5) },
        { type: "OfferMade", entryId: entry(8) },
      );
  });

  it("goes to nobody for less than their whole party, nor in a tier they did not ask for", () => {
    given(two, ...full, join(5, 2))
      .when(cancel(1))
      .andThen();
    given(two, ...full, join(5, 2), join(6, 1))
      .when(cancel(1))
      .andThen({ type: "OfferMade", entryId: entry(6), passedOver: entry(5) });
    const tiers = [
      { name: "A", priceMinor: 1, capacity: 1 },
      { name: "B", priceMinor: 2, capacity: 1 },
    ];
    const both = [book(1, 1), book(2, 1, { tier: "B" })];
    given(eventWith({ tiers }), ...both, join(5, 1, { tiers: ["A"] }))
      .when(cancel(2))
      .andThen();
    given(eventWith({ tiers }), ...both, join(5, 1, { tiers: ["A", "B"] }))
      .when(cancel(2))
      .andThen({ ...offer, tier: 1, unitPriceMinor: 2 });
  });

  it("is not offered to somebody who by now has what one person may have: they leave the line", () => {
    const limited = eventWith({ capacity: 3, ticketsPerUserMax: 2 });
    const line = [book(1, 1), book(2, 1), book(3, 1), join(5, 1, { by: 1 }), join(6, 1)];
    given(limited, ...line, transfer(3, { to: 1 }))
      .when(cancel(2))
      .andThen(
        { type: "WaitlistLeft", entryId: entry(5), why: "limit" },
        { type: "OfferMade", entryId: entry(6) },
      );
  });

  it("is not offered above a limit that came only after they joined", () => {
    given(two, book(1, 1), book(2, 1), join(5, 1, { by: 1 }), join(6, 1), change({ ticketsPerUserMax: 1 }))
      .when(cancel(2))
      .andThen({ type: "WaitlistLeft", entryId: entry(5) }, { type: "OfferMade", entryId: entry(6) });
  });

  it("goes on to the next person when somebody leaves for whom it was kept, or one comes who stands before them", () => {
    const kept = [book(1, 1), book(2, 1), join(5, 2), join(6, 1)];
    given(two, ...kept)
      .when(leave(5))
      .andThen();
    const starved = given(eventWith({ capacity: 3 }), book(1, 1), book(2, 1), book(3, 1), join(5, 2));
    for (let n = 0; n < PASSED_OVER_MAX; n += 1) {
      starved.when(cancelOf(booking(n === 0 ? 1 : 99 + n), { by: n === 0 ? 1 : 99 + n }));
      starved.when(book(100 + n, 1)).thenDecided({ type: "BookingConfirmed", passedOver: entry(5) });
    }
    starved.when(join(7, 1));
    const last = 99 + PASSED_OVER_MAX;
    starved.when(cancelOf(booking(last), { by: last })).andThen();
    starved
      .when(join(8, 3, { priority: "vip" }))
      .andThen({ type: "OfferMade", entryId: entry(7), passedOver: entry(8) });
  });
});

describe("a party at the head that nothing fits", () => {
  /** One ticket free, a party of two at the head, others served before it as often as may be. */
  function starved() {
    const story = given(eventWith({ capacity: 3 }), book(1, 1), book(2, 1), book(3, 1), join(5, 2));
    story.when(cancel(1)).andThen();
    for (let n = 0; n < PASSED_OVER_MAX; n += 1) {
      story.when(book(100 + n, 1)).thenDecided({ type: "BookingConfirmed", passedOver: entry(5) });
      if (n < PASSED_OVER_MAX) story.when(cancelOf(booking(100 + n), { by: 100 + n })).andThen();
    }
    return story;
  }

  it("is passed over so often and not once more: then what is free is kept for it", () => {
    const story = starved();
    story.when(book(9, 1)).thenRefused("SeatsExceedAvailable", { availableSeats: 0 });
    story.when(join(6, 1)).thenDecided({ type: "WaitlistJoined" }).andThen();
    story.when(cancel(2)).andThen({ type: "OfferMade", entryId: entry(5), quantity: 2 });
  });

  it("may take itself what is kept for it", () => {
    starved()
      .when(book(9, 1, { by: 5 }))
      .thenDecided({ type: "BookingConfirmed" });
  });

  it("keeps nothing once it has left", () => {
    const story = starved();
    story.when(leave(5));
    story.when(book(9, 1)).thenDecided({ type: "BookingConfirmed" });
  });

  it("keeps nothing of a tier that could never serve it", () => {
    const tiers = [
      { name: "Small", priceMinor: 1, capacity: 1 },
      { name: "Large", priceMinor: 2, capacity: 3 },
    ];
    const story = given(eventWith({ tiers }), book(1, 1), book(2, 3, { tier: "Large" }), join(5, 3));
    story.when(cancel(1)).andThen();
    for (let n = 0; n < PASSED_OVER_MAX + 2; n += 1) {
      const { decision } = story.when(book(100 + n, 1));
      expect(decision[0]).to.include({ type: "BookingConfirmed" }).and.not.have.property("passedOver");
      story.when(cancelOf(booking(100 + n), { by: 100 + n }));
    }
  });

  it("keeps nothing that it may not have any more", () => {
    const story = given(
      eventWith({ capacity: 4, ticketsPerUserMax: 2 }),
      book(1, 2),
      book(2, 1),
      book(3, 1),
      join(5, 2),
      transfer(2, { to: 5 }),
    );
    story.when(cancel(3)).andThen();
    for (let n = 0; n < PASSED_OVER_MAX; n += 1) {
      story.when(book(100 + n, 1));
      story.when(cancelOf(booking(100 + n), { by: 100 + n }));
    }
    expect([...story.world.state.line.basic]).to.deep.equal([]);
    story.when(book(9, 1)).thenDecided({ type: "BookingConfirmed" });
  });

  it("is passed over by exchanges too, and at last by none", () => {
    const tiers = [
      { name: "A", priceMinor: 1, capacity: 3 },
      { name: "B", priceMinor: 1, capacity: 1 },
    ];
    const story = given(
      eventWith({ tiers }),
      book(1, 2),
      book(2, 1, { tier: "B" }),
      join(5, 2, { tiers: ["A"] }),
    );
    for (let n = 0; n < PASSED_OVER_MAX; n += 1) {
      story.when(exchange(2, { tier: "A" })).thenDecided({ type: "TicketsExchanged", passedOver: entry(5) });
      story.when(exchange(2, { tier: "B" })).thenDecided({ type: "TicketsExchanged" });
    }
    story.when(exchange(2, { tier: "A" })).thenRefused("SeatsExceedAvailable");
  });
});

describe("an offer", () => {
  const offered = [...full, join(5, 1), join(6, 1), cancel(1)];

  it("is taken by a confirmation, also where nothing is to be paid", () => {
    given(two, ...offered)
      .when(confirm(1, { by: 5, of: offerOf(5), pay: null }))
      .thenDecided({ type: "BookingConfirmed", wasHeld: true, bookingId: offerOf(5) })
      .andSold(2);
  });

  it("is answered before its person may wait again", () => {
    const waiting = given(two, ...offered);
    waiting.when(join(7, 1, { by: 5 })).thenRefused("WaitlistAlreadyJoined");
    waiting.when(confirm(1, { by: 5, of: offerOf(5), pay: null }));
    waiting.when(join(8, 1, { by: 5 })).thenDecided({ type: "WaitlistJoined" });
  });

  it("is declined by cancelling it, and goes to the next at once", () => {
    given(two, ...offered)
      .when(cancelOf(offerOf(5), { by: 5 }))
      .thenDecided({ type: "BookingCancelled", wasHeld: true })
      .andThen({ type: "OfferMade", entryId: entry(6) });
  });

  it("lapses to the next; the person is not offered again unless they rejoin", () => {
    const lapsed = given(two, ...offered);
    lapsed
      .when(expire(offerOf(5)))
      .thenDecided({ type: "HoldExpired" })
      .andThen({ type: "OfferMade", entryId: entry(6) });
    lapsed
      .when(expire(offerOf(6)))
      .thenDecided({ type: "HoldExpired" })
      .andThen();
    lapsed.when(book(9, 1)).thenDecided({ type: "BookingConfirmed" });
    lapsed.when(join(7, 1, { by: 5 })).thenDecided({ type: "WaitlistJoined" });
  });

  it("does not count among the holds that a person may have at once", () => {
    given(
      paidEventWith({ capacity: 2, holdsPerUserMax: 1 }),
      book(1, 1),
      book(2, 1),
      join(5, 1),
      expire(booking(1)),
      expire(booking(2)),
    )
      .when(book(9, 1, { by: 5 }))
      .thenDecided({ type: "BookingHeld" });
  });
});

describe("processing the waitlist", () => {
  it("finds nothing to do where everything was offered already, and creates no stock", () => {
    given(two, ...full, join(5, 1))
      .when(processLine(10))
      .thenDecided({ type: "WaitlistProcessed" })
      .andThen();
  });

  it("ends with the event: nobody waits for nothing", () => {
    for (const end of [cancelEvent, ring("CompleteEvent")]) {
      const { world } = given(two, ...full, join(5, 1), end);
      expect([...world.state.line.basic]).to.deep.equal([]);
    }
  });
});

describe("a long line", () => {
  /** 250 who wait, and room for all of them. */
  function longLine() {
    const world = worldOf(eventWith({ capacity: 1 }));
    run(world, book(1, 1), NOW);
    for (let n = 1_000; n < 1_250; n += 1) carryOut(world, join(n, 1), NOW);
    return { world, decision: run(world, change({ capacity: 500 }, 1, { isConfirmed: true }), NOW) };
  }

  it("is served in several decisions, each bounded, without being asked", () => {
    const { world, decision } = longLine();
    expect(decision.length).to.equal(102);
    expect(decision.at(-1)).to.deep.equal({ type: "WaitlistToContinue" });
    expect(nextDueAt(world.state)).to.equal(0);
    expect(dueTimers(world.state, NOW)).to.deep.equal(["ServeWaitlist"]);
    expect(run(world, ring("ServeWaitlist"), NOW).length).to.equal(102);
    expect(run(world, ring("ServeWaitlist"), NOW).length).to.equal(51);
    expect(dueTimers(world.state, NOW)).to.deep.equal([]);
    expect([...world.state.line.basic]).to.deep.equal([]);
  });

  it("is not forgotten because somebody asked for a few offers meanwhile", () => {
    const { world } = longLine();
    const decision = run(world, processLine(3), NOW);
    expect(decision.map(({ type }) => type)).to.deep.equal([
      "WaitlistProcessed",
      "OfferMade",
      "OfferMade",
      "OfferMade",
      "WaitlistToContinue",
    ]);
    expect(dueTimers(world.state, NOW)).to.deep.equal(["ServeWaitlist"]);
  });

  it("gives nobody behind what is there for the next, only because fewer may be offered now", () => {
    const { world } = given(eventWith({ capacity: 3 }), book(1, 3), join(5, 2), join(6, 1), pause, cancel(1));
    expect(nextOffer(world.state, NOW, 1)).to.equal(null);
    expect(nextOffer(world.state, NOW, 2)).to.deep.include({ type: "OfferMade", entryId: entry(5) });
  });

  it("that nobody of can be served costs little: 20,000 parties and one ticket", () => {
    const world = worldOf(eventWith({ capacity: 2 }));
    run(world, book(1, 1), NOW);
    run(world, book(2, 1), NOW);
    for (let n = 10_000; n < 30_000; n += 1) carryOut(world, join(n, 2), NOW);
    const started = performance.now();
    for (let n = 0; n < 9; n += 1) {
      carryOut(world, cancelOf(booking(n === 0 ? 1 : 500 + n), { by: n === 0 ? 1 : 500 + n }), NOW);
      expect(carryOut(world, book(501 + n, 1), NOW)[0]).to.include({ type: "BookingConfirmed" });
    }
    expect((performance.now() - started) / 9).to.be.below(20);
  });
});
