import { expect } from "chai";
import { book, booking, cancel, eventWith, user } from "../domain/scenario.ts";
import { type Story, storyOf } from "./story.ts";
import { ask, keep, note, notJudgedOf, requestOf, saysOf, tamper } from "./telling.ts";

describe("the checker on requests", () => {
  const [first, second] = [book(1, 2), book(2, 1)];
  const event = (story: Story) => story.books.eventId;
  const confirmed = (n: number, at: number) => ({ at, body: { booking: booking(n), state: "confirmed" } });

  it("I3: sees an accepted booking that was never decided", () => {
    const story = storyOf(eventWith(), first);
    ask(story, requestOf(first, event(story)), 10, {
      at: 11,
      status: 202,
      body: { booking: booking(1), state: "queued" },
    });
    expect(saysOf(story, "I3")).to.deep.equal([]);
    ask(story, requestOf(second, event(story)), 12, {
      at: 13,
      status: 202,
      body: { booking: booking(2), state: "queued" },
    });
    expect(saysOf(story, "I3").join()).to.include(`booking ${booking(2)} was accepted`);
  });

  it("I3: does not mind a request whose answer never came", () => {
    const story = storyOf(eventWith(), first);
    ask(story, requestOf(second, event(story)), 12, null);
    ask(story, requestOf(second, event(story)), 12, { at: 20, type: "info", status: null, code: "TIMEOUT" });
    expect(saysOf(story, "I3")).to.deep.equal([]);
  });

  it("I3: sees what was accepted under a key alone, decided twice, or set aside", () => {
    const kept = storyOf(eventWith(), first);
    keep(kept, user(2), "k", booking(2));
    expect(saysOf(kept, "I3").join()).to.include("accepted under a key");
    const twice = storyOf(eventWith(), first, cancel(1));
    tamper(twice, 3, { command: first });
    expect(saysOf(twice, "I3").join()).to.include("was decided at ledger 2 and 3");
    const aside = storyOf(eventWith(), first);
    const { id: bookingId, userId, quantity } = first;
    tamper(aside, 2, {
      decision: [
        { type: "BookingRejected", bookingId, userId, quantity, reason: "CommandFailed", facts: {} },
      ],
    });
    expect(saysOf(aside, "I3").join()).to.include("failed for no reason of its own");
    aside.terms = { ...aside.terms, poison: new Set([bookingId]) };
    expect(saysOf(aside, "I3"), "it was planted").to.deep.equal([]);
  });

  it("I3: sees a booking that is in line when everything has ended", () => {
    const story = storyOf(eventWith(), first);
    note(story, { what: "workloadEnded", details: "" }, 50);
    const look = { type: "look", event: event(story), user: user(1), booking: booking(1) } as const;
    ask(story, look, 40, { at: 41, status: 200, body: { booking: booking(1), state: "queued" } });
    expect(saysOf(story, "I3")).to.deep.equal([]);
    ask(story, look, 60, { at: 61, status: 200, body: { booking: booking(1), state: "queued" } });
    expect(saysOf(story, "I3").join()).to.include("still in line");
  });

  it("I4: sees a confirmation that is gone, from the ledger or from the table", () => {
    const story = storyOf(eventWith(), first, second, cancel(2));
    ask(story, requestOf(first, event(story)), 10, confirmed(1, 11));
    ask(story, requestOf(second, event(story)), 10, confirmed(2, 11));
    expect(saysOf(story, "I4"), "one is there, one was cancelled").to.deep.equal([]);
    ask(story, requestOf(book(3, 1), event(story)), 10, confirmed(3, 11));
    expect(saysOf(story, "I4").join()).to.include("is not in the ledger");
    story.books.bookings = story.books.bookings.slice(0, -1);
    expect(saysOf(story, "I4").join()).to.include("has no row");
    story.books.bookings = storyOf(eventWith(), first, cancel(1)).books.bookings;
    expect(saysOf(story, "I4").join()).to.include("nobody cancelled it");
  });

  it("I4: sees other tickets, or another owner, than was confirmed", () => {
    const story = storyOf(eventWith(), first);
    ask(story, requestOf(first, event(story)), 10, {
      at: 11,
      body: { booking: booking(1), state: "confirmed", quantity: 3 },
    });
    expect(saysOf(story, "I4").join()).to.include("never had 3 tickets");
    ask(story, requestOf({ ...first, userId: user(9) }, event(story)), 12, confirmed(1, 13));
    expect(saysOf(story, "I4").join()).to.include(`never belonged to ${user(9)}`);
  });

  it("I5: sees a key with two effects, told or not", () => {
    const story = storyOf(eventWith(), first, { ...second, userId: user(1) });
    const op = requestOf(first, event(story), { key: "k" });
    keep(story, user(1), "k", booking(1));
    ask(story, op, 10, null);
    ask(story, op, 20, confirmed(1, 21));
    expect(saysOf(story, "I5").join(), "nobody knows of the second").to.include(
      `nobody asked for booking ${booking(2)}`,
    );
    ask(story, op, 30, confirmed(2, 31));
    expect(saysOf(story, "I5").join()).to.include("had 2 effects");
  });

  it("I5: sees answers that differ, and is content with those that agree", () => {
    const story = storyOf(eventWith(), first);
    const op = requestOf(first, event(story), { key: "k" });
    keep(story, user(1), "k", booking(1));
    ask(story, op, 10, { at: 11, status: 202, body: { booking: booking(1), state: "queued" } });
    ask(story, op, 12, { at: 13, body: { booking: booking(1), quantity: 2 } });
    ask(story, op, 14, { at: 15, body: { booking: booking(1), quantity: 2, isReplayed: true } });
    expect(saysOf(story, "I5")).to.deep.equal([]);
    ask(story, op, 16, { at: 17, type: "fail", status: 409, code: "EVENT_SOLD_OUT" });
    expect(saysOf(story, "I5").join()).to.include("was answered in 2 ways");
  });

  it("I5: a booking that is told again is told as it was decided", () => {
    const story = storyOf(eventWith(), first);
    const op = requestOf(first, event(story), { key: "k" });
    keep(story, user(1), "k", booking(1));
    const body = { booking: booking(1), state: "pending", reference: "R", expiresAt: 7 };
    ask(story, op, 10, { at: 11, body });
    ask(story, op, 12, { at: 13, body: { ...body, isReplayed: true } });
    expect(saysOf(story, "I5")).to.deep.equal([]);
    ask(story, op, 14, { at: 15, body: { ...body, expiresAt: 8 } });
    expect(saysOf(story, "I5").join()).to.include("was answered in 2 ways");
  });

  it("I5: sees another payload served under the key, and 422 where there was none", () => {
    const story = storyOf(eventWith(), first);
    const op = requestOf(first, event(story), { key: "k" });
    keep(story, user(1), "k", booking(1));
    const reused = { type: "fail", status: 422, code: "IDEMPOTENCY_KEY_REUSED" } as const;
    ask(story, op, 10, confirmed(1, 11));
    ask(story, { ...op, quantity: 5 }, 12, { at: 13, ...reused });
    expect(saysOf(story, "I5")).to.deep.equal([]);
    ask(story, { ...op, quantity: 6 }, 14, confirmed(1, 15));
    expect(saysOf(story, "I5").join()).to.include("answered for 2 different requests");
    const alone = storyOf(eventWith(), first);
    keep(alone, user(1), "k", booking(1));
    ask(alone, op, 10, { at: 11, ...reused });
    expect(saysOf(alone, "I5").join()).to.include("only ever one request");
    expect(notJudgedOf(alone, "I5")).to.equal("no key was used twice");
  });

  it("I7: sees who was overtaken by a request sent after the acknowledgement", () => {
    const sentAt = (at: number) => {
      const story = storyOf(eventWith(), second, first);
      ask(story, requestOf(first, event(story)), 10, { at: 20, status: 202, body: { booking: booking(1) } });
      ask(story, requestOf(second, event(story)), at, confirmed(2, 40));
      return saysOf(story, "I7");
    };
    expect(sentAt(15), "both were under way: either may be first").to.deep.equal([]);
    expect(sentAt(25).join()).to.include("was decided at ledger 2, before operation 1 at 3");
  });

  it("I7: an urgent request may overtake a booking, and nobody judges without acknowledgements", () => {
    const story = storyOf(eventWith(), first, cancel(1), second);
    ask(story, requestOf(first, event(story)), 1, confirmed(1, 2));
    ask(story, requestOf(second, event(story)), 10, { at: 12, status: 202, body: { booking: booking(2) } });
    const op = {
      type: "cancel",
      event: event(story),
      user: user(1),
      booking: booking(1),
      key: null,
      quantity: null,
    } as const;
    ask(story, op, 20, { at: 21, status: 200 });
    expect(saysOf(story, "I7")).to.deep.equal([]);
    expect(notJudgedOf(storyOf(eventWith(), first), "I7")).to.equal("no accepted request was decided");
  });
});
