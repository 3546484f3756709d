import { expect } from "chai";
import { book, booking, eventWith, paidEventWith, user } from "../domain/scenario.ts";
import { storyOf } from "./story.ts";
import { ask, notJudgedOf, saysOf, tamper } from "./telling.ts";

const story = () =>
  storyOf(eventWith({ capacity: 3, ticketsPerUserMax: 3 }), book(1, 2), book(2, 1), book(3, 1));

describe("the checker on workers, limits and rest", () => {
  it("I13: sees turns that are interleaved, commits out of order, gaps, and writes past the fence", () => {
    expect(saysOf(story(), "I13")).to.deep.equal([]);
    const interleaved = story();
    tamper(interleaved, 4, { xmin: interleaved.books.ledger[1]?.xmin ?? "" });
    expect(saysOf(interleaved, "I13").join()).to.include("wrote ledger 2 wrote ledger 4 too");
    const late = story();
    tamper(late, 4, { committedAtUs: 1 });
    expect(saysOf(late, "I13").join()).to.include("ledger 4 was committed 2 µs before ledger 3");
    const gap = story();
    gap.books.ledger.splice(2, 1);
    expect(saysOf(gap, "I13").join()).to.include("ledger 4 follows 2");
    const unfenced = story();
    unfenced.books.actor = { ...unfenced.books.actor, version: 2, ledgerSeq: 3 };
    expect(saysOf(unfenced, "I13")).to.have.length(2);
    tamper(late, 3, { committedAtUs: null });
    expect(notJudgedOf(late, "I13")).to.include("no commit timestamps");
  });

  it("I14: sees more than one person may have, and a refusal for a limit that was not reached", () => {
    expect(saysOf(story(), "I14")).to.deep.equal([]);
    const more = storyOf(eventWith({ ticketsPerUserMax: 3 }), book(1, 2), book(2, 2));
    const [made] = more.books.ledger[2]?.decision ?? [];
    if (made?.type !== "BookingConfirmed") throw new Error("it was booked");
    tamper(more, 3, { decision: [{ ...made, userId: user(1) }] });
    expect(saysOf(more, "I14").join()).to.include(`${user(1)} has 4 tickets of 3`);
    const refused = storyOf(eventWith({ ticketsPerUserMax: 3 }), book(1, 2), book(2, 2, { by: 1 }));
    expect(saysOf(refused, "I14")).to.deep.equal([]);
    tamper(refused, 2, { decision: [{ ...made, bookingId: booking(1), userId: user(1), quantity: 1 }] });
    expect(saysOf(refused, "I14").join()).to.include("who has 1 tickets");
    expect(notJudgedOf(storyOf(eventWith(), book(1, 1)), "I14")).to.include("no event limited");
  });

  it("I14: sees more unpaid bookings than one person may hold", () => {
    const holds = storyOf(paidEventWith({ holdsPerUserMax: 1 }), book(1, 1), book(2, 1));
    const [made] = holds.books.ledger[2]?.decision ?? [];
    if (made?.type !== "BookingHeld") throw new Error("it was held");
    expect(saysOf(holds, "I14")).to.deep.equal([]);
    tamper(holds, 3, { decision: [{ ...made, userId: user(1) }] });
    expect(saysOf(holds, "I14").join()).to.include("holds 2 unpaid bookings of 1");
  });

  it("I15: sees what is left, what took too long, and probes that were not confirmed", () => {
    const left = story();
    left.rest = { healedAt: 100, emptyAt: 900, backlog: { envelopes: 0, outbox: 0, paymentTasks: 0 } };
    expect(saysOf(left, "I15")).to.deep.equal([]);
    expect(notJudgedOf(left, "I15")).to.equal("no probe was sent");
    left.rest = { ...left.rest, emptyAt: 2_000 };
    expect(saysOf(left, "I15").join()).to.include("took 1900 ms to empty, of 1000");
    left.rest = { healedAt: 100, emptyAt: null, backlog: { envelopes: 3, outbox: 0, paymentTasks: 0 } };
    expect(saysOf(left, "I15").join()).to.equal("3 envelopes in mailboxes were left at the end");
    const op = { type: "probe", event: left.books.eventId, user: user(1), key: "p", quantity: 1 } as const;
    const probed = story();
    ask(probed, op, 10, { at: 11, type: "info", status: null });
    expect(saysOf(probed, "I15").join()).to.include("never confirmed");
    ask(probed, op, 12, { at: 13, body: { booking: booking(1), state: "confirmed" } });
    expect(saysOf(probed, "I15")).to.deep.equal([]);
    ask(probed, { ...op, key: "q" }, 12, { at: 13, type: "fail", status: 409, code: "EVENT_SOLD_OUT" });
    expect(saysOf(probed, "I15").join()).to.include("probe q was refused");
  });
});
