import { expect } from "chai";
import type { RecordRefund } from "../../src/domain/command.ts";
import type { CommandId } from "../../src/domain/ids.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import {
  book,
  booking,
  cancel,
  captured,
  commandId,
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

  const refunded = (result: RecordRefund["result"]): RecordRefund => {
    const { id: refundId } = cancel(1);
    const of = { paymentId: payment(1), bookingId: booking(1), amountMinor: 2_000 };
    return { type: "RecordRefund", id: commandId(9), refundId: refundId as CommandId, ...of, result };
  };

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
    const taken = [payment(1), { capturedMinor: 2_000, refundedMinor: 0 }] as const;
    story.books.provider = new Map([taken]);
    expect(saysOf(story, "I12")).to.deep.equal([]);
    story.books.provider = new Map([taken, [payment(2), { capturedMinor: 500, refundedMinor: 500 }]]);
    expect(saysOf(story, "I12")).to.have.length(2);
    story.books.provider = null;
    expect(notJudgedOf(story, "I12")).to.equal("the provider's own books were not read");
    story.books.provider = new Map();
    story.rest = { ...story.rest, backlog: { ...story.rest.backlog, paymentTasks: 1 } };
    expect(notJudgedOf(story, "I12")).to.equal("the provider was still to be asked");
  });

  it("I12: sees tickets for money that the provider never took, or took less of", () => {
    const story = paid();
    story.books.provider = new Map();
    expect(saysOf(story, "I12").join()).to.include(
      `the provider took 0 for payment ${payment(1)}, the ledger has 2000`,
    );
    story.books.provider = new Map([[payment(1), { capturedMinor: 1_999, refundedMinor: 0 }]]);
    expect(saysOf(story, "I12").join()).to.include("the provider took 1999");
  });

  it("I12: sees a refund that is settled and that nobody paid", () => {
    const story = paid(cancel(1), refunded({ type: "refunded" }));
    expect(saysOf(story, "I12")).to.deep.equal([]);
    story.books.provider = new Map([[payment(1), { capturedMinor: 2_000, refundedMinor: 0 }]]);
    expect(saysOf(story, "I12").join()).to.include(
      `the provider gave 0 of payment ${payment(1)} back, the ledger has 2000`,
    );
    const failed = paid(cancel(1), refunded({ type: "failed", reason: "closed" }));
    failed.books.provider = story.books.provider;
    expect(saysOf(failed, "I12"), "the provider would not").to.deep.equal([]);
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
