import { expect } from "chai";
import type { Outcome } from "../../src/domain/outcome.ts";
import {
  book,
  booking,
  cancel,
  captured,
  confirm,
  eventWith,
  paidEventWith,
  payment,
  report,
  user,
} from "../domain/scenario.ts";
import { storyOf } from "./story.ts";
import { ask, notJudgedOf, saysOf, tamper } from "./telling.ts";

describe("the checker on money", () => {
  const paid = (...more: Parameters<typeof storyOf>[1][]) =>
    storyOf(paidEventWith(), book(1, 1), confirm(1), report(1, captured(2_000)), ...more);
  const at = (story: ReturnType<typeof paid>, seq: number): readonly Outcome[] =>
    story.books.ledger.find((entry) => entry.seq === seq)?.decision ?? [];

  it("I12: is content where every capture is a ticket or owed back", () => {
    expect(saysOf(paid(), "I12")).to.deep.equal([]);
    expect(saysOf(paid(cancel(1)), "I12")).to.deep.equal([]);
    expect(notJudgedOf(paid(), "I12")).to.equal(undefined);
    expect(notJudgedOf(storyOf(eventWith(), book(1, 1)), "I12")).to.equal("no money was asked for");
  });

  it("I12: sees captured money that is no ticket, and tickets without money", () => {
    const lost = paid();
    tamper(lost, 4, { decision: [at(lost, 4)[1] as Outcome] });
    expect(saysOf(lost, "I12").join()).to.include("2000 captured less 0 owed back, and tickets for 0");
    const gift = paid();
    const { paymentId: _, ...unpaid } = at(gift, 4)[0] as Extract<Outcome, { type: "BookingConfirmed" }>;
    tamper(gift, 4, { decision: [unpaid] });
    expect(saysOf(gift, "I12").join()).to.include("is confirmed without money");
  });

  it("I12: sees a cancellation that owes nothing back, and one capture counted twice", () => {
    const kept = paid(cancel(1));
    tamper(kept, 5, { decision: [at(kept, 5)[0] as Outcome] });
    expect(saysOf(kept, "I12").join()).to.include("2000 captured less 0 owed back");
    const twice = paid(cancel(9));
    tamper(twice, 5, { decision: [at(twice, 4)[1] as Outcome] });
    expect(saysOf(twice, "I12").join()).to.include("4000 captured");
  });

  it("I12: sees money that only the provider knows of, and says where it could not ask", () => {
    const story = paid();
    story.books.provider = new Map([[payment(1), { capturedMinor: 2_000, refundedMinor: 0 }]]);
    expect(saysOf(story, "I12")).to.deep.equal([]);
    story.books.provider = new Map([[payment(2), { capturedMinor: 500, refundedMinor: 500 }]]);
    expect(saysOf(story, "I12")).to.have.length(2);
    story.books.provider = null;
    expect(notJudgedOf(story, "I12")).to.equal("the provider's own books were not read");
    story.books.provider = new Map();
    story.rest = { ...story.rest, backlog: { ...story.rest.backlog, paymentTasks: 1 } };
    expect(notJudgedOf(story, "I12")).to.equal("the provider was still to be asked");
  });

  it("I12: sees a forged call-back that was believed", () => {
    const story = paid();
    const op = {
      type: "callback",
      event: story.books.eventId,
      booking: booking(1),
      payment: payment(1),
      callback: "forged",
      result: "captured",
      amountMinor: 2_000,
      forgery: "unsigned",
    } as const;
    ask(story, op, 10, { at: 11, type: "fail", status: 401 });
    expect(saysOf(story, "I12")).to.deep.equal([]);
    ask(story, op, 12, { at: 13, status: 200 });
    expect(saysOf(story, "I12").join()).to.include("was answered 200, not 401");
  });

  it("I12: answers for what the audit finds of payments", () => {
    const story = paid();
    const found = { eventId: story.books.eventId, seq: null, subject: user(1), says: {}, means: "" };
    story.findings = [
      { ...found, area: "payments" },
      { ...found, area: "refunds" },
    ];
    expect(saysOf(story, "I12")).to.have.length(2);
  });
});
