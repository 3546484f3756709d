import { expect } from "chai";
import { sharedSystem } from "./shared-system.ts";

/** 001's fields of a booking, then 004's names for the same facts. */
const FIELDS_001 =
  "booking_id booking_reference user_id event_id quantity total_amount status created_at".split(" ");
const FIELDS_004 = "id booking_code event total_amount status created_at".split(" ");

describe("booking tickets", () => {
  const system = sharedSystem();

  it("answers 201 with every field of both documents and with one value for each fact", async () => {
    const buyer = await system().person();
    const event = await system().event({ price: 99.99, name: "Tech Conference", venue: "Convention Center" });
    const reply = await system().client.book(buyer.token, event.id, 2);
    const { data, message, success, timestamp } = reply.body;

    expect(reply.status).to.equal(201);
    expect({ success, message }).to.deep.equal({ success: true, message: "Tickets booked successfully" });
    expect(new Date(timestamp).toISOString()).to.equal(timestamp);
    expect(data).to.include.keys(...FIELDS_001);
    expect(data.booking).to.include.keys(...FIELDS_004);
    expect(data).to.include({
      user_id: buyer.userId,
      event_id: event.id,
      quantity: 2,
      price: 99.99,
      total_amount: 199.98,
      currency: "USD",
      status: "confirmed",
      payment_url: null,
      id: data.booking_id,
      booking_code: data.booking_reference,
    });
    expect(data.booking_reference).to.match(/^EVT\d{8}[0-9A-Z]{12}$/);
    expect(data.created_at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { booking, payment_url: _, ...flat } = data;
    expect(booking).to.deep.equal(flat);
    expect(booking.event).to.include({ id: event.id, name: "Tech Conference", venue: "Convention Center" });
    expect(booking.event.start_time).to.equal(event.event_date);
    expect(reply.headers.get("location")).to.equal(`/api/v1/bookings/${data.id}`);
    expect(reply.headers.get("cache-control")).to.equal("private, no-store");
  });

  it("takes the seats off the event, in the event's own figures", async () => {
    const buyer = await system().person();
    const event = await system().event({ total_capacity: 5 });
    await system().client.book(buyer.token, event.id, 3);
    const { body } = await system().client.get(`/events/${event.id}`);
    expect(body.data).to.include({
      total_capacity: 5,
      available_seats: 2,
      sold_seats: 3,
      sale_status: "open",
    });
    expect(body.data.price_tiers).to.deep.equal([
      { tier: "General", price: 20, capacity: 5, available: 2, seated: false, restricted: false },
    ]);
    await system().client.book(buyer.token, event.id, 2);
    const after = await system().client.get(`/events/${event.id}`);
    expect(after.body.data).to.include({ available_seats: 0, sale_status: "sold_out", status: "active" });
  });

  it("takes user_id for the caller only, and the documents' other spellings", async () => {
    const [buyer, other] = await system().people(2);
    const event = await system().event();
    const { client } = system();
    const token = buyer?.token ?? "";
    const camel = {
      userId: buyer?.userId,
      eventId: event.id.toUpperCase(),
      quantity: 1,
      price_tier: "General",
    };
    expect((await client.post("/bookings", camel, { token })).status).to.equal(201);
    const foreign = { user_id: other?.userId, event_id: event.id, quantity: 1 };
    const refused = await client.post("/bookings", foreign, { token });
    expect(refused.status).to.equal(403);
    expect(refused.body.code).to.equal("AUTH_UNAUTHORIZED");
    const contradiction = { event_id: event.id, eventId: buyer?.userId, quantity: 1 };
    const twice = await client.post("/bookings", contradiction, { token });
    expect(twice.status).to.equal(400);
    expect(twice.body.details).to.have.key("eventId");
  });

  it("shows a booking by id and by reference, to its owner and to admins", async () => {
    const buyer = await system().person();
    const event = await system().event();
    const { client, admin } = system();
    const { data } = (await client.book(buyer.token, event.id, 1)).body;
    const paths = [
      data.id,
      data.id.toUpperCase(),
      data.booking_reference,
      `reference/${data.booking_reference}`,
    ];
    for (const token of [buyer.token, admin.token]) {
      for (const path of paths) {
        const reply = await client.get(`/bookings/${path}`, { token });
        expect(reply.status, path).to.equal(200);
        expect(reply.body.data, path).to.include({
          id: data.id,
          status: "confirmed",
          event_name: event.name,
        });
        expect(reply.body.data.booking).to.deep.include({ event: data.event });
        expect(reply.headers.get("cache-control")).to.equal("private, no-store");
      }
    }
  });

  it("answers another person's booking like one that never was", async () => {
    const [owner, stranger] = await system().people(2);
    const event = await system().event();
    const { client } = system();
    const { data } = (await client.book(owner?.token ?? "", event.id, 1)).body;
    const absent = `${data.id.slice(0, -4)}${data.id.endsWith("0000") ? "1111" : "0000"}`;
    const ask = async (path: string, method = "GET") => {
      const { status, body } = await client.request(method, path, { token: stranger?.token ?? "" });
      const { timestamp: _, request_id: __, ...told } = body;
      return { status, told };
    };
    const missing = await ask(`/bookings/${absent}`);
    expect(missing.status).to.equal(404);
    expect(missing.told).to.include({ code: "BOOKING_NOT_FOUND", error: "Booking not found" });
    expect(await ask(`/bookings/${data.id}`)).to.deep.equal(missing);
    expect(await ask(`/bookings/reference/${data.booking_reference}`)).to.deep.equal(missing);
    expect(await ask(`/bookings/${data.id}/cancel`, "PUT")).to.deep.equal(missing);
    expect(await ask(`/bookings/${data.id}`, "DELETE")).to.deep.equal(missing);
    const still = await client.get(`/bookings/${data.id}`, { token: owner?.token ?? "" });
    expect(still.body.data.status).to.equal("confirmed");
  });
});
