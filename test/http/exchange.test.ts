import { expect } from "chai";
import { placesIn, seatedEvent, seatIds } from "./seats-world.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const INVALID = { status: 400, code: "VALIDATION_ERROR" };

describe("exchanging tickets", () => {
  const system = sharedSystem();

  async function booked(...labels: string[]) {
    const event = await seatedEvent(system());
    const seats = await seatIds(system(), event.id);
    const { token } = await system().person();
    const ids = labels.map((label) => seats[label]);
    const { data } = (
      await system().client.post("/bookings", { event_id: event.id, seat_ids: ids }, { token })
    ).body;
    const exchange = (body: unknown, as = token, headers = {}) =>
      system().client.post(`/bookings/${data.id}/exchange`, body, { token: as, headers });
    return { event, seats, token, data, exchange };
  }

  it("gives other seats for the booking's own, which are free again at once", async () => {
    const { event, seats, token, data, exchange } = await booked("A1", "A2");
    const reply = await exchange({ seat_ids: [seats.A2, seats.A3] });
    expect(reply.status, JSON.stringify(reply.body)).to.equal(200);
    expect(placesIn(reply)).to.deep.equal(["A2", "A3"]);
    expect(reply.body.data).to.include({
      id: data.id,
      status: "confirmed",
      refund_amount: 0,
      total_amount: 200,
    });
    const other = await system().client.post(
      "/bookings",
      { event_id: event.id, seat_ids: [seats.A1] },
      { token },
    );
    expect(other.status).to.equal(201);
  });

  it("pays back what is cheaper, and refuses what is dearer", async () => {
    const { exchange } = await booked("A1", "A2");
    const cheaper = await exchange({ tier: "Balcony", best_available: true, expected_total_amount: 80 });
    expect(cheaper.status, JSON.stringify(cheaper.body)).to.equal(200);
    expect(cheaper.body.data).to.include({ tier: "Balcony", refund_amount: 120, total_amount: 80 });
    const dearer = await exchange({ section: "Stalls" });
    expectRefusal(dearer, { status: 409, code: "BOOKING_STATE_CONFLICT" }, "dearer");
    expect(dearer.body.total_amount).to.equal(200);
  });

  it("is all or nothing: taken seats leave everything as it is", async () => {
    const { event, seats, token, data, exchange } = await booked("A1", "A2");
    const other = await system().person();
    const body = { event_id: event.id, seat_ids: [seats.B1] };
    await system().client.post("/bookings", body, { token: other.token });
    const reply = await exchange({ seat_ids: [seats.A3, seats.B1] });
    expectRefusal(reply, { status: 409, code: "BOOKING_SEATS_UNAVAILABLE", field: "seat_ids" }, "taken");
    expect(reply.body.unavailable_seat_ids).to.deep.equal([seats.B1]);
    const seen = await system().client.get(`/bookings/${data.id}`, { token });
    expect(placesIn(seen)).to.deep.equal(["A1", "A2"]);
    expectRefusal(
      await exchange({ seat_ids: [seats.A3] }),
      { status: 409, code: "BOOKING_STATE_CONFLICT" },
      "fewer",
    );
  });

  it("needs to know for what, and the price that it was told", async () => {
    const { seats, exchange } = await booked("A1", "A2");
    const bodies: readonly (readonly [unknown, string])[] = [
      [{}, "seat_ids"],
      [{ best_available: false }, "seat_ids"],
      [{ seat_ids: [seats.A3, seats.A4], section: "Stalls" }, "section"],
      [{ seat_ids: [seats.A3, "A4"] }, "seat_ids.1"],
      [{ quantity: 2 }, "quantity"],
      [{ tier: "Balcony", expected_total_amount: 0.001 }, "expected_total_amount"],
    ];
    for (const [body, field] of bodies) {
      expectRefusal(await exchange(body), { ...INVALID, field }, JSON.stringify(body));
    }
    const moved = await exchange({ tier: "Balcony", expected_total_amount: 70 });
    expectRefusal(
      moved,
      { status: 409, code: "PRICE_CHANGED", field: "expected_total_amount" },
      "another price",
    );
    expect(moved.body.total_amount).to.equal(80);
  });

  it("is the owner's alone", async () => {
    const { exchange } = await booked("A1");
    const { token } = await system().person();
    expectRefusal(
      await exchange({ tier: "Balcony" }, token),
      { status: 404, code: "BOOKING_NOT_FOUND" },
      "stranger",
    );
    await leavesNothing(system(), async () => {
      const keyed = await exchange({ tier: "Nowhere" }, token, { "idempotency-key": "swap" });
      expectRefusal(keyed, { status: 404, code: "BOOKING_NOT_FOUND" }, "stranger with a key");
    });
    expect((await exchange({ tier: "Balcony" }, system().admin.token)).status).to.equal(403);
  });
});
