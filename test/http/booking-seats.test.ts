import { expect } from "chai";
import { placesIn, seatedEvent, seatIds } from "./seats-world.ts";
import { sharedSystem } from "./shared-system.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const INVALID = { status: 400, code: "VALIDATION_ERROR" };
const UNAVAILABLE = { status: 409, code: "BOOKING_SEATS_UNAVAILABLE" };

describe("booking seats", () => {
  const system = sharedSystem();

  async function world(fields: Readonly<Record<string, unknown>> = {}) {
    const event = await seatedEvent(system(), fields);
    const seats = await seatIds(system(), event.id);
    const { token } = await system().person();
    const book = (body: Readonly<Record<string, unknown>>, as = token) =>
      system().client.post("/bookings", { event_id: event.id, ...body }, { token: as });
    return { event, seats, token, book };
  }

  it("books the seats that are named, and tells where they are", async () => {
    const { seats, book, token } = await world();
    const reply = await book({ seat_ids: [seats.A2, seats.A1?.toUpperCase()] });
    expect(reply.status, JSON.stringify(reply.body)).to.equal(201);
    expect(reply.body.data).to.include({
      quantity: 2,
      tier: "Stalls",
      total_amount: 200,
      status: "confirmed",
    });
    expect(reply.body.data.seats).to.have.deep.members([
      { id: seats.A1, section: "Stalls", row: "A", seat_number: "1", price: 100 },
      { id: seats.A2, section: "Stalls", row: "A", seat_number: "2", price: 100 },
    ]);
    const seen = await system().client.get(`/bookings/${reply.body.data.id}`, { token });
    expect(seen.body.data.seats).to.deep.equal(reply.body.data.seats);
    const listed = await system().client.get("/bookings", { token });
    expect(listed.body.data[0].seats).to.deep.equal(reply.body.data.seats);
  });

  it("gives all of them or none, and names those that are gone", async () => {
    const { event, seats, book } = await world();
    await book({ seat_ids: [seats.A1] }, (await system().person()).token);
    const reply = await book({ seat_ids: [seats.A1, seats.A2] });
    expectRefusal(reply, { ...UNAVAILABLE, field: "seat_ids" }, "one is taken");
    expect(reply.body.unavailable_seat_ids).to.deep.equal([seats.A1]);
    const { body } = await system().client.get(`/events/${event.id}`);
    expect(body.data.available_seats).to.equal(10);
  });

  it("refuses ids that cannot be meant, and says which", async () => {
    const { seats, book } = await world();
    const other = await seatIds(system(), (await seatedEvent(system())).id);
    const wrong: readonly (readonly [unknown, string])[] = [
      [[seats.A1, "A2"], "seat_ids.1"],
      [[seats.A1, seats.A2, seats.A1], "seat_ids.2"],
      [[seats.A1, other.A2], "seat_ids.1"],
      [["00000000-0000-7000-8000-000000000000"], "seat_ids.0"],
      [[], "seat_ids"],
      ["A1", "seat_ids"],
      [null, "seat_ids"],
    ];
    await leavesNothing(system(), async () => {
      for (const [seat_ids, field] of wrong) {
        expectRefusal(await book({ seat_ids }), { ...INVALID, field }, JSON.stringify(seat_ids));
      }
      const both = [seats.A1, seats.A2];
      expectRefusal(await book({ seat_ids: both, quantity: 1 }), { ...INVALID, field: "quantity" }, "number");
      expectRefusal(await book({ seat_ids: both, tier: "Stalls" }), { ...INVALID, field: "tier" }, "tier");
      expectRefusal(
        await book({ seat_ids: both, section: "Stalls" }),
        { ...INVALID, field: "section" },
        "section",
      );
      expectRefusal(await book({}), { ...INVALID, field: "quantity" }, "neither");
    });
    expectRefusal(
      await book({ seat_ids: [seats.A1, seats.C1] }),
      { ...INVALID, field: "seat_ids" },
      "two tiers",
    );
    expect((await book({ seat_ids: [seats.A1, seats.A2], quantity: 2 })).status).to.equal(201);
  });

  it("chooses the best seats beside each other, in a section too, or says that there are none", async () => {
    const { seats, book } = await world();
    const best = await book({ quantity: 2, best_available: true, tier: "Stalls" });
    expect(best.status, JSON.stringify(best.body)).to.equal(201);
    const [first, second] = placesIn(best);
    expect(first?.[0]).to.equal("A");
    expect(Number(second?.[1]) - Number(first?.[1])).to.equal(1);
    const section = await book({ quantity: 1, best_available: true, section: "Balcony" });
    expect(section.body.data).to.include({ tier: "Balcony", price: 40 });
    const none = await book({ quantity: 3, best_available: true, section: "Balcony" });
    expectRefusal(none, { ...UNAVAILABLE, field: "quantity" }, "two are left");
    expect(none.body).to.include({ available_seats: 2, requested_quantity: 3 });
    const nowhere = await book({ quantity: 1, best_available: true, section: "Pit" });
    expectRefusal(nowhere, { ...UNAVAILABLE, field: "section" }, "no such section");
    await book({ seat_ids: [seats.B2] });
    const apart = await book({ quantity: 4, best_available: true, section: "Stalls" });
    expectRefusal(apart, { ...UNAVAILABLE, field: "quantity" }, "no four beside each other");
    expect((await book({ quantity: 4, tier: "Stalls" })).body.data).to.include({
      quantity: 4,
      tier: "Stalls",
    });
  });

  it("refuses seats where an event has none", async () => {
    const { token } = await system().person();
    const event = await system().event();
    const body = { event_id: event.id, quantity: 1, best_available: true };
    const reply = await system().client.post("/bookings", body, { token });
    expectRefusal(reply, UNAVAILABLE, "general admission");
  });

  it("has one winner where many want the same seat, and clear refusals for all others", async () => {
    const { seats, book } = await world();
    const people = await system().people(40);
    const replies = await Promise.all(people.map(({ token }) => book({ seat_ids: [seats.A1] }, token)));
    expect(replies.filter(({ status }) => status === 201)).to.have.length(1);
    for (const { status, body } of replies.filter(({ status }) => status !== 201)) {
      expect({ status, code: body.code }).to.deep.equal(UNAVAILABLE);
      expect(body.unavailable_seat_ids).to.deep.equal([seats.A1]);
    }
  });

  it("puts a buyer on the waitlist where that was asked for and the event is full", async () => {
    const { event, book } = await world({ max_tickets_per_booking: 11 });
    const [owner, waiting] = await system().people(2);
    for (const tier of ["Stalls", "Balcony"]) {
      await book({ quantity: tier === "Stalls" ? 8 : 3, tier }, owner?.token);
    }
    const token = waiting?.token ?? "";
    const reply = await book({ quantity: 2, waitlist_if_full: true }, token);
    expect(reply.status, JSON.stringify(reply.body)).to.equal(202);
    const { data } = reply.body;
    expect(data).to.include({
      status: "waitlisted",
      quantity: 2,
      event_id: event.id,
      position: 1,
      payment_url: null,
    });
    expect(data.waitlist_id).to.equal(data.id);
    const seen = await system().client.get(`/bookings/${data.id}`, { token });
    expect(seen.body.data).to.include({ status: "waitlisted", waitlist_id: data.id });
    const again = await book({ quantity: 1, waitlist_if_full: true }, token);
    expectRefusal(again, { status: 409, code: "WAITLIST_ALREADY_JOINED" }, "again");
    expectRefusal(
      await book({ quantity: 1 }, token),
      { status: 409, code: "EVENT_SOLD_OUT" },
      "not asked for",
    );
  });
});
