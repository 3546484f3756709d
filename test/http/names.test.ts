import { expect } from "chai";
import { underAllNames } from "../../src/http/names.ts";
import { ACCOUNT_NAMES } from "../../src/http/schemas/auth.ts";
import { BOOKING_NAMES } from "../../src/http/schemas/bookings.ts";
import { EVENT_NAMES } from "../../src/http/schemas/events.ts";
import { inDays } from "../support/client.ts";
import { sharedSystem } from "./shared-system.ts";

describe("names of fields", () => {
  const system = sharedSystem();

  it("are taken in both spellings, and as each document has them", () => {
    expect(EVENT_NAMES).to.include({
      start_time: "event_date",
      startTime: "event_date",
      eventDate: "event_date",
    });
    expect(EVENT_NAMES).to.include({
      capacity: "total_capacity",
      venueId: "venue_id",
      holdTtlSeconds: "hold_ttl_seconds",
    });
    expect(BOOKING_NAMES).to.include({ price_tier: "tier", priceTier: "tier", seatIds: "seat_ids" });
    expect(ACCOUNT_NAMES).to.include({
      full_name: "name",
      fullName: "name",
      first_name: "firstName",
      admin_token: "adminToken",
    });
    expect(EVENT_NAMES).to.not.have.any.keys("name", "event_date", "total_capacity");
  });

  it("say the same fact in a reply", () => {
    expect(underAllNames("booking", { id: "b", booking_reference: "r", status: "confirmed" })).to.deep.equal({
      id: "b",
      booking_id: "b",
      booking_reference: "r",
      booking_code: "r",
      status: "confirmed",
    });
    expect(underAllNames("person", { name: "Jo", is_active: true })).to.include({
      full_name: "Jo",
      isActive: true,
    });
  });

  it("may be given twice with one value, not with two", async () => {
    const { client, admin } = system();
    const event = {
      name: "Twice",
      venue: "Hall",
      startTime: inDays(9),
      total_capacity: 5,
      capacity: 5,
      price: 1,
    };
    const created = await client.post("/events", event, { token: admin.token });
    expect(created.status).to.equal(201);
    expect(created.body.data).to.include({ capacity: 5, total_capacity: 5 });
    expect(created.body.data.event_date).to.equal(created.body.data.start_time);
    const refused = await client.post("/events", { ...event, capacity: 6 }, { token: admin.token });
    expect([refused.status, refused.body.code]).to.deep.equal([400, "VALIDATION_ERROR"]);
    expect(refused.body.details).to.have.any.keys("capacity", "total_capacity");
  });
});
