import { expect } from "chai";
import { placesIn, seatedEvent, seatIds } from "./seats-world.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const INVALID = { status: 400, code: "VALIDATION_ERROR" };
const CONFLICT = { status: 409, code: "BOOKING_STATE_CONFLICT" };

describe("cancelling a part of a booking", () => {
  const system = sharedSystem();

  async function booked(quantity = 3) {
    const event = await system().event({ price: 15 });
    const { token } = await system().person();
    const { data } = (await system().client.book(token, event.id, quantity)).body;
    const cancel = (body: unknown, key?: string) =>
      system().client.request("PUT", `/bookings/${data.id}/cancel`, {
        token,
        body,
        ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
      });
    return { event, data, token, cancel };
  }

  async function seated(...labels: string[]) {
    const event = await seatedEvent(system());
    const seats = await seatIds(system(), event.id);
    const { token } = await system().person();
    const ids = labels.map((label) => seats[label]);
    const body = { event_id: event.id, seat_ids: ids };
    const { data } = (await system().client.post("/bookings", body, { token })).body;
    const cancel = (seat_ids: unknown) =>
      system().client.request("PUT", `/bookings/${data.id}/cancel`, { token, body: { seat_ids } });
    return { event, seats, data, token, cancel };
  }

  it("by number needs a key, gives back what it says, and repeats its answer", async () => {
    const { event, data, token, cancel } = await booked();
    expectRefusal(await cancel({ quantity: 1 }), { ...INVALID, field: "Idempotency-Key" }, "without a key");
    const first = await cancel({ quantity: 2 }, "part-1");
    expect(first.status, JSON.stringify(first.body)).to.equal(200);
    const facts = { cancelled_quantity: 2, seats_returned: 2, refund_amount: 30, refunded_amount: 30 };
    expect(first.body.data).to.include({ status: "confirmed", quantity: 1, ...facts });
    expect(first.body).to.include({ message: "Tickets cancelled successfully", refunded_amount: 30 });
    const again = await cancel({ quantity: 2 }, "part-1");
    expect(again.headers.get("idempotency-replayed")).to.equal("true");
    expect(again.body.data).to.deep.equal(first.body.data);
    expect((await system().client.get(`/events/${event.id}`)).body.data.available_seats).to.equal(9);
    const seen = await system().client.get(`/bookings/${data.id}`, { token });
    expect(seen.body.data).to.include({ quantity: 1, status: "confirmed", refund_amount: 30 });
  });

  it("is the whole where it is all there is, and refused where it is more", async () => {
    const { cancel } = await booked(2);
    expectRefusal(await cancel({ quantity: 3 }, "more"), CONFLICT, "more than there are");
    const all = await cancel({ quantity: 2 }, "all");
    expect(all.body.data).to.include({ status: "cancelled", cancelled_quantity: 2, refund_amount: 30 });
  });

  it("that was refused is refused again with its key, also when all of it is cancelled by then", async () => {
    const event = await system().event({ price: 15, requires_payment: true });
    const { token } = await system().person();
    const { data } = (await system().client.book(token, event.id, 2)).body;
    const cancel = (body: unknown, key: string) =>
      system().client.request("PUT", `/bookings/${data.id}/cancel`, {
        token,
        body,
        headers: { "idempotency-key": key },
      });
    const first = await cancel({ quantity: 1 }, "held-part");
    expectRefusal(first, CONFLICT, "a part of what is held");
    expect((await cancel({}, "held-all")).body.data).to.include({ status: "cancelled" });
    const again = await cancel({ quantity: 1 }, "held-part");
    expectRefusal(again, CONFLICT, "the same again");
    expect(again.body.error).to.deep.equal(first.body.error);
    expect((await cancel({}, "another")).body.data, "what is so already").to.include({ status: "cancelled" });
  });

  it("by seats frees these very seats, and the same request again answers the same", async () => {
    const { event, seats, data, token, cancel } = await seated("A1", "A2", "A3");
    const first = await cancel([seats.A2]);
    expect(first.status, JSON.stringify(first.body)).to.equal(200);
    expect(first.body.data).to.include({
      cancelled_quantity: 1,
      refund_amount: 100,
      status: "confirmed",
      quantity: 2,
    });
    expect(first.body.data.cancelled_seat_ids).to.deep.equal([seats.A2]);
    expect(placesIn(first)).to.deep.equal(["A1", "A3"]);
    const again = await cancel([seats.A2]);
    expect(again.status).to.equal(200);
    expect(again.body.data).to.deep.equal(first.body.data);
    const other = await system().person();
    const body = { event_id: event.id, seat_ids: [seats.A2] };
    expect((await system().client.post("/bookings", body, { token: other.token })).status).to.equal(201);
    const rest = await cancel([seats.A3, seats.A1]);
    expect(rest.body.data).to.include({ status: "cancelled", cancelled_quantity: 2 });
    const seen = await system().client.get(`/bookings/${data.id}`, { token });
    expect(seen.body.data).to.include({ status: "cancelled", refund_amount: 300 });
  });

  it("frees a seat again that the booking got back by an exchange", async () => {
    const { seats, data, token, cancel } = await seated("A1", "A2", "A3");
    await cancel([seats.A2]);
    const body = { seat_ids: [seats.A1, seats.A2] };
    const exchanged = await system().client.post(`/bookings/${data.id}/exchange`, body, { token });
    expect(exchanged.status, JSON.stringify(exchanged.body)).to.equal(200);
    const second = await cancel([seats.A2]);
    expect(second.body.data).to.include({ cancelled_quantity: 1, quantity: 1, refund_amount: 100 });
    expect(placesIn(second)).to.deep.equal(["A1"]);
  });

  it("refuses seats that are not of the booking, and bodies that say two things", async () => {
    const { seats, data, token, cancel } = await seated("A1", "A2");
    expectRefusal(await cancel([seats.A1, seats.B1]), CONFLICT, "another seat");
    const elsewhere = await seatIds(system(), (await seatedEvent(system())).id);
    const bodies: readonly (readonly [unknown, string])[] = [
      [{ seat_ids: [elsewhere.A1] }, "seat_ids.0"],
      [{ seat_ids: [] }, "seat_ids"],
      [{ seat_ids: [seats.A1, seats.A1] }, "seat_ids.1"],
      [{ seat_ids: [seats.A1], quantity: 1 }, "quantity"],
      [{ quantity: 0 }, "quantity"],
      [{ reason: "ill" }, "reason"],
      ["[]", "body"],
      ["null", "body"],
    ];
    await leavesNothing(system(), async () => {
      for (const [body, field] of bodies) {
        const reply = await system().client.request("PUT", `/bookings/${data.id}/cancel`, { token, body });
        expectRefusal(reply, { ...INVALID, field }, JSON.stringify(body));
      }
    });
  });

  it("is for confirmed bookings: a hold goes as a whole", async () => {
    const event = await system().event({ requires_payment: true });
    const { token } = await system().person();
    const { data } = (await system().client.book(token, event.id, 2)).body;
    const headers = { "idempotency-key": "hold" };
    const body = { quantity: 1 };
    const reply = await system().client.request("PUT", `/bookings/${data.id}/cancel`, {
      token,
      body,
      headers,
    });
    expectRefusal(reply, CONFLICT, "a hold");
  });
});
