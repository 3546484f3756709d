import { expect } from "chai";
import type { Answer } from "../../bench/lib/sale.ts";
import { checkAnswers, tallyOf } from "../../bench/lib/verdict.ts";

const TIMES = { atMs: 10, tookMs: 5 };
let bookings = 0;

const confirmed = (quantity: number, bookingId = `booking-${bookings++}`): Answer => ({
  type: "confirmed",
  quantity,
  bookingId,
  ...TIMES,
});
const refused = (quantity: number, code = "EVENT_SOLD_OUT"): Answer => ({
  type: "refused",
  quantity,
  code,
  ...TIMES,
});
const unanswered = (quantity: number): Answer => ({
  type: "unanswered",
  quantity,
  why: "503 OVERLOADED",
  ...TIMES,
});

/** The names of the checks that fail. */
function failing(answers: readonly Answer[], event: { capacity: number; available: number }): string[] {
  const checks = checkAnswers(tallyOf(answers), event, answers.length);
  return checks.filter(({ holds }) => !holds).map(({ name }) => name);
}

describe("the check of an on-sale's books", () => {
  it("is content with a sell-out", () => {
    const answers = [confirmed(3), confirmed(2), refused(1), refused(4)];
    expect(failing(answers, { capacity: 5, available: 0 })).to.deep.equal([]);
  });

  it("is content with tickets left over that everybody refused had asked more than", () => {
    const answers = [
      confirmed(3),
      refused(3, "BOOKING_SEATS_UNAVAILABLE"),
      refused(4, "BOOKING_SEATS_UNAVAILABLE"),
    ];
    expect(failing(answers, { capacity: 5, available: 2 })).to.deep.equal([]);
  });

  it("is content where less is wanted than there is", () => {
    expect(failing([confirmed(1)], { capacity: 5, available: 4 })).to.deep.equal([]);
  });

  it("finds tickets that were confirmed and not taken from the event", () => {
    expect(failing([confirmed(3), confirmed(3)], { capacity: 6, available: 3 })).to.deep.equal([
      "confirmed to buyers = gone from the event",
    ]);
  });

  it("finds an event that sold more than it had", () => {
    expect(failing([confirmed(3), confirmed(3)], { capacity: 5, available: -1 })).to.include(
      "nobody was refused who could have been served",
    );
  });

  it("finds a buyer who was refused what is still there", () => {
    const answers = [confirmed(3), refused(1, "BOOKING_SEATS_UNAVAILABLE")];
    expect(failing(answers, { capacity: 5, available: 2 })).to.deep.equal([
      "nobody was refused who could have been served",
    ]);
  });

  it("finds an event called sold out that is not", () => {
    const answers = [confirmed(3), refused(4, "EVENT_SOLD_OUT")];
    expect(failing(answers, { capacity: 5, available: 2 })).to.deep.equal([
      "every refusal says that too few are left",
    ]);
  });

  it("finds refusals for other reasons", () => {
    const answers = [confirmed(5), refused(1, "BOOKING_LIMIT_EXCEEDED")];
    expect(failing(answers, { capacity: 5, available: 0 })).to.deep.equal([
      "every refusal says that too few are left",
    ]);
  });

  it("finds one booking that two buyers were told is theirs", () => {
    const answers = [confirmed(2, "same"), confirmed(2, "same")];
    expect(failing(answers, { capacity: 4, available: 0 })).to.deep.equal(["no booking was confirmed twice"]);
  });

  it("finds a buyer who never had an answer", () => {
    expect(failing([confirmed(4), unanswered(1)], { capacity: 4, available: 0 })).to.deep.equal([
      "everybody has an answer",
    ]);
  });
});
