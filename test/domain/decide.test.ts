import { expect } from "chai";
import { refuseBeforeQueueing } from "../../src/domain/decide/book-tickets.ts";
import { dueTimers, nextDueAt } from "../../src/domain/decide/timers.ts";
import { book, cancel, cancelEvent, change, DAY, eventWith, given, NOW, user } from "./scenario.ts";

const THREE_TIERS = [
  { name: "VIP", priceMinor: 9_000, capacity: 2 },
  { name: "Standing", priceMinor: 3_000, capacity: 3 },
  { name: "Balcony", priceMinor: 5_000, capacity: 4 },
];

describe("booking tickets", () => {
  it("confirms while seats are left, and takes them off sale", () => {
    given(eventWith({ capacity: 3 }), book(1, 2))
      .when(book(2, 1))
      .thenDecided({ type: "BookingConfirmed", quantity: 1, tier: 0, unitPriceMinor: 2_000 })
      .andSold(3);
  });

  it("refuses more than is left and tells how much that is", () => {
    given(eventWith({ capacity: 3 }), book(1, 2))
      .when(book(2, 2))
      .thenRefused("SeatsExceedAvailable", { availableSeats: 1, requestedQuantity: 2 })
      .andSold(2);
  });

  it("says sold out only where nothing is left in any tier", () => {
    given(eventWith({ capacity: 2 }), book(1, 2))
      .when(book(2, 1))
      .thenRefused("SoldOut", { availableSeats: 0 });
    given(eventWith({ tiers: THREE_TIERS }), book(1, 3))
      .when(book(2, 1))
      .thenRefused("SeatsExceedAvailable", {
        tiers: [
          { tier: "VIP", available: 2, priceMinor: 9_000 },
          { tier: "Standing", available: 0, priceMinor: 3_000 },
          { tier: "Balcony", available: 4, priceMinor: 5_000 },
        ],
      });
  });

  it("takes the cheapest tier where none is named, never a dearer one", () => {
    given(eventWith({ tiers: THREE_TIERS }))
      .when(book(1, 3))
      .thenDecided({ type: "BookingConfirmed", tier: 1 });
    given(eventWith({ tiers: THREE_TIERS }), book(1, 3))
      .when(book(2, 1))
      .andSold(0, 3, 0);
  });

  it("takes the tier that is named, and refuses one that does not exist", () => {
    given(eventWith({ tiers: THREE_TIERS }))
      .when(book(1, 2, { tier: "VIP" }))
      .thenDecided({ type: "BookingConfirmed", tier: 0, unitPriceMinor: 9_000 });
    given(eventWith({ tiers: THREE_TIERS }))
      .when(book(1, 1, { tier: "Royal" }))
      .thenRefused("TierNotFound");
  });

  it("honours the total the buyer was shown or refuses with the new one", () => {
    given(eventWith(), change({ priceMinor: 2_500 }))
      .when(book(1, 2, { total: 4_000 }))
      .thenRefused("PriceChanged", { totalMinor: 5_000 });
    given(eventWith(), change({ priceMinor: 2_500 }))
      .when(book(1, 2, { total: 5_000 }))
      .thenDecided({
        type: "BookingConfirmed",
      });
  });

  it("keeps the limits per booking and per person, cancelled tickets not counted", () => {
    given(eventWith({ ticketsPerBookingMax: 2 }))
      .when(book(1, 3))
      .thenRefused("QuantityAboveBookingLimit", { limit: 2 });
    const limited = eventWith({ ticketsPerUserMax: 3 });
    given(limited, book(1, 2, { by: 7 }))
      .when(book(2, 2, { by: 7 }))
      .thenRefused("UserLimitExceeded", {
        owned: 2,
        limit: 3,
      });
    given(limited, book(1, 2, { by: 7 }), cancel(1, { by: 7 }))
      .when(book(2, 3, { by: 7 }))
      .thenDecided({ type: "BookingConfirmed" });
  });

  it("is open only between the start and the end of the sale", () => {
    given(eventWith({ saleStartsAt: NOW + 1 }))
      .when(book(1, 1))
      .thenRefused("SaleNotStarted");
    given(eventWith({ saleStartsAt: NOW }))
      .when(book(1, 1))
      .thenDecided({ type: "BookingConfirmed" });
    given(eventWith({ saleEndsAt: NOW }))
      .when(book(1, 1))
      .thenRefused("SaleClosed");
    given(eventWith({ startsAt: NOW }))
      .when(book(1, 1))
      .thenRefused("SaleClosed");
  });
});

describe("cancelling a booking", () => {
  it("puts its seats back on sale with the same decision", () => {
    given(eventWith({ capacity: 2 }), book(1, 2))
      .when(cancel(1))
      .thenDecided({ type: "BookingCancelled", quantity: 2, refundMinor: 4_000, userId: user(1) })
      .andSold(0);
  });

  it("is answered with the same figures the second time, and changes nothing", () => {
    given(eventWith(), book(1, 2), cancel(1))
      .when(cancel(1, { seq: 9 }))
      .thenRefused("AlreadyCancelled", { refundMinor: 4_000, quantity: 2 })
      .andSold(0);
  });

  it("is no business of anybody else", () => {
    given(eventWith(), book(1, 2))
      .when(cancel(1, { by: 2 }))
      .thenRefused("BookingNotFound")
      .andSold(2);
  });

  it("finds nothing where the booking was rejected", () => {
    given(eventWith({ capacity: 1 }), book(1, 2))
      .when(cancel(1))
      .thenRefused("BookingRejected");
  });

  it("that overtakes its own booking withdraws it: it never confirms", () => {
    const overtaken = given(eventWith({ capacity: 5 }), cancel(1));
    overtaken.when(book(1, 1)).thenRefused("Withdrawn").andSold(0);
    expect([...overtaken.world.state.withdrawn]).to.deep.equal([]);
  });
});

describe("changing an event", () => {
  it("applies prices to decisions after it", () => {
    given(eventWith(), book(1, 1), change({ priceMinor: 100 }))
      .when(book(2, 1))
      .thenDecided({ type: "BookingConfirmed", unitPriceMinor: 100 });
  });

  it("refuses a capacity below what is sold, with the figure", () => {
    given(eventWith({ capacity: 5 }), book(1, 4))
      .when(change({ capacity: 3 }))
      .thenRefused("CapacityBelowSold", { sold: 4, tier: "General" });
    given(eventWith({ capacity: 5 }), book(1, 4))
      .when(change({ capacity: 4 }))
      .thenDecided({ type: "EventChanged" });
  });

  it("refuses a bare price where there are several tiers, and changes tiers by name", () => {
    given(eventWith({ tiers: THREE_TIERS }))
      .when(change({ priceMinor: 1 }))
      .thenRefused("TiersAreSeveral");
    const { world } = given(
      eventWith({ tiers: THREE_TIERS }),
      change({
        tiers: [
          { name: "VIP", priceMinor: 8_000 },
          { name: "Pit", priceMinor: 1_000, capacity: 7 },
        ],
      }),
    );
    expect(
      world.state.tiers.map(({ name, priceMinor, capacity }) => [name, priceMinor, capacity]),
    ).to.deep.equal([
      ["VIP", 8_000, 2],
      ["Standing", 3_000, 3],
      ["Balcony", 5_000, 4],
      ["Pit", 1_000, 7],
    ]);
  });

  it("refuses a new tier without price or capacity, and times that contradict each other", () => {
    given(eventWith())
      .when(change({ tiers: [{ name: "Pit", priceMinor: 1 }] }))
      .thenRefused("TierNotFound");
    given(eventWith())
      .when(change({ startsAt: NOW }))
      .thenRefused("TimesInconsistent");
    given(eventWith())
      .when(change({ endsAt: NOW + 30 * DAY }))
      .thenRefused("TimesInconsistent");
    given(eventWith())
      .when(change({ saleStartsAt: NOW + 2, saleEndsAt: NOW + 1 }))
      .thenRefused("TimesInconsistent");
  });

  it("compares the version an organiser last saw", () => {
    given(eventWith(), change({ name: "New" }))
      .when(change({ name: "Newer" }, 1))
      .thenRefused("VersionMismatch", {
        version: 2,
      });
    given(eventWith(), change({ name: "New" }))
      .when(change({ name: "Newer" }, 2))
      .thenDecided({
        type: "EventChanged",
        version: 3,
      });
  });

  it("may move the start of the sale, and the sale status with it", () => {
    const { world } = given(eventWith({ saleStartsAt: NOW + DAY }), change({ saleStartsAt: NOW }));
    expect(world.state.saleStatus).to.equal("open");
  });
});

describe("cancelling an event", () => {
  it("ends the sale at once and leaves its bookings to bounded turns", () => {
    const { world } = given(eventWith(), book(1, 2), book(2, 1), cancelEvent);
    expect(world.state.status).to.equal("cancelled");
    expect(world.state.cancellation).to.deep.equal({ total: 2, done: 0 });
    expect(nextDueAt(world.state)).to.equal(0);
    given(eventWith(), cancelEvent).when(book(3, 1)).thenRefused("EventCancelled");
    given(eventWith(), cancelEvent).when(cancelEvent).thenRefused("EventAlreadyCancelled");
  });

  it("counts a customer's own cancellation meanwhile out of the total", () => {
    const { world } = given(eventWith(), book(1, 2), book(2, 1), cancelEvent, cancel(1));
    expect(world.state.cancellation).to.deep.equal({ total: 1, done: 0 });
  });
});

describe("what the clock brings about", () => {
  const draft = eventWith({ saleStartsAt: NOW + 10, saleEndsAt: NOW + 20, endsAt: NOW + 31 * DAY });

  it("opens and closes the sale and completes the event, each in its time", () => {
    const { world } = given(draft);
    expect(nextDueAt(world.state)).to.equal(NOW + 10);
    expect(dueTimers(world.state, NOW + 9)).to.deep.equal([]);
    expect(dueTimers(world.state, NOW + 10)).to.deep.equal(["OpenSale"]);
    // A worker that comes late finds the sale over: it never opened.
    expect(dueTimers(world.state, NOW + 20)).to.deep.equal(["CloseSale"]);
    expect(dueTimers(world.state, NOW + 31 * DAY)).to.deep.equal(["CloseSale", "CompleteEvent"]);
  });
});

describe("the look before the line", () => {
  const { world } = given(eventWith({ capacity: 3 }), book(1, 2));

  it("refuses what the stock cannot give, and lets everything else be decided in line", () => {
    const ask = (quantity: number) => refuseBeforeQueueing(world.state, { userId: user(2), quantity });
    expect(ask(2)?.reason).to.equal("SeatsExceedAvailable");
    expect(ask(1)).to.equal(null);
  });

  it("leaves it to the line to tell that a sale is not open", () => {
    const closed = { ...world.state, saleStatus: "closed" as const };
    expect(refuseBeforeQueueing(closed, { userId: user(2), quantity: 9 })).to.equal(null);
  });
});
