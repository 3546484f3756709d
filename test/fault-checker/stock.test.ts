import { expect } from "chai";
import type { BookingConfirmed, Decision } from "../../src/domain/outcome.ts";
import {
  book,
  booking,
  bookSeats,
  cancel,
  eventWith,
  join,
  seatedEventWith,
  user,
} from "../domain/scenario.ts";
import { storyOf } from "./story.ts";
import { ask, notJudgedOf, requestOf, saysOf, tamper } from "./telling.ts";

describe("the checker on stock", () => {
  const full = () => storyOf(eventWith({ capacity: 3 }), book(1, 2), book(2, 1), book(3, 1));
  const confirmed = (n: number, quantity: number): Decision => [
    {
      type: "BookingConfirmed",
      bookingId: booking(n),
      userId: user(n),
      tier: 0,
      quantity,
      unitPriceMinor: 2_000,
    },
  ];

  it("I1: sees more sold than there is, at the entry where it happened", () => {
    expect(saysOf(full(), "I1")).to.deep.equal([]);
    const oversold = full();
    tamper(oversold, 4, { decision: confirmed(3, 1) });
    expect(saysOf(oversold, "I1").join()).to.include("ledger 4: tier General has 0 held + 4 sold");
  });

  it("I1: sees it although it is put right later", () => {
    const story = storyOf(eventWith({ capacity: 3 }), book(1, 2), book(2, 1), cancel(1));
    expect(saysOf(story, "I1")).to.deep.equal([]);
    tamper(story, 3, { decision: confirmed(2, 2) });
    expect(saysOf(story, "I1").join()).to.include("ledger 3");
  });

  it("I1: sees figures that cannot be", () => {
    const story = full();
    const event = story.books.eventId;
    ask(story, { type: "read", event }, 10, {
      at: 11,
      status: 200,
      body: { available: 0, sold: 3, capacity: 3 },
    });
    expect(saysOf(story, "I1")).to.deep.equal([]);
    ask(story, { type: "read", event }, 12, {
      at: 13,
      status: 200,
      body: { available: 1, sold: 3, capacity: 3 },
    });
    expect(saysOf(story, "I1").join()).to.include("read 2");
  });

  it("I2: sees counters, rows and seats that differ from the ledger", () => {
    expect(saysOf(full(), "I2")).to.deep.equal([]);
    const counters = full();
    counters.books.tiers = [{ name: "General", capacity: 3, held: 0, sold: 2, blocked: 0 }];
    expect(saysOf(counters, "I2").join()).to.include("the counters say");
    const rows = full();
    rows.books.bookings = rows.books.bookings.slice(1);
    expect(saysOf(rows, "I2").join()).to.include("the bookings");
    const seats = storyOf(seatedEventWith(), bookSeats(1, [0, 1]));
    expect(saysOf(seats, "I2")).to.deep.equal([]);
    seats.books.seats = seats.books.seats.slice(1);
    expect(saysOf(seats, "I2").join()).to.include("seat 0");
  });

  it("I2: answers for what the audit finds of stock", () => {
    const story = full();
    const found = {
      eventId: story.books.eventId,
      area: "stock",
      seq: 3,
      subject: "tier",
      says: { a: "1" },
      means: "",
    } as const;
    story.findings = [found];
    expect(saysOf(story, "I2")).to.have.length(1);
  });

  it("I6: sees a seat in two live bookings, and one that was free again in between is none", () => {
    const right = storyOf(seatedEventWith(), bookSeats(1, [0, 1]), cancel(1), bookSeats(2, [1, 2]));
    expect(saysOf(right, "I6")).to.deep.equal([]);
    const [made] = (right.books.ledger[3]?.decision ?? []) as readonly [BookingConfirmed];
    const twice = storyOf(seatedEventWith(), bookSeats(1, [0, 1]), bookSeats(3, [4]));
    tamper(twice, 3, { decision: [{ ...made, seats: [1], quantity: 1 }] });
    expect(saysOf(twice, "I6").join()).to.include("seat 1 of booking");
    expect(notJudgedOf(full(), "I6")).to.equal("no event had seats");
  });

  it("I6: sees a seat in two rows", () => {
    const story = storyOf(seatedEventWith(), bookSeats(1, [0]), bookSeats(2, [1]));
    story.books.bookings = story.books.bookings.map((row) => ({ ...row, seats: [0] }));
    expect(saysOf(story, "I6").join()).to.include("seat 0 is in bookings");
  });

  it("I8: sees a refusal by the ledger while there was enough", () => {
    expect(saysOf(full(), "I8")).to.deep.equal([]);
    const story = storyOf(eventWith({ capacity: 3 }), book(1, 2), book(2, 2));
    expect(saysOf(story, "I8")).to.deep.equal([]);
    tamper(story, 2, { decision: confirmed(1, 1) });
    expect(saysOf(story, "I8").join()).to.include("was refused 2 tickets of tier General with 2 left");
  });

  it("I8: sees a place in the waitlist for somebody who could have had tickets", () => {
    const wait = book(2, 1, { orWait: 2 });
    const story = storyOf(eventWith({ capacity: 2 }), book(1, 2), wait);
    expect(saysOf(story, "I8")).to.deep.equal([]);
    tamper(story, 2, { decision: confirmed(1, 1) });
    expect(saysOf(story, "I8").join()).to.include("put on the waitlist with enough tickets left");
  });

  it("I8: sees an early refusal that no moment between request and answer explains", () => {
    const commands = [book(1, 2), book(2, 1), cancel(2), book(4, 1)] as const;
    const refusedBetween = (sentAt: number, answeredAt: number) => {
      const story = storyOf(eventWith({ capacity: 3 }), ...commands);
      const { eventId } = story.books;
      ask(story, requestOf(commands[0], eventId), 10, { at: 11, body: { booking: booking(1) } });
      ask(story, requestOf(commands[1], eventId), 20, { at: 21, body: { booking: booking(2) } });
      ask(story, requestOf(commands[3], eventId), 40, { at: 41, body: { booking: booking(4) } });
      const refusal = { type: "fail", status: 409, code: "EVENT_SOLD_OUT" } as const;
      ask(story, requestOf(book(9, 1), eventId), sentAt, { at: answeredAt, ...refusal });
      return saysOf(story, "I8");
    };
    expect(refusedBetween(22, 23), "all was sold").to.deep.equal([]);
    expect(refusedBetween(12, 22), "the second one may have been first").to.deep.equal([]);
    expect(refusedBetween(12, 13).join(), "one was left until the second one asked").to.include(
      "at least 1 were left",
    );
  });

  it("I8: does not mind whom a waitlist is served before", () => {
    const story = storyOf(
      eventWith({ capacity: 2 }),
      book(1, 2),
      join(2, 2),
      book(3, 1),
      cancel(1),
      book(4, 1),
    );
    expect(saysOf(story, "I8")).to.deep.equal([]);
  });
});
