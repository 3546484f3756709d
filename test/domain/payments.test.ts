import { expect } from "chai";
import type { Command } from "../../src/domain/command.ts";
import type { CommandId } from "../../src/domain/ids.ts";
import { PASSED_OVER_MAX } from "../../src/domain/waitlist.ts";
import {
  addCode,
  book,
  booking,
  bookSeats,
  cancel,
  cancelEvent,
  captured,
  change,
  commandId,
  confirm,
  entry,
  expire,
  given,
  join,
  lateOf,
  MINUTE,
  NOW,
  paidEventWith,
  payment,
  report,
  ring,
  seatedEventWith,
  user,
} from "./scenario.ts";

const paying = [book(1, 1), confirm(1)];
/** A hold that lapsed after its payment was ended. */
const lapsed = [...paying, report(1, "cancelled", { again: 1 }), expire(booking(1))];

describe("asking for a payment", () => {
  it("names what is due, how it is paid, and how long that may take", () => {
    given(paidEventWith(), book(1, 2))
      .when(confirm(1, { pay: "checkout" }))
      .thenDecided({
        type: "PaymentRequested",
        paymentId: payment(1),
        provider: "test",
        method: "checkout",
        amountMinor: 4_000,
        expiresAt: NOW + 15 * MINUTE,
        resultId: lateOf(1),
      });
  });

  it("is refused without money, to strangers, twice at once, and for what is no hold", () => {
    const held = given(paidEventWith(), book(1, 2));
    held.when(confirm(1, { pay: null })).thenRefused("PaymentRequired", { totalMinor: 4_000 });
    held.when(confirm(1, { by: 2 })).thenRefused("BookingNotFound");
    held.when(confirm(9)).thenRefused("BookingNotFound");
    held.when(confirm(1));
    held
      .when(confirm(2, { by: 1, of: booking(1) }))
      .thenRefused("PaymentUnderWay", { paymentId: payment(1) });
    given(paidEventWith(), book(1, 1), cancel(1)).when(confirm(1)).thenRefused("AlreadyCancelled");
    given(paidEventWith(), book(1, 1), cancelEvent).when(confirm(1)).thenRefused("EventCancelled");
    given(paidEventWith(), book(1, 1), ring("CompleteEvent")).when(confirm(1)).thenRefused("EventOver");
  });

  it("is answered as confirmed the second time, to its buyer only", () => {
    const paid = given(paidEventWith(), ...paying, report(1, "captured"));
    paid.when(confirm(2, { by: 1, of: booking(1) })).thenRefused("AlreadyConfirmed");
    paid.when(confirm(2, { by: 2, of: booking(1) })).thenRefused("BookingNotFound");
  });
});

describe("a payment page that is merely open", () => {
  const open = [book(1, 1), confirm(1, { pay: "checkout" })];

  it("gives way to a token; money that comes by it all the same goes back", () => {
    const both = given(paidEventWith(), ...open);
    both
      .when(confirm(2, { by: 1, of: booking(1) }))
      .thenDecided({ type: "PaymentRequested", paymentId: payment(2), method: "token" })
      .andThen({ type: "PaymentCancelRequested", paymentId: payment(1), bookingId: booking(1) });
    both
      .when(report(2, "captured", { of: booking(1) }))
      .thenDecided({ type: "BookingConfirmed", paymentId: payment(2) });
    both
      .when(report(1, "captured"))
      .thenDecided({ type: "PaymentCaptured" })
      .andThen({ type: "RefundOwed", paymentId: payment(1), reason: "late" });
  });

  it("pays the booking after all where the token was declined", () => {
    given(
      paidEventWith(),
      ...open,
      confirm(2, { by: 1, of: booking(1) }),
      report(2, "declined", { of: booking(1) }),
    )
      .when(report(1, "captured"))
      .thenDecided({ type: "BookingConfirmed", paymentId: payment(1) });
  });

  it("is closed where nothing is due any more", () => {
    given(paidEventWith(), ...open, change({ requiresPayment: false }))
      .when(confirm(2, { by: 1, of: booking(1) }))
      .thenDecided({ type: "BookingConfirmed", wasHeld: true })
      .andThen({ type: "PaymentCancelRequested", paymentId: payment(1) });
  });

  it("does not give way to another page, nor after the time of the hold", () => {
    const held = given(paidEventWith(), ...open);
    held
      .when(confirm(2, { by: 1, of: booking(1), pay: "checkout" }))
      .thenRefused("PaymentUnderWay", { paymentId: payment(1) });
    held.when(confirm(3, { by: 1, of: booking(1), pay: null })).thenRefused("PaymentUnderWay");
  });

  it("keeps nobody from cancelling: the tickets are free at once, and late money goes back", () => {
    const gone = given(paidEventWith({ capacity: 1 }), ...open);
    gone
      .when(cancel(1))
      .thenDecided({ type: "BookingCancelled", wasHeld: true })
      .andThen({ type: "PaymentCancelRequested", paymentId: payment(1) })
      .andSold(0);
    gone.when(book(2, 1)).thenDecided({ type: "BookingHeld" });
    gone
      .when(report(1, "captured"))
      .thenDecided({ type: "PaymentCaptured" })
      .andThen({ type: "RefundOwed", reason: "late" });
    given(paidEventWith(), ...paying)
      .when(cancel(1))
      .thenRefused("PaymentUnderWay");
  });
});

describe("what a provider reports", () => {
  it("captured: the hold becomes a booking, with its payment", () => {
    given(paidEventWith(), ...paying)
      .when(report(1, "captured"))
      .thenDecided({ type: "BookingConfirmed", wasHeld: true, paymentId: payment(1) })
      .andThen({ type: "PaymentCaptured", amountMinor: 2_000 })
      .andSold(1)
      .andHeld(0);
  });

  it("captured, told twice: the second time nothing moves", () => {
    given(paidEventWith(), ...paying, report(1, "captured"))
      .when(report(1, "captured", { again: 1 }))
      .thenRefused("PaymentSettled")
      .andSold(1);
    for (const result of ["declined", "cancelled", "open"] as const) {
      given(paidEventWith(), ...paying, report(1, "captured"))
        .when(report(1, result, { again: 1 }))
        .thenRefused("PaymentSettled")
        .andSold(1);
    }
  });

  it("declined: the hold stands, at least long enough to try again", () => {
    given(paidEventWith(), ...paying)
      .when(report(1, "declined"))
      .thenDecided({ type: "PaymentFailed", isCancelled: false, expiresAt: NOW + 5 * MINUTE });
    const late = given(paidEventWith(), ...paying);
    late
      .when(report(1, "declined"), NOW + 6 * MINUTE)
      .thenDecided({ type: "PaymentFailed", expiresAt: NOW + 7 * MINUTE });
    late
      .when(confirm(2, { by: 1, of: booking(1) }), NOW + 7 * MINUTE - 1)
      .thenDecided({ type: "PaymentRequested" });
  });

  it("declined again and again: the hold does not live for ever", () => {
    let at = NOW + 5 * MINUTE - 1;
    const held = given(paidEventWith(), book(1, 1));
    for (let n = 1; n <= 30; n += 1) {
      const asked = held.when(confirm(n, { by: 1, of: booking(1) }), at).decision[0];
      if (asked.type !== "PaymentRequested") break;
      held.when(report(n, "declined", { of: booking(1) }), at);
      at += MINUTE - 1;
    }
    expect(held.world.state.holds.get(booking(1))?.expiresAt).to.equal(NOW + 21 * MINUTE);
  });

  it("captured late, twice over: one of the payments buys tickets, the other goes back", () => {
    const lapsed = given(paidEventWith(), book(1, 1), confirm(1));
    lapsed.when(report(1, "declined"));
    lapsed.when(confirm(2, { by: 1, of: booking(1) }));
    lapsed.when(report(2, "declined", { of: booking(1) }));
    lapsed.when(
      { type: "ExpireHold", id: commandId(77) as CommandId, bookingId: booking(1) },
      NOW + 30 * MINUTE,
    );
    lapsed
      .when(report(1, "captured", { again: 1 }), NOW + 31 * MINUTE)
      .thenDecided({ type: "BookingConfirmed", replaces: booking(1) });
    lapsed
      .when(report(2, "captured", { again: 2, of: booking(1) }), NOW + 32 * MINUTE)
      .thenDecided({ type: "PaymentCaptured" })
      .andThen({ type: "RefundOwed", amountMinor: 2_000, reason: "late" })
      .andSold(1);
  });

  it("cancelled: the hold gets no more time by it", () => {
    given(paidEventWith(), ...paying)
      .when(report(1, "cancelled"), NOW + 6 * MINUTE)
      .thenDecided({ type: "PaymentFailed", isCancelled: true, expiresAt: NOW + 5 * MINUTE });
  });

  it("failed, told twice or after the other: settled", () => {
    given(paidEventWith(), ...paying, report(1, "declined"))
      .when(report(1, "cancelled", { again: 1 }))
      .thenRefused("PaymentSettled");
    given(paidEventWith(), ...paying, report(1, "declined"))
      .when(report(1, "open", { again: 1 }))
      .thenRefused("PaymentSettled");
  });

  it("open: undecided as before", () => {
    given(paidEventWith(), ...paying)
      .when(report(1, "open"))
      .thenDecided({ type: "PaymentOpened", paymentId: payment(1) })
      .andHeld(1);
  });

  it("about a payment nobody asked for, or of another booking, is not believed", () => {
    given(paidEventWith(), book(1, 1)).when(report(1, "captured")).thenRefused("PaymentUnknown").andSold(0);
    given(paidEventWith(), ...paying, book(2, 1))
      .when(report(1, "captured", { of: booking(2) }))
      .thenRefused("PaymentUnknown")
      .andSold(0);
  });

  it("captured after it was reported as failed: still a ticket, while the hold stands", () => {
    given(paidEventWith(), ...paying, report(1, "declined"))
      .when(report(1, "captured", { again: 1 }))
      .thenDecided({ type: "BookingConfirmed", paymentId: payment(1) })
      .andSold(1);
  });

  it("captured while another payment of the hold is under way: given back, one ticket is paid once", () => {
    const second = confirm(2, { by: 1, of: booking(1) });
    const both = given(paidEventWith(), ...paying, report(1, "declined"), second);
    both
      .when(report(1, "captured", { again: 1 }))
      .thenDecided({ type: "PaymentCaptured" })
      .andThen({ type: "RefundOwed", amountMinor: 2_000, paymentId: payment(1) })
      .andHeld(1);
    both.when(report(2, "captured", { of: booking(1) })).thenDecided({ type: "BookingConfirmed" });
    expect(both.world.payments.get(payment(2))).to.include({ capturedMinor: 2_000, refundMinor: 0 });
  });

  it("another amount than was asked for: given back, all of it", () => {
    given(paidEventWith(), ...paying)
      .when(report(1, captured(1_999)))
      .thenDecided({ type: "PaymentCaptured", amountMinor: 1_999 })
      .andThen({ type: "RefundOwed", amountMinor: 1_999 })
      .andSold(0)
      .andHeld(1);
  });
});

describe("money that comes after its hold is gone", () => {
  it("buys the same tickets again where they are there", () => {
    given(paidEventWith({ capacity: 1 }), ...lapsed)
      .when(report(1, "captured"))
      .thenDecided({
        type: "BookingConfirmed",
        bookingId: lateOf(1),
        replaces: booking(1),
        paymentId: payment(1),
      })
      .andThen({ type: "PaymentCaptured" })
      .andSold(1);
  });

  it("is given back where they are not", () => {
    given(paidEventWith({ capacity: 1 }), ...lapsed, book(2, 1))
      .when(report(1, "captured"))
      .thenDecided({ type: "PaymentCaptured" })
      .andThen({ type: "RefundOwed", reason: "late", amountMinor: 2_000, refundId: lateOf(1) as CommandId })
      .andSold(0);
  });

  it("is given back only once, however often it is reported", () => {
    const refunded = given(paidEventWith({ capacity: 1 }), ...lapsed, book(2, 1), report(1, "captured"));
    refunded.when(report(1, "captured", { again: 2 })).thenRefused("PaymentSettled");
    expect(refunded.world.payments.get(payment(1))).to.include({ capturedMinor: 2_000, refundMinor: 2_000 });
  });

  it("is given back where the buyer may have no more, the event is cancelled or over, or they cancelled", () => {
    const refused = (...more: Command[]) =>
      given(paidEventWith({ ticketsPerUserMax: 4 }), ...more)
        .when(report(1, "captured"))
        .thenDecided({ type: "PaymentCaptured" })
        .andThen({ type: "RefundOwed", amountMinor: 2_000 });
    refused(...lapsed, book(2, 4, { by: 1 }));
    refused(...paying, cancelEvent);
    refused(...lapsed, ring("CompleteEvent"));
    refused(...paying, report(1, "declined", { again: 1 }), cancel(1));
  });

  it("takes the buyer's own seats if they are free, else others of the tier", () => {
    const seated = seatedEventWith({ requiresPayment: true });
    const gone = [bookSeats(1, [1]), confirm(1), report(1, "cancelled", { again: 1 }), expire(booking(1))];
    given(seated, ...gone)
      .when(report(1, captured(5_000)))
      .thenDecided({ type: "BookingConfirmed", seats: [1] });
    given(seated, ...gone, bookSeats(2, [1]))
      .when(report(1, captured(5_000)))
      .thenDecided({ type: "BookingConfirmed", tier: 0, quantity: 1 });
  });

  it("does not let a code be used more often than it may be", () => {
    const code = addCode("HALF", { usesMax: 1 });
    const bought = [
      code,
      book(1, 1, { promoCode: "HALF" }),
      confirm(1),
      report(1, "cancelled", { again: 1 }),
    ];
    given(paidEventWith(), ...bought, expire(booking(1)), book(2, 1, { promoCode: "HALF" }))
      .when(report(1, captured(1_000)))
      .thenDecided({ type: "PaymentCaptured" })
      .andThen({ type: "RefundOwed" });
    const again = given(paidEventWith(), ...bought, expire(booking(1)));
    again.when(report(1, captured(1_000))).thenDecided({ type: "BookingConfirmed", promoCode: "HALF" });
    expect(again.world.state.promoCodes.get("HALF")?.used).to.equal(1);
  });

  it("buys nothing that is kept for a party at the head of the line", () => {
    const story = given(paidEventWith({ capacity: 3 }), book(2, 1), book(3, 1), ...paying, join(5, 2));
    story.when(report(1, "cancelled", { again: 1 }));
    story.when(expire(booking(1))).andThen();
    for (let n = 100; n < 100 + PASSED_OVER_MAX; n += 1) {
      story.when(book(n, 1)).thenDecided({ type: "BookingHeld", passedOver: entry(5) });
      story.when(cancel(n));
    }
    story
      .when(report(1, "captured"))
      .thenDecided({ type: "PaymentCaptured" })
      .andThen({ type: "RefundOwed" });
    story.when(cancel(2)).andThen({ type: "OfferMade", entryId: entry(5) });
  });

  it("buys nothing that went to those who wait", () => {
    given(
      paidEventWith({ capacity: 1 }),
      ...paying,
      join(5, 1),
      report(1, "cancelled", { again: 1 }),
      expire(booking(1)),
    )
      .when(report(1, "captured"))
      .thenDecided({ type: "PaymentCaptured" })
      .andThen({ type: "RefundOwed" })
      .andHeld(1);
  });
});

describe("refunds", () => {
  const refund = (result: Extract<Command, { type: "RecordRefund" }>["result"], n = 1): Command => ({
    type: "RecordRefund",
    id: commandId(900 + n),
    refundId: commandId(1),
    paymentId: payment(n),
    bookingId: booking(n),
    amountMinor: 2_000,
    result,
  });
  const cancelled = [...paying, report(1, "captured"), cancel(1)];

  it("are owed to whoever paid through a provider, with the cancellation", () => {
    given(paidEventWith(), ...paying, report(1, "captured"))
      .when(cancel(1))
      .thenDecided({ type: "BookingCancelled", refundMinor: 2_000 })
      .andThen({ type: "RefundOwed", amountMinor: 2_000, refundId: commandId(1), reason: "cancelled" });
  });

  it("are owed for no payment that was never made", () => {
    given(paidEventWith({ requiresPayment: false }), book(1, 1))
      .when(cancel(1))
      .thenDecided({ type: "BookingCancelled", refundMinor: 2_000 })
      .andThen();
  });

  it("are noted when the provider has made them, or would not", () => {
    given(paidEventWith(), ...cancelled)
      .when(refund({ type: "refunded" }))
      .thenDecided({ type: "RefundSettled", failure: null, amountMinor: 2_000, userId: user(1) });
    given(paidEventWith(), ...cancelled)
      .when(refund({ type: "failed", reason: "account closed" }))
      .thenDecided({ type: "RefundSettled", failure: "account closed" });
    given(paidEventWith(), ...cancelled)
      .when(refund({ type: "refunded" }, 2))
      .thenRefused("PaymentUnknown");
  });

  it("are noted for a booking that a late payment made, as for any other", () => {
    const story = given(paidEventWith(), ...lapsed, report(1, "captured"));
    story
      .when({ ...cancel(1), bookingId: lateOf(1) } as Command)
      .andThen({ type: "RefundOwed", paymentId: payment(1), bookingId: lateOf(1), amountMinor: 2_000 });
    story
      .when({ ...refund({ type: "refunded" }), bookingId: lateOf(1) } as Command)
      .thenDecided({ type: "RefundSettled", bookingId: lateOf(1), failure: null });
  });

  it("never exceed what was captured", () => {
    const part = given(paidEventWith(), book(1, 3), confirm(1), report(1, captured(6_000)));
    part.when(cancel(1, { quantity: 1 })).andThen({ type: "RefundOwed", amountMinor: 2_000 });
    part.when(change({ priceMinor: 9_000 }));
    part.when(cancel(1, { seq: 2 })).andThen({ type: "RefundOwed", amountMinor: 4_000 });
    part.when(cancel(1, { seq: 3 })).thenRefused("AlreadyCancelled", { refundMinor: 6_000 });
    expect(part.world.payments.get(payment(1))?.refundMinor).to.equal(6_000);
  });
});
