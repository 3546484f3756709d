import { expect } from "chai";
import type { Command } from "../../src/domain/command.ts";
import {
  book,
  booking,
  cancel,
  confirm,
  entry,
  eventWith,
  expire,
  join,
  leave,
  MINUTE,
  NOW,
  offerOf,
  paidEventWith,
  user,
} from "../domain/scenario.ts";
import { type Story, storyOf } from "./story.ts";
import { ask, notJudgedOf, requestOf, saysOf, tamper } from "./telling.ts";

const later = (minutes: number, command: Command) => ({ at: NOW + minutes * MINUTE, command });

describe("the checker on states", () => {
  const lapsed = () =>
    storyOf(paidEventWith({ capacity: 4 }), book(1, 1), book(2, 1), later(6, expire(booking(1))));
  const see = (story: Story, state: string, at: number, more = {}) => {
    const op = { type: "look", event: story.books.eventId, user: user(1), booking: booking(1) } as const;
    ask(story, op, at, { at: at + 1, status: 200, body: { booking: booking(1), state, ...more } });
  };

  it("I9: sees a hold expire twice, or before its time, or be confirmed afterwards", () => {
    expect(saysOf(lapsed(), "I9")).to.deep.equal([]);
    const twice = storyOf(paidEventWith(), book(1, 1), later(6, expire(booking(1))), later(7, leave(5)));
    const [expired] = twice.books.ledger[2]?.decision ?? [];
    if (expired === undefined) throw new Error("it expired");
    tamper(twice, 4, { decision: [expired] });
    expect(saysOf(twice, "I9").join()).to.include("expires a second time, first at ledger 3");
    const early = lapsed();
    tamper(early, 4, { decidedAt: NOW + 4 * MINUTE });
    expect(saysOf(early, "I9").join()).to.include("60000 ms before its time");
    const sold = storyOf(paidEventWith(), book(1, 1), later(6, expire(booking(1))), later(7, leave(5)));
    const tickets = { bookingId: booking(1), userId: user(1), tier: 0, quantity: 1, unitPriceMinor: 2_000 };
    tamper(sold, 4, { decision: [{ type: "BookingConfirmed", ...tickets, wasHeld: true }] });
    expect(saysOf(sold, "I9").join()).to.include("which expired at ledger 3");
    expect(notJudgedOf(storyOf(eventWith(), book(1, 1)), "I9")).to.equal("nothing was held");
  });

  it("I9: sees somebody go without tickets while holds are past their end, and not while they are paid", () => {
    const event = paidEventWith({ capacity: 2 });
    const behind = [book(1, 1), book(2, 1), later(6, expire(booking(1)))];
    const refused = storyOf(event, ...behind, later(6, book(3, 2)));
    expect(saysOf(refused, "I9").join()).to.include("without tickets while 1 holds were past their end");
    const inTime = storyOf(event, ...behind, later(6, expire(booking(2))), later(6, book(3, 3)));
    expect(saysOf(inTime, "I9")).to.deep.equal([]);
    const paying = storyOf(event, book(1, 1), book(2, 1), confirm(1), confirm(2), later(6, book(3, 1)));
    expect(saysOf(paying, "I9")).to.deep.equal([]);
  });

  it("I9: sees a hold expire while its payment is undecided", () => {
    const story = storyOf(paidEventWith(), book(1, 1), confirm(1), later(6, leave(5)));
    tamper(story, 4, {
      decision: [{ type: "HoldExpired", bookingId: booking(1), userId: user(1), tier: 0, quantity: 1 }],
    });
    expect(saysOf(story, "I9").join()).to.include("is undecided");
  });

  it("I9: sees by the clients' own clocks that a process used another clock than the database's", () => {
    const story = lapsed();
    ask(story, requestOf(book(1, 1), story.books.eventId), 10, { at: 20, body: { booking: booking(1) } });
    expect(saysOf(story, "I9")).to.deep.equal([]);
    story.clock = { at: 0, databaseMs: NOW - 60 * MINUTE };
    expect(saysOf(story, "I9").join()).to.match(/was decided \d+ ms after its answer/);
    story.clock = { at: 0, databaseMs: NOW + 60 * MINUTE };
    expect(saysOf(story, "I9").join()).to.match(/was decided \d+ ms before it was sent/);
  });

  it("I9: sees a client find a hold expired before the time that it was told", () => {
    const story = lapsed();
    see(story, "pending", 10, { expiresAt: NOW + 5 * MINUTE });
    see(story, "expired", 6 * MINUTE);
    expect(saysOf(story, "I9")).to.deep.equal([]);
    see(story, "expired", 3 * MINUTE);
    expect(saysOf(story, "I9").join()).to.include("before its time");
  });

  const line = () => storyOf(eventWith({ capacity: 2 }), book(1, 2), join(2, 2), join(3, 1), cancel(1));

  it("I10: sees an offer out of order", () => {
    expect(saysOf(line(), "I10")).to.deep.equal([]);
    const story = line();
    const [cancelled] = story.books.ledger[4]?.decision ?? [];
    if (cancelled === undefined) throw new Error("it was cancelled");
    const offer = {
      bookingId: offerOf(3),
      userId: user(3),
      tier: 0,
      quantity: 1,
      unitPriceMinor: 2_000,
      expiresAt: NOW,
    };
    tamper(story, 5, { decision: [cancelled, { type: "OfferMade", entryId: entry(3), ...offer }] });
    expect(saysOf(story, "I10").join()).to.include(`before ${entry(2)}, who stands before it`);
  });

  it("I10: sees stock come back and nobody promoted", () => {
    const story = line();
    const [cancelled] = story.books.ledger[4]?.decision ?? [];
    if (cancelled === undefined) throw new Error("it was cancelled");
    tamper(story, 5, { decision: [cancelled] });
    expect(saysOf(story, "I10").join()).to.include(`${entry(2)} waits for 2 tickets that are there`);
    expect(notJudgedOf(storyOf(eventWith(), book(1, 1)), "I10")).to.equal("nobody waited");
  });

  it("I10: a party that nothing fits may be passed over", () => {
    const draft = eventWith({ capacity: 2 });
    const story = storyOf(draft, book(1, 1), book(4, 1), join(2, 2), join(3, 1), cancel(1));
    expect(saysOf(story, "I10")).to.deep.equal([]);
  });

  it("I11: sees state changes that cannot be", () => {
    const story = storyOf(eventWith(), book(1, 1), cancel(1), cancel(1, { seq: 7 }));
    expect(saysOf(story, "I11")).to.deep.equal([]);
    const again = story.books.ledger[2]?.decision;
    if (again === undefined) throw new Error("it was cancelled");
    tamper(story, 4, { decision: again });
    expect(saysOf(story, "I11").join()).to.include(
      `BookingCancelled of booking ${booking(1)}, which is cancelled`,
    );
    const entryTwice = storyOf(eventWith({ capacity: 1 }), book(1, 1), join(2, 1), leave(2), leave(2));
    expect(saysOf(entryTwice, "I11")).to.deep.equal([]);
    const left = entryTwice.books.ledger[3]?.decision;
    if (left === undefined) throw new Error("they left");
    tamper(entryTwice, 5, { decision: left });
    expect(saysOf(entryTwice, "I11").join()).to.include("which is left");
  });

  it("I11: sees a booking that a client saw go back", () => {
    const story = storyOf(eventWith(), book(1, 1));
    see(story, "queued", 10);
    see(story, "confirmed", 20);
    see(story, "cancelled", 30);
    expect(saysOf(story, "I11")).to.deep.equal([]);
    see(story, "confirmed", 40);
    expect(saysOf(story, "I11").join()).to.include(
      "was cancelled (operation 3) and later, by operation 4, confirmed",
    );
  });
});
