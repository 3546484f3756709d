import { expect } from "chai";
import type { EventId } from "../../src/domain/ids.ts";
import { bookingRate, byPopularity, type Popularity, popularityScore } from "../../src/domain/popularity.ts";

const event = (more: Partial<Popularity> = {}): Popularity => ({
  eventId: "a" as EventId,
  bookings: 0,
  sold: 0,
  capacity: 100,
  recent: 0,
  ...more,
});

describe("an event's popularity", () => {
  it("is 0 for what nobody wants and 10 for what is sold out and booked by the thousand", () => {
    expect(popularityScore(event())).to.equal(0);
    expect(popularityScore(event({ sold: 100, recent: 999 }))).to.equal(10);
    expect(popularityScore(event({ sold: 100, recent: 5_000 }))).to.equal(10);
  });

  it("is one half the share that is sold, one half the bookings of the last day by their logarithm", () => {
    expect(popularityScore(event({ sold: 50 }))).to.equal(2.5);
    expect(popularityScore(event({ recent: 9 }))).to.be.closeTo(5 / 3, 1e-9);
    expect(popularityScore(event({ recent: 99 }))).to.be.closeTo(10 / 3, 1e-9);
  });

  it("needs tickets to be of any rate", () => {
    expect(bookingRate(event({ capacity: 0 }))).to.equal(0);
    expect(bookingRate(event({ sold: 250, capacity: 500 }))).to.equal(0.5);
  });

  it("orders events, equal ones by their bookings, then by their ids", () => {
    const ids = byPopularity([
      event({ eventId: "d" as EventId }),
      event({ eventId: "c" as EventId }),
      event({ eventId: "b" as EventId, bookings: 3 }),
      event({ eventId: "a" as EventId, sold: 1 }),
    ]).map(({ eventId }) => eventId);
    expect(ids).to.deep.equal(["a", "b", "c", "d"]);
  });
});
