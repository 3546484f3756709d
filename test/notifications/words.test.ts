import { expect } from "chai";
import { wordsOf } from "../../src/notifications/words.ts";
import { factsOf, type Told } from "../../src/outbox/told.ts";

const BOOKING = "01990000-0000-7000-8000-000000000001";
const USER = "01990000-0000-7000-8000-000000000002";
const CARD = { name: "An Evening", currency: "EUR", tiers: [] };

/** What a person reads of a decision about so many tickets. */
function textOf(kind: Parameters<typeof wordsOf>[0], quantity: number): string {
  const outcome = {
    bookingId: BOOKING,
    userId: USER,
    quantity,
    unitPriceMinor: 0,
    refundMinor: 0,
    expiresAt: 0,
  };
  return wordsOf(kind, factsOf(outcome as unknown as Told, USER, CARD as never)).text;
}

describe("what people are told of", () => {
  for (const kind of ["booking_reduced", "booking_pending", "waitlist_promoted"] as const) {
    it(`one ticket and two tickets has the words that go with them: ${kind}`, () => {
      expect(textOf(kind, 1)).to.match(/^1 ticket .* is (kept|cancelled)\b/);
      expect(textOf(kind, 2)).to.match(/^2 tickets .* are (kept|cancelled)\b/);
    });
  }

  it("how many tickets, one or two, in each kind that says it", () => {
    for (const kind of [
      "booking_confirmed",
      "booking_cancelled",
      "booking_expired",
      "event_cancelled",
    ] as const) {
      expect(textOf(kind, 1), kind).to.match(/\b1 ticket\b/);
      expect(textOf(kind, 2), kind).to.match(/\b2 tickets\b/);
    }
  });
});
