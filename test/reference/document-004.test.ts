import { expect } from "chai";
import { createEventlyClient, type EventlyClient } from "../../src/client/evently-client.ts";
import { inDays } from "../support/client.ts";
import { referenceSystem } from "./reference-system.ts";
import { expectShape, type Shape } from "./shape.ts";

/*
 * The requests of reference document 004 in its order, each with the fields that it prints for the reply. What the typed
 * client has types for goes through it; what it has none for, such as other names of fields, is sent as it is printed.
 */
const PASSWORD = "olive tram 58 in winter";
const TOKENS: Shape = {
  access_token: "text",
  refresh_token: "text",
  token_type: "text",
  expires_in: "number",
};

describe("a client written from document 004", () => {
  const { client, send, admin, url } = referenceSystem();
  const email = `reader-of-004-${process.pid}@example.com`;
  let token = "";
  let venueId = "";
  let eventId = "";
  let seats: string[] = [];
  let bookingId = "";
  let reader: EventlyClient;

  const typed = (as: string | null) => createEventlyClient({ baseUrl: url(), token: () => as });
  before(() => {
    reader = createEventlyClient({ baseUrl: url(), token: () => (token === "" ? null : token) });
  });

  it("registers, logs in, refreshes", async () => {
    const body = { email, password: PASSWORD, full_name: "John Doe", phone: "+1234567890" };
    const registered = await send(201, "POST", "/auth/register", { body });
    const user: Shape = { id: "uuid", email: "text", full_name: "text", role: "text", created_at: "time" };
    expectShape(registered, { success: "flag", data: { user, ...TOKENS }, message: "text" });
    const login = { body: { email, password: PASSWORD } };
    const signedIn = await replied(200, reader.POST("/api/v1/auth/login", login));
    expectShape(signedIn, { success: "flag", data: TOKENS, timestamp: "time" });
    const refresh = { body: { refresh_token: signedIn.data.refresh_token } };
    const refreshed = await replied(200, reader.POST("/api/v1/auth/refresh", refresh));
    expectShape(refreshed.data, TOKENS);
    token = refreshed.data.access_token;
  });

  it("creates an event with seats at a venue", async () => {
    const place = { name: "Central Park Arena", address: "123 Park Avenue", city: "New York", state: "NY" };
    const rest = { country: "USA", postal_code: "10001", capacity: 50_000, layout_config: {} };
    venueId = (await send(201, "POST", "/venues", { token: admin(), body: { ...place, ...rest } })).data.id;
    const section = { name: "VIP", rows: ["A", "B"], seats_per_row: 20, price: 300 };
    const body = {
      name: "New Year Concert",
      description: "Welcome the year with music",
      venue_id: venueId,
      start_time: inDays(60),
      end_time: inDays(60.2),
      capacity: 10_000,
      seat_configuration: { sections: [section] },
    };
    const created = await send(201, "POST", "/admin/events", { token: admin(), body });
    eventId = created.data.id;
    await send(200, "PUT", `/admin/events/${eventId}`, {
      token: admin(),
      body: { name: "New Year's Concert" },
    });
  });

  it("lists events, reads one with its venue and tiers, and its seats", async () => {
    const query = {
      page: 1,
      per_page: 20,
      status: "upcoming",
      venue_id: venueId,
      search: "concert",
    } as const;
    const list = await replied(200, reader.GET("/api/v1/events", { params: { query } }));
    const row: Shape = {
      id: "uuid",
      name: "text",
      description: "text",
      start_time: "time",
      end_time: "time",
    };
    const sums: Shape = {
      capacity: "number",
      available_seats: "number",
      min_price: "number",
      max_price: "number",
    };
    const pagination: Shape = { page: "number", per_page: "number", total: "number", total_pages: "number" };
    expectShape(list, { success: "flag", data: [{ ...row, ...sums, status: "text" }], pagination });
    expectShape(list.pagination, { has_next: "flag", has_prev: "flag" });
    const details: Shape = { id: "uuid", name: "text", city: "text", capacity: "number" };
    expectShape(list.data[0]?.venue_details, details);
    const path = { id: eventId };
    const one = await replied(200, reader.GET("/api/v1/events/{id}", { params: { path } }));
    const place: Shape = { ...details, address: "text", state: "text", country: "text", postal_code: "text" };
    const tier: Shape = { tier: "text", price: "number", available: "number" };
    expectShape(one.data, {
      ...row,
      ...sums,
      venue_details: { ...place, layout_config: "anything" },
      price_tiers: [tier],
    });
    const vip = { section: "VIP", price_tier: "VIP", status: "available" } as const;
    const map = await replied(200, reader.GET("/api/v1/events/{id}/seats", { params: { path, query: vip } }));
    const seat: Shape = { id: "uuid", seat_number: "text", price: "number", status: "text" };
    const sections: Shape = [{ name: "text", rows: [{ row: "text", seats: [seat] }] }];
    expectShape(map.data, {
      event_id: "uuid",
      sections,
      summary: { total_available: "number", by_tier: { VIP: "number" } },
    });
    seats = (map.data.sections[0]?.rows[0]?.seats ?? []).slice(0, 2).map(({ id }) => id);
  });

  it("books seats, once for each key, pays, and cancels", async () => {
    const headers = { "idempotency-key": "unique-request-id-123" };
    const body = { event_id: eventId, seat_ids: seats };
    const booked = await send(201, "POST", "/bookings", { token, body, headers });
    const seat: Shape = { section: "text", row: "text", seat_number: "text", price: "number" };
    const booking: Shape = { id: "uuid", booking_code: "reference", seats: [seat], total_amount: "number" };
    const event: Shape = { id: "uuid", name: "text", start_time: "time" };
    const times: Shape = { expires_at: "time", created_at: "time" };
    expectShape(booked.data, {
      booking: { ...booking, event, status: "text", ...times },
      payment_url: "text",
    });
    expect(booked.data.booking).to.include({ status: "pending", total_amount: 600 });
    bookingId = booked.data.booking.id;
    const again = await send(201, "POST", "/bookings", { token, body, headers });
    expect(again.data.booking.id).to.equal(bookingId);
    const other = await client().register();
    const taken = await send(409, "POST", "/bookings", { token: other.token, body });
    expect(taken.code).to.equal("BOOKING_SEATS_UNAVAILABLE");
    const pay = { payment_method: "credit_card", payment_details: { token: "tok_success" } };
    const paid = await send(200, "POST", `/bookings/${bookingId}/confirm`, { token, body: pay });
    expect(paid.data.status).to.equal("confirmed");
    const query = { status: "confirmed", page: 1, per_page: 20 } as const;
    const list = await replied(200, reader.GET("/api/v1/users/bookings", { params: { query } }));
    expect(list.data.map(({ id }) => id)).to.deep.equal([bookingId]);
    const path = { id: bookingId };
    const gone = await replied(200, reader.DELETE("/api/v1/bookings/{id}", { params: { path } }));
    const refund: Shape = {
      booking_id: "uuid",
      status: "text",
      refund_status: "text",
      refund_amount: "number",
    };
    expectShape(gone, { success: "flag", data: refund, message: "text" });
    expect(gone.data).to.include({ status: "cancelled", refund_amount: 600 });
  });

  it("is told that the payment failed, and that a booking has expired or is not there", async () => {
    const body = { event_id: eventId, seat_ids: seats };
    const { data } = await send(201, "POST", "/bookings", { token, body });
    const pay = { payment_method: "credit_card", payment_details: { token: "tok_decline" } };
    const failed = await send(402, "POST", `/bookings/${data.booking.id}/confirm`, { token, body: pay });
    expect(failed.code).to.equal("PAYMENT_FAILED");
    const initiated = await send([200, 201], "POST", data.payment_url.replace("/api/v1", ""), {
      token,
      body: {},
    });
    expectShape(initiated.data, { provider: "text", checkout_url: "text", expires_at: "time" });
    const params = { path: { id: "00000000-0000-7000-8000-000000000000" } };
    const missing = await refused(404, reader.GET("/api/v1/bookings/{id}", { params }));
    expect(missing.code).to.equal("BOOKING_NOT_FOUND");
    const nowhere = await refused(404, typed(null).GET("/api/v1/events/{id}", { params }));
    expect(nowhere.code).to.equal("EVENT_NOT_FOUND");
    const guess = { body: { email, password: "not the one 77" } };
    const wrong = await refused(401, typed(null).POST("/api/v1/auth/login", guess));
    expect(wrong.code).to.equal("AUTH_INVALID_CREDENTIALS");
  });

  it("reads and changes its profile", async () => {
    const stats: Shape = { total_bookings: "number", upcoming_events: "number", total_spent: "number" };
    const person: Shape = { id: "uuid", email: "text", full_name: "text", phone: "text", role: "text" };
    const profile = await replied(200, reader.GET("/api/v1/users/profile"));
    expectShape(profile, { success: "flag", data: { ...person, created_at: "time", stats } });
    const body = { full_name: "John Smith", phone: "+1234567891" };
    expect((await replied(200, reader.PUT("/api/v1/users/profile", { body }))).data).to.include(body);
  });

  it("joins a waitlist with its wishes for news", async () => {
    const event = { name: "Full", venue: "Room", event_date: inDays(50), total_capacity: 1, price: 5 };
    const full = (await send(201, "POST", "/events", { token: admin(), body: event })).data.id;
    await send(201, "POST", "/bookings", { token, body: { event_id: full, quantity: 1 } });
    const other = await client().register();
    const body = { event_id: full, notification_preferences: { email: true, sms: true } };
    const joined = await replied(201, typed(other.token).POST("/api/v1/waitlist/join", { body }));
    const place: Shape = { waitlist_id: "uuid", position: "number", event: { id: "uuid", name: "text" } };
    expectShape(joined, { success: "flag", data: { ...place, estimated_wait_time: "maybe number" } });
  });
});

interface Told<Data, Failure> {
  readonly data?: Data;
  readonly error?: Failure;
  readonly response: Response;
}

/** The body of a reply of the typed client. */
async function replied<Data, Failure>(status: number, asking: Promise<Told<Data, Failure>>): Promise<Data> {
  const { data, error, response } = await asking;
  expect(response.status, JSON.stringify(error)).to.equal(status);
  return data as Data;
}

async function refused<Data, Failure>(
  status: number,
  asking: Promise<Told<Data, Failure>>,
): Promise<Failure> {
  const { data, error, response } = await asking;
  expect(response.status, JSON.stringify(data)).to.equal(status);
  return error as Failure;
}
