import { expect } from "chai";
import { type Person, sharedSystem } from "./shared-system.ts";
import { expectRefusal } from "./unchanged.ts";

interface Seat {
  readonly id: string;
}

const SECTIONS = [
  { name: "VIP", rows: ["A", "B"], seats_per_row: 3, price: 500 },
  { name: "Hall", tier: "Standard", rows: ["A"], seats_per_row: 4, price: 50 },
];
const SEATED = {
  price: undefined,
  total_capacity: undefined,
  seat_configuration: { sections: SECTIONS },
  requires_payment: false,
};

describe("blocked seats", () => {
  const system = sharedSystem();
  const move = (person: Person, id: string, how: "block" | "release", body: object) =>
    system().client.post(`/events/${id}/seats/${how}`, body, { token: person.token });
  const seatsOf = async (id: string): Promise<Seat[]> => {
    const { body } = await system().client.get(`/events/${id}/seats`);
    return body.data.sections.flatMap(({ rows }: { rows: { seats: Seat[] }[] }) =>
      rows.flatMap(({ seats }) => seats),
    );
  };

  it("are taken off sale and put back by the organizer, all or none", async () => {
    const organizer = await system().organizer();
    const event = await system().client.createEvent(organizer.token, SEATED);
    const [a, b, c] = await seatsOf(event.id);
    const blocked = await move(organizer, event.id, "block", { seat_ids: [a?.id, b?.id] });
    expect(blocked.status, JSON.stringify(blocked.body)).to.equal(200);
    expect(blocked.body.data).to.deep.include({ quantity: 2, status: "blocked", available_seats: 8 });
    expect(blocked.body.message).to.equal("2 seats blocked");
    const again = await move(organizer, event.id, "block", { seat_ids: [b?.id, c?.id] });
    expectRefusal(again, { status: 409, code: "BOOKING_SEATS_UNAVAILABLE" }, "one is blocked");
    expect(again.body.unavailable_seat_ids).to.deep.equal([b?.id]);
    const { token } = await system().person();
    const wish = { event_id: event.id, seat_ids: [a?.id] };
    expect((await system().client.post("/bookings", wish, { token })).status).to.equal(409);
    const row = await move(organizer, event.id, "block", { section: "VIP", row: "B" });
    expect(row.body.data).to.include({ quantity: 3, available_seats: 5 });
    const released = await move(organizer, event.id, "release", { seat_ids: [a?.id, b?.id] });
    expect(released.body.data).to.include({ quantity: 2, status: "available", available_seats: 7 });
    const one = { seat_ids: [b?.id] };
    expect((await move(organizer, event.id, "block", one)).body.message).to.equal("1 seat blocked");
    expect((await move(organizer, event.id, "release", one)).body.message).to.equal("1 seat released");
    expect((await system().client.post("/bookings", wish, { token })).status).to.equal(201);
  });

  it("are blocked by nobody else, and only where there are any", async () => {
    const other = await system().organizer();
    const [event, open] = [await system().event(SEATED), await system().event()];
    expect((await move(other, event.id, "block", { section: "VIP" })).status).to.equal(403);
    const { admin } = system();
    expect((await move(admin, open.id, "block", { section: "VIP" })).status).to.equal(409);
    const [foreign] = await seatsOf((await system().event(SEATED)).id);
    const wrong: readonly [object, string][] = [
      [{}, "body"],
      [{ section: "VIP", seat_ids: [foreign?.id] }, "body"],
      [{ row: "A" }, "body"],
      [{ section: "None" }, "section"],
      [{ section: "VIP", row: "Z" }, "row"],
      [{ seat_ids: [foreign?.id] }, "seat_ids"],
      [{ seat_ids: ["x"] }, "seat_ids.0"],
    ];
    for (const [body, field] of wrong) {
      const reply = await move(admin, event.id, "block", body);
      expectRefusal(reply, { status: 400, code: "VALIDATION_ERROR", field }, JSON.stringify(body));
    }
  });
});
