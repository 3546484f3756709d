import { expect } from "chai";
import { inDays } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";

const FIELDS_001 =
  "id name description venue event_date total_capacity available_seats price status version created_at updated_at".split(
    " ",
  );
const FIELDS_004 = "start_time end_time capacity available_seats min_price max_price price_tiers".split(" ");

describe("events", () => {
  const system = sharedSystem();

  it("are created with 001's fields or 004's, by admins and organizers, under both paths", async () => {
    const { client, admin } = system();
    const organizer = await system().organizer();
    const in001 = {
      name: "Tech Conference",
      description: "Annual",
      venue: "Convention Center",
      event_date: inDays(9),
      total_capacity: 500,
      price: 99.99,
    };
    const { event_date: start_time, total_capacity: capacity, ...same } = in001;
    const in004 = { ...same, start_time, end_time: inDays(10), capacity, category: "tech", currency: "EUR" };
    for (const [path, token, body] of [
      ["/events", admin.token, in001],
      ["/admin/events", organizer.token, in004],
    ] as const) {
      const { status, headers, body: reply } = await client.post(path, body, { token });
      expect(status).to.equal(201);
      expect(reply.message).to.equal("Event created successfully");
      expect(headers.get("location")).to.equal(`/api/v1/events/${reply.data.id}`);
      expect(headers.get("etag")).to.equal('"1.1"');
      expect(reply.data).to.include.keys(...FIELDS_001, ...FIELDS_004);
      expect(reply.data).to.include({ status: "active", phase: "upcoming", sale_status: "open", version: 1 });
      expect(reply.data).to.include({
        total_capacity: 500,
        capacity: 500,
        available_seats: 500,
        price: 99.99,
      });
      expect(reply.data).to.include({
        event_date: start_time,
        start_time,
        min_price: 99.99,
        max_price: 99.99,
      });
      const seen = await client.get(`/events/${reply.data.id.toUpperCase()}`);
      expect(seen.body).to.deep.include({ data: reply.data, cached: false, success: true });
    }
  });

  it("take times with and without a zone; without one is UTC", async () => {
    const { client } = system();
    for (const [given, read] of [
      ["2030-05-01T19:00:00", "2030-05-01T19:00:00.000Z"],
      ["2030-05-01T19:00:00.5Z", "2030-05-01T19:00:00.500Z"],
      ["2030-05-01T19:00:00+02:00", "2030-05-01T17:00:00.000Z"],
      ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
    ] as const) {
      const event = await system().event({ event_date: given, sale_starts_at: "0000-01-01T00:00:00Z" });
      expect(event.event_date, given).to.equal(read);
      expect(event.sale_starts_at).to.equal("0000-01-01T00:00:00.000Z");
      expect((await client.get(`/events/${event.id}`)).status).to.equal(200);
    }
  });

  it("contradict themselves in no way", async () => {
    const { client, admin } = system();
    const body = { name: "E", venue: "V", event_date: inDays(2) };
    const tiers = [
      { tier: "A", price: 5, capacity: 2 },
      { tier: "B", price: 9, capacity: 3 },
    ];
    const wrong = [
      [{ price: 5 }, "total_capacity"],
      [{ total_capacity: 5 }, "price"],
      [{ price: 1.001, total_capacity: 1 }, "price"],
      [{ price: 1.5, total_capacity: 1, currency: "JPY" }, "price"],
      [{ price: 6, price_tiers: tiers }, "price"],
      [{ total_capacity: 6, price_tiers: tiers }, "total_capacity"],
      [{ price_tiers: [tiers[0], tiers[0]] }, "price_tiers"],
      [{ price_tiers: [] }, "price_tiers"],
      [{ price: 1, total_capacity: 1, capacity: 2 }, "capacity"],
    ] as const;
    for (const [fields, field] of wrong) {
      const reply = await client.post("/events", { ...body, ...fields }, { token: admin.token });
      expect(reply.status, JSON.stringify(fields)).to.equal(400);
      expect(reply.body.details, JSON.stringify(fields)).to.have.key(field);
    }
    const right = { ...body, price: 5, total_capacity: 5, capacity: 5, price_tiers: tiers };
    expect((await client.post("/events", right, { token: admin.token })).status).to.equal(201);
    const yen = { ...body, price: 500, total_capacity: 1, currency: "JPY" };
    expect((await client.post("/events", yen, { token: admin.token })).body.data.price).to.equal(500);
  });
});
