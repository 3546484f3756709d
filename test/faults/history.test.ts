import { expect } from "chai";
import { type Attempt, type Order, type Truth, violationsOf } from "../support/history.ts";

const attempt = (fields: Partial<Attempt>): Attempt => ({
  sentAt: 0,
  doneAt: 1,
  status: null,
  code: null,
  bookingId: null,
  hasRetryAfter: false,
  ...fields,
});
const confirmed = (bookingId: string, sentAt = 0) =>
  attempt({ status: 201, bookingId, sentAt, doneAt: sentAt + 1 });
const refused = (sentAt = 0) => attempt({ status: 409, sentAt, doneAt: sentAt + 1 });
const order = (key: string, attempts: Attempt[], quantity = 1): Order => ({
  key,
  userId: "u",
  quantity,
  attempts,
});
const truth = (ids: string[], fields: Partial<Truth> = {}): Truth => ({
  capacity: ids.length,
  confirmed: new Map(ids.map((id) => [id, { userId: "u", quantity: 1 }])),
  seqOf: new Map(ids.map((id, at) => [id, at + 2])),
  waiting: 0,
  failed: 0,
  ...fields,
});

describe("the checker of histories", () => {
  it("finds nothing wrong with one that is right", () => {
    const orders = [
      order("a", [attempt({}), attempt({ status: 503, hasRetryAfter: true }), confirmed("1")]),
      order("b", [attempt({ status: 202, bookingId: "2" }), confirmed("2", 2)]),
      order("c", [refused(9)]),
    ];
    expect(violationsOf(orders, truth(["1", "2"]))).to.deep.equal([]);
  });

  const wrong: readonly [string, RegExp, Order[], Truth][] = [
    [
      "a booking that a client saw and that is gone",
      /which is gone/,
      [order("a", [confirmed("1")])],
      truth([]),
    ],
    [
      "a booking nobody was told of",
      /nobody was told of booking 2/,
      [order("a", [confirmed("1")])],
      truth(["1", "2"]),
    ],
    ["a booking of another size", /another booking/, [order("a", [confirmed("1")], 2)], truth(["1"])],
    [
      "two bookings for one key",
      /given 2 bookings/,
      [order("a", [attempt({ status: 202, bookingId: "2" }), confirmed("1")])],
      truth(["1"]),
    ],
    [
      "a booking that is refused when it is asked for again",
      /both confirmed and refused/,
      [order("a", [confirmed("1"), refused(2)])],
      truth(["1"]),
    ],
    ["an order without an end", /never got an end/, [order("a", [attempt({ status: 202 })])], truth([])],
    [
      "more seats sold than there are",
      /1 seats sold of 0/,
      [order("a", [confirmed("1")])],
      truth(["1"], { capacity: 0 }),
    ],
    [
      "a refusal while seats are left",
      /while 1 are left/,
      [order("a", [refused()])],
      truth([], { capacity: 1 }),
    ],
    [
      "a refusal before a later request is confirmed",
      /refused what a later request was given/,
      [order("a", [refused(0)]), order("b", [confirmed("1", 5)])],
      truth(["1"]),
    ],
    [
      "an order decided before one that was accepted before it was sent",
      /b was decided before a/,
      [order("a", [confirmed("2", 0)]), order("b", [confirmed("1", 5)])],
      truth(["1", "2"]),
    ],
    [
      "an error that is nobody's fault",
      /answered 500/,
      [order("a", [attempt({ status: 500 }), refused()])],
      truth([]),
    ],
    [
      "a 503 that does not say when",
      /without Retry-After/,
      [order("a", [attempt({ status: 503 }), refused()])],
      truth([]),
    ],
    ["accepted work that was never decided", /1 accepted commands/, [], truth([], { waiting: 1 })],
    ["a command that was set aside", /1 commands were set aside/, [], truth([], { failed: 1 })],
  ];
  for (const [what, words, orders, found] of wrong) {
    it(`finds ${what}`, () => {
      const violations = violationsOf(orders, found);
      expect(violations).to.have.length(1);
      expect(violations[0]).to.match(words);
    });
  }
});
