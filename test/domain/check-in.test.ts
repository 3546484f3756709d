import { expect } from "chai";
import { ticketNumbersOf } from "../../src/domain/ticket.ts";
import {
  book,
  booking,
  cancel,
  cancelEvent,
  change,
  checkIn,
  eventWith,
  exchange,
  given,
  NOW,
  paidEventWith,
  ring,
  seatedEventWith,
  transfer,
  user,
} from "./scenario.ts";

describe("letting tickets in", () => {
  it("takes each ticket once, and tells when and where it was used", () => {
    const in1 = given(eventWith(), book(1, 2), checkIn(1, { ticket: 1 }));
    in1
      .when(checkIn(1, { ticket: 1 }))
      .thenRefused("TicketUsed", { checkedInAt: NOW, checkedInBy: user(99) });
    in1
      .when(checkIn(1, { ticket: 2 }))
      .thenDecided({ type: "TicketCheckedIn", ticket: 2, at: NOW, by: user(99) });
    in1.when(checkIn(1, { ticket: 3 })).thenRefused("TicketNotOfBooking");
    in1.when(checkIn(1, { ticket: 0 })).thenRefused("TicketNotOfBooking");
  });

  it("takes only the newest issue, which a transfer and an exchange make", () => {
    const moved = given(eventWith(), book(1, 1), transfer(1, { to: 2 }));
    moved.when(checkIn(1)).thenRefused("TicketReplaced");
    moved.when(checkIn(1, { issue: 2 })).thenDecided({ type: "TicketCheckedIn", userId: user(2) });
    const swapped = given(seatedEventWith(), book(1, 1, { seats: [0] }), exchange(1, { seats: [1] }));
    swapped.when(checkIn(1, { ticket: 1 })).thenRefused("TicketReplaced");
    swapped.when(checkIn(1, { ticket: 2, issue: 2 })).thenDecided({ type: "TicketCheckedIn" });
  });

  it("takes no ticket of what is unknown, held, cancelled or over", () => {
    given(eventWith()).when(checkIn(1)).thenRefused("BookingNotFound");
    given(paidEventWith(), book(1, 1)).when(checkIn(1)).thenRefused("NotConfirmed");
    given(eventWith(), book(1, 1), cancel(1)).when(checkIn(1)).thenRefused("AlreadyCancelled");
    given(eventWith(), book(1, 1), cancelEvent).when(checkIn(1)).thenRefused("EventCancelled");
    given(eventWith(), book(1, 1), ring("CompleteEvent")).when(checkIn(1)).thenRefused("EventOver");
  });

  it("keeps the number of a seat's ticket when others of its booking are cancelled", () => {
    const left = given(seatedEventWith(), book(1, 3, { seats: [0, 1, 2] }), cancel(1, { seats: [1] }));
    left.when(checkIn(1, { ticket: 2 })).thenRefused("TicketNotOfBooking");
    left.when(checkIn(1, { ticket: 3 })).thenDecided({ type: "TicketCheckedIn", ticket: 3 });
    expect(ticketNumbersOf({ quantity: 2, seats: [0, 2] })).to.deep.equal([1, 3]);
    expect(ticketNumbersOf({ quantity: 2, seats: null })).to.deep.equal([1, 2]);
  });

  it("leaves what was used with whom it belongs to: no money back, no transfer, no exchange", () => {
    const used = given(eventWith(), book(1, 3), checkIn(1, { ticket: 2 }));
    const facts = {
      ticket: { bookingId: booking(1), number: 2 },
      checkedInAt: NOW,
      checkedInBy: user(99),
    };
    used.when(cancel(1)).thenRefused("TicketUsed", facts);
    used.when(transfer(1, { to: 2 })).thenRefused("TicketUsed", facts);
    used.when(exchange(1)).thenRefused("TicketUsed", facts);
    used.when(cancel(1, { quantity: 2 })).thenRefused("TicketUsed", facts);
    used.when(cancel(1, { quantity: 1 })).thenDecided({ type: "BookingReduced", quantity: 1 });
    used.when(cancel(1, { as: "organizer" })).thenDecided({ type: "BookingCancelled" });
  });
});

describe("what an organiser may do only under a condition", () => {
  it("cancels an event unless it has bookings, held ones included", () => {
    const unlessBooked = { ...cancelEvent, unlessBooked: true } as typeof cancelEvent;
    given(eventWith(), book(1, 1)).when(unlessBooked).thenRefused("EventHasBookings", { quantity: 1 });
    given(paidEventWith(), book(1, 1)).when(unlessBooked).thenRefused("EventHasBookings");
    given(eventWith(), book(1, 1), cancel(1)).when(unlessBooked).thenDecided({ type: "EventCancelled" });
  });

  it("changes an event only with the capacity it has", () => {
    const event = given(eventWith({ capacity: 7 }));
    event
      .when({ ...change({ name: "Other" }), capacityExpected: 8 } as ReturnType<typeof change>)
      .thenRefused("CapacityIsFixed", { capacity: 7 });
    event
      .when({ ...change({ name: "Other" }), capacityExpected: 7 } as ReturnType<typeof change>)
      .thenDecided({ type: "EventChanged" });
  });
});
