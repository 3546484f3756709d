import { expect } from "chai";
import {
  book,
  booking,
  cancel,
  cancelEvent,
  captured,
  change,
  confirm,
  eventWith,
  given,
  paidEventWith,
  payment,
  report,
  ring,
  transfer,
  user,
} from "./scenario.ts";

describe("handing a booking to somebody else", () => {
  it("moves the tickets, also where nothing is left to buy", () => {
    const full = given(eventWith({ capacity: 2 }), book(1, 2));
    full
      .when(transfer(1, { to: 2 }))
      .thenDecided({ type: "BookingTransferred", userId: user(1), toUserId: user(2), quantity: 2 })
      .andSold(2);
    full.when(cancel(1)).thenRefused("BookingNotFound");
    full.when(cancel(1, { by: 2, seq: 9 })).thenDecided({ type: "BookingCancelled", userId: user(2) });
  });

  it("moves the limit per person with it: one has room again, the other has not", () => {
    const limited = eventWith({ ticketsPerUserMax: 3 });
    const moved = given(limited, book(1, 3), transfer(1, { to: 2 }));
    moved.when(book(2, 1, { by: 2 })).thenRefused("UserLimitExceeded", { owned: 3 });
    moved.when(book(3, 3, { by: 1 })).thenDecided({ type: "BookingConfirmed" });
    given(limited, book(1, 2), book(2, 2))
      .when(transfer(1, { to: 2 }))
      .thenRefused("UserLimitExceeded", { owned: 2, limit: 3 });
  });

  it("is no new booking: a limit per booking that was lowered does not stop it", () => {
    given(eventWith(), book(1, 5), change({ ticketsPerBookingMax: 2 }))
      .when(transfer(1, { to: 2 }))
      .thenDecided({ type: "BookingTransferred" });
  });

  it("is refused to oneself, by strangers, for holds and what is cancelled, and after the event", () => {
    given(eventWith(), book(1, 1))
      .when(transfer(1, { to: 1 }))
      .thenRefused("SameOwner");
    given(eventWith(), book(1, 1))
      .when(transfer(1, { by: 2, to: 3 }))
      .thenRefused("BookingNotFound");
    given(paidEventWith(), book(1, 1))
      .when(transfer(1, { to: 2 }))
      .thenRefused("NotConfirmed");
    given(paidEventWith(), book(1, 1))
      .when(transfer(1, { by: 2, to: 3 }))
      .thenRefused("BookingNotFound");
    given(eventWith(), book(1, 1), cancel(1))
      .when(transfer(1, { to: 2 }))
      .thenRefused("NotConfirmed");
    given(eventWith(), book(1, 1), cancelEvent)
      .when(transfer(1, { to: 2 }))
      .thenRefused("EventCancelled");
    given(eventWith(), book(1, 1), ring("CompleteEvent"))
      .when(transfer(1, { to: 2 }))
      .thenRefused("EventOver");
  });

  it("keeps the payment: a later cancellation pays back what was paid", () => {
    const paid = given(
      paidEventWith(),
      book(1, 2),
      confirm(1),
      report(1, captured(4_000)),
      transfer(1, { to: 2 }),
    );
    paid
      .when(cancel(1, { by: 2 }))
      .andThen({ type: "RefundOwed", paymentId: payment(1), bookingId: booking(1), amountMinor: 4_000 });
    expect(paid.world.payments.get(payment(1))?.refundMinor).to.equal(4_000);
  });
});
