import { expect } from "chai";
import { SEAT } from "../../src/domain/seat-map.ts";
import {
  block,
  book,
  bookSeats,
  cancel,
  cancelEvent,
  eventWith,
  exchange,
  given,
  join,
  release,
  seatedEventWith,
} from "./scenario.ts";

const event = seatedEventWith();

describe("booking seats by number", () => {
  it("gives these very seats, all of them or none", () => {
    given(event)
      .when(bookSeats(1, [1, 2]))
      .thenDecided({ type: "BookingConfirmed", tier: 0, seats: [1, 2] })
      .andSold(2, 0, 0);
    given(event, bookSeats(1, [1, 2]))
      .when(bookSeats(2, [2, 3]))
      .thenRefused("SeatsTaken", { seats: [2] })
      .andSold(2, 0, 0);
  });

  it("refuses seats that are not there, named twice, or of several tiers", () => {
    given(event)
      .when(bookSeats(1, [1, 11]))
      .thenRefused("SeatUnknown", { seats: [11] });
    given(event)
      .when(bookSeats(1, [-1, 0.5]))
      .thenRefused("SeatUnknown", { seats: [-1, 0.5] });
    given(event)
      .when(bookSeats(1, [1, 1]))
      .thenRefused("SeatUnknown", { seats: [1] });
    given(event)
      .when(bookSeats(1, [7, 8]))
      .thenRefused("SeatsOfSeveralTiers");
    given(event)
      .when(bookSeats(1, [7], { tier: "Circle" }))
      .thenRefused("SeatsOfSeveralTiers");
    given(event)
      .when(bookSeats(1, [7], { tier: "Stalls" }))
      .thenDecided({ type: "BookingConfirmed" });
    given(eventWith())
      .when(bookSeats(1, [0]))
      .thenRefused("NotSeated");
  });

  it("has one winner where everybody wants the same seat", () => {
    const race = given(event);
    const decisions = Array.from({ length: 200 }, (_, n) => race.when(bookSeats(n + 1, [3])).decision[0]);
    expect(decisions.filter(({ type }) => type === "BookingConfirmed")).to.have.length(1);
    const lost = decisions.filter((one) => one.type === "BookingRejected" && one.reason === "SeatsTaken");
    expect(lost).to.have.length(199);
  });
});

describe("booking seats by number of persons", () => {
  it("gives seats beside each other where that is asked for, or none", () => {
    given(event)
      .when(book(1, 3, { adjacent: true, tier: "Stalls" }))
      .thenDecided({ type: "BookingConfirmed", seats: [0, 1, 2] });
    given(event, bookSeats(1, [1]), bookSeats(2, [5]))
      .when(book(3, 3, { adjacent: true, tier: "Stalls" }))
      .thenRefused("NoAdjacentSeats", { availableSeats: 6, requestedQuantity: 3 });
  });

  it("gives seats apart where nothing else is left and that was not asked", () => {
    given(event, bookSeats(1, [1]), bookSeats(2, [5]))
      .when(book(3, 5, { tier: "Stalls" }))
      .thenDecided({ type: "BookingConfirmed", quantity: 5 })
      .andSold(7, 0, 0);
  });

  it("keeps to the section that was named", () => {
    given(event)
      .when(book(1, 2, { section: "Rear" }))
      .thenDecided({ type: "BookingConfirmed", tier: 1, unitPriceMinor: 3_000 });
    given(event)
      .when(book(1, 4, { section: "Rear" }))
      .thenRefused("SeatsExceedAvailable", { availableSeats: 3 });
    given(event)
      .when(book(1, 1, { section: "Roof" }))
      .thenRefused("SectionNotFound");
    given(event)
      .when(book(1, 1, { section: "Roof", tier: "Stalls" }))
      .thenRefused("SectionNotFound");
    given(event)
      .when(book(1, 1, { section: "Rear", tier: "Stalls" }))
      .thenRefused("SectionNotFound");
    given(eventWith())
      .when(book(1, 1, { section: "Rear" }))
      .thenRefused("NotSeated");
  });

  it("takes the cheapest tier where nothing is named, and places without seats have none", () => {
    given(event).when(book(1, 1)).thenDecided({ type: "BookingConfirmed", tier: 1 });
    const standing = given(event).when(book(1, 2, { tier: "Standing" }));
    expect(standing.decision[0]).to.not.have.property("seats");
    given(event)
      .when(book(1, 1, { tier: "Standing", adjacent: true }))
      .thenRefused("NotSeated");
  });
});

describe("seats that come back", () => {
  it("are free again, and only those", () => {
    given(event, bookSeats(1, [1, 2]), bookSeats(2, [3]), cancel(1))
      .when(bookSeats(3, [1, 2, 3]))
      .thenRefused("SeatsTaken", { seats: [3] });
    given(event, bookSeats(1, [1, 2]), bookSeats(2, [3]), cancel(1))
      .when(bookSeats(3, [2, 1]))
      .thenDecided({ type: "BookingConfirmed" });
  });

  it("come back in part, the last ones where only a number is given", () => {
    const some = given(event, bookSeats(1, [0, 1, 2, 3]));
    some.when(cancel(1, { seats: [1] })).thenDecided({ type: "BookingReduced", quantity: 1, seats: [1] });
    some.when(cancel(1, { quantity: 2, seq: 2 })).thenDecided({ type: "BookingReduced", seats: [2, 3] });
    some.when(cancel(1, { seq: 3 })).thenDecided({ type: "BookingCancelled", seats: [0], quantity: 1 });
    expect([...(some.world.state.seatMap?.status ?? [])]).to.deep.equal(
      Array.from({ length: 11 }, () => SEAT.free),
    );
  });

  it("are not those of another booking, nor the same one twice", () => {
    for (const seats of [[4], [0, 0], [0, 1], []]) {
      given(event, bookSeats(1, [0, 1]), bookSeats(2, [4]))
        .when(cancel(1, { seats }))
        .thenRefused("PartNotOfBooking", { quantity: 2 })
        .andSold(3, 0, 0);
    }
  });
});

describe("blocking seats", () => {
  it("takes free seats off sale, all or none, and puts them back", () => {
    given(event, block(0, 1))
      .when(bookSeats(1, [1]))
      .thenRefused("SeatsTaken", { seats: [1] });
    given(event, block(0, 1), release(1))
      .when(bookSeats(1, [1]))
      .thenDecided({ type: "BookingConfirmed" });
    const { world } = given(event, block(0, 1, 8));
    expect(world.state.tiers.map(({ blocked }) => blocked)).to.deep.equal([2, 1, 0]);
  });

  it("is refused for seats that somebody has, and releasing for seats that are not blocked", () => {
    given(event, bookSeats(1, [0]))
      .when(block(0, 1))
      .thenRefused("SeatsTaken", { seats: [0] });
    given(event, bookSeats(1, [0]), block(1))
      .when(release(0, 1))
      .thenRefused("SeatsTaken", { seats: [0] });
    given(event)
      .when(block(11))
      .thenRefused("SeatUnknown", { seats: [11] });
    given(event)
      .when(block(1, 1))
      .thenRefused("SeatUnknown", { seats: [1] });
    given(eventWith()).when(block(0)).thenRefused("NotSeated");
    given(event, cancelEvent).when(block(0)).thenRefused("EventCancelled");
  });
});

describe("exchanging seats", () => {
  it("gives others and frees the old ones in one step, also on an event that is sold out", () => {
    given(event, bookSeats(1, [0, 1]), bookSeats(2, [2, 3, 4, 5, 6, 7]))
      .when(exchange(1, { seats: [0, 1] }))
      .thenDecided({ type: "TicketsExchanged", seats: [0, 1] });
    const moved = given(event, bookSeats(1, [0, 1]), bookSeats(2, [2, 3, 4]), exchange(1, { seats: [1, 5] }));
    moved.when(bookSeats(3, [0])).thenDecided({ type: "BookingConfirmed" });
    moved.when(bookSeats(4, [1])).thenRefused("SeatsTaken");
    moved.when(exchange(1, { seats: [2, 5] })).thenRefused("SeatsTaken", { seats: [2] });
  });

  it("counts the booking's own seats as free: apart before, side by side after", () => {
    given(event, bookSeats(1, [0, 2]), bookSeats(2, [3, 4, 5, 6, 7]))
      .when(exchange(1, { tier: "Stalls", adjacent: true }))
      .thenDecided({ type: "TicketsExchanged", tier: 0 })
      .andSold(7, 0, 0);
    given(event, bookSeats(1, [0, 1]), bookSeats(2, [2, 3, 4, 5, 6, 7]))
      .when(exchange(1, { tier: "Stalls", adjacent: true }))
      .thenDecided({ type: "TicketsExchanged", seats: [0, 1] });
  });

  it("stays in its tier where none is named", () => {
    given(event, bookSeats(1, [7]))
      .when(exchange(1, { adjacent: true }))
      .thenDecided({ type: "TicketsExchanged", tier: 0, refundMinor: 0 });
  });

  it("is open to its owner, with as many seats, and for what is no dearer", () => {
    const own = given(event, bookSeats(1, [8]));
    own.when(exchange(1, { by: 2, seats: [9] })).thenRefused("BookingNotFound");
    own.when(exchange(1, { seats: [9, 10] })).thenRefused("PartNotOfBooking", { quantity: 1 });
    own.when(exchange(1, { tier: "Stalls" })).thenRefused("ExchangeCostsMore", { totalMinor: 5_000 });
    own.when(exchange(1, { seats: [9], total: 1 })).thenRefused("PriceChanged", { totalMinor: 3_000 });
    own.when(exchange(1, { seats: [99] })).thenRefused("SeatUnknown");
    own.when(exchange(1, { section: "Roof" })).thenRefused("SectionNotFound");
    own.when(exchange(1, { tier: "Royal" })).thenRefused("TierNotFound");
    own.when(exchange(1, { seats: [9], total: 3_000 })).thenDecided({ type: "TicketsExchanged" });
    given(event, bookSeats(1, [8]), cancelEvent)
      .when(exchange(1, { seats: [9] }))
      .thenRefused("EventCancelled");
    given(event, bookSeats(1, [8]), cancel(1))
      .when(exchange(1, { seats: [9] }))
      .thenRefused("NotConfirmed");
  });

  it("leaves those who wait what was kept for them, but may move within the tier", () => {
    given(event, bookSeats(1, [0]), bookSeats(2, [2, 3, 4, 5, 6, 7]), join(5, 2, { tiers: ["Stalls"] }))
      .when(exchange(1, { seats: [1] }))
      .thenDecided({ type: "TicketsExchanged" })
      .andThen();
  });
});
