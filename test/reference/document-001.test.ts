import { expect } from "chai";
import { inDays } from "../support/client.ts";
import { referenceSystem } from "./reference-system.ts";
import { expectShape, type Shape } from "./shape.ts";

/*
 * The requests of reference document 001 in its order, each with the fields that it prints for the reply. Passwords are
 * others than its own: those are too common to be taken.
 */
const PASSWORD = "olive tram 58 in winter";
const USER: Shape = { id: "uuid", email: "text", name: "text", role: "text" };
const SIGNED_IN: Shape = {
  success: "flag",
  message: "text",
  data: { success: "flag", user: USER, token: "text", expiresIn: "text" },
};
const EVENT: Shape = {
  id: "uuid",
  name: "text",
  description: "text",
  venue: "text",
  event_date: "time",
  total_capacity: "number",
  available_seats: "number",
  price: "number",
  status: "text",
  created_at: "time",
};
const BOOKING: Shape = {
  booking_id: "uuid",
  booking_reference: "reference",
  user_id: "uuid",
  event_id: "uuid",
  quantity: "number",
  total_amount: "number",
  status: "text",
  created_at: "time",
};

describe("a client written from document 001", () => {
  const { client, send, admin } = referenceSystem();
  const email = `reader-of-001-${process.pid}@example.com`;
  let token = "";
  let userId = "";
  let eventId = "";
  let bookingId = "";
  let reference = "";

  it("registers, logs in, and asks who it is", async () => {
    const person = { email, name: "John Doe", password: PASSWORD, role: "user" };
    const registered = await send(201, "POST", "/auth/register", { body: person });
    expectShape(registered, SIGNED_IN);
    expect(registered.data.expiresIn).to.equal("24h");
    const login = { email, password: PASSWORD };
    const signedIn = await send(200, "POST", "/auth/login", { body: login });
    expectShape(signedIn, SIGNED_IN);
    token = signedIn.data.token;
    userId = signedIn.data.user.id;
    const profile = await send(200, "GET", "/auth/profile", { token });
    expectShape(profile, { success: "flag", user: { ...USER, isActive: "flag", memberSince: "time" } });
    const valid = await send(200, "GET", "/auth/validate", { token });
    expectShape(valid, { success: "flag", message: "text", valid: "flag", user: USER });
    expect(valid.valid).to.equal(true);
  });

  it("changes its password, logs out, and logs in again", async () => {
    const change = { currentPassword: PASSWORD, newPassword: `${PASSWORD} again` };
    const changed = await send(200, "POST", "/auth/change-password", { token, body: change });
    expectShape(changed, { success: "flag", message: "text" });
    const out = await send(200, "POST", "/auth/logout", { token });
    expectShape(out, { success: "flag", message: "text", hint: "text" });
    await send(401, "GET", "/auth/profile", { token });
    const login = { email, password: `${PASSWORD} again` };
    token = (await send(200, "POST", "/auth/login", { body: login })).data.token;
  });

  it("lists all users as an admin", async () => {
    const users = await send(200, "GET", "/auth/admin/users?page=1&limit=20", { token: admin() });
    const stats: Shape = { totalBookings: "number", totalSpent: "number" };
    expectShape(users, {
      success: "flag",
      data: [{ ...USER, isActive: "flag", memberSince: "time", stats }],
      pagination: { page: "number", limit: "number", total: "number", pages: "number" },
    });
    await send(403, "GET", "/auth/admin/users?page=1&limit=20", { token });
  });

  it("asks for the system's health and what it offers", async () => {
    expectShape(await send(200, "GET", "/health"), {
      status: "text",
      service: "text",
      timestamp: "time",
      uptime: "number",
      database: "text",
      redis: "text",
      memory: { used: "text", total: "text" },
    });
    const info = await send(200, "GET", "/");
    const endpoints: Shape = { events: "text", bookings: "text", waitlist: "text", notifications: "text" };
    expectShape(info, { success: "flag", service: "text", version: "text", endpoints, features: ["text"] });
  });

  it("creates an event as an admin, and everybody reads it", async () => {
    const event = {
      name: "Tech Conference 2025",
      description: "Annual technology conference",
      venue: "Convention Center",
      event_date: inDays(40),
      total_capacity: 500,
      price: 99.99,
    };
    const created = await send(201, "POST", "/events", { token: admin(), body: event });
    expectShape(created, { success: "flag", data: EVENT, message: "text" });
    expect(created.data).to.include({ available_seats: 500, price: 99.99, status: "active" });
    eventId = created.data.id;
    const list = await send(200, "GET", "/events?status=active&limit=50&offset=0", { token });
    expectShape(list, {
      success: "flag",
      data: [{ id: "uuid", price: "number" }],
      count: "number",
      cached: "flag",
    });
    const found = await send(200, "GET", "/events?status=active&search=tech+conference+2025&limit=100");
    expect(found.data.find(({ id }: { id: string }) => id === eventId)).to.include({
      venue: "Convention Center",
    });
    const one = await send(200, "GET", `/events/${eventId}`);
    expectShape(one, {
      success: "flag",
      data: { ...EVENT, version: "number", updated_at: "time" },
      cached: "flag",
    });
  });

  it("updates it", async () => {
    const body = { name: "Updated Event Name", description: "Updated description", price: 129.99 };
    const updated = await send(200, "PUT", `/events/${eventId}`, { token: admin(), body });
    expect(updated.data).to.include(body);
  });

  it("books, and is told how many are left where it asks for too many", async () => {
    const body = { user_id: userId, event_id: eventId, quantity: 2 };
    const booked = await send(201, "POST", "/bookings", { token, body });
    expectShape(booked, { success: "flag", data: BOOKING, message: "text" });
    expect(booked.data).to.include({ ...body, total_amount: 259.98, status: "confirmed" });
    ({ booking_id: bookingId, booking_reference: reference } = booked.data);
    const small = { name: "One seat", venue: "Room", event_date: inDays(9), total_capacity: 1, price: 5 };
    const { data } = await send(201, "POST", "/events", { token: admin(), body: small });
    const refused = await send(409, "POST", "/bookings", { token, body: { ...body, event_id: data.id } });
    expectShape(refused, {
      success: "flag",
      error: "text",
      available_seats: "number",
      requested_quantity: "number",
    });
    expect(refused).to.include({
      error: "Only 1 seats available",
      available_seats: 1,
      requested_quantity: 2,
    });
  });

  it("finds the booking by its reference and among its own, and the event among the popular ones", async () => {
    const found = await send(200, "GET", `/bookings/reference/${reference}`, { token });
    expectShape(found.data, {
      id: "uuid",
      booking_reference: "reference",
      quantity: "number",
      total_amount: "number",
      status: "text",
      event: { name: "text", venue: "text", event_date: "time" },
    });
    const own = await send(200, "GET", `/bookings/user/${userId}?status=confirmed&limit=20`, { token });
    const row: Shape = { id: "uuid", quantity: "number", total_amount: "number", status: "text" };
    const more: Shape = { booking_reference: "reference", created_at: "time", event_name: "text" };
    expectShape(own, {
      success: "flag",
      data: [{ ...row, ...more, venue: "text", event_date: "time" }],
      count: "number",
    });
    const popular = await send(200, "GET", "/events/popular?limit=10");
    const measures: Shape = { total_bookings: "number", booking_rate: "number", popularity_score: "number" };
    expectShape(popular, { success: "flag", data: [{ id: "uuid", name: "text", ...measures }] });
  });

  it("cancels the booking", async () => {
    const cancelled = await send(200, "PUT", `/bookings/${bookingId}/cancel`, { token });
    const fields: Shape = {
      booking_reference: "reference",
      refunded_amount: "number",
      seats_returned: "number",
    };
    expectShape(cancelled, { success: "flag", message: "text", ...fields });
    expect(cancelled).to.include({
      booking_reference: reference,
      refunded_amount: 259.98,
      seats_returned: 2,
    });
  });

  it("waits for tickets, sees its place, is served, and leaves", async () => {
    const small = { name: "Full house", venue: "Room", event_date: inDays(9), total_capacity: 1, price: 5 };
    const full = (await send(201, "POST", "/events", { token: admin(), body: small })).data.id;
    const first = await client().register();
    await send(201, "POST", "/bookings", { token: first.token, body: { event_id: full, quantity: 1 } });
    const wish = { user_id: userId, user_tier: "premium", quantity: 1 };
    const joined = await send(201, "POST", `/waitlist/${full}/join`, { token, body: wish });
    expectShape(joined, {
      success: "flag",
      message: "text",
      data: {
        waitlist_id: "uuid",
        position: "number",
        estimated_wait_time: "maybe number",
        promotion_probability: "maybe number",
        user_tier: "text",
        priority_score: "number",
      },
    });
    const place = await send(200, "GET", `/waitlist/${full}/user/${userId}`, { token });
    const estimates: Shape = { estimated_wait_time: "maybe number", promotion_probability: "maybe number" };
    const position: Shape = { position: "number", total_ahead: "number", status: "text", joined_at: "time" };
    expectShape(place, { success: "flag", data: { ...position, ...estimates } });
    expect(place.data).to.include({ position: 1, total_ahead: 0, status: "waiting" });
    const stats = await send(200, "GET", `/waitlist/${full}/stats`);
    const tiers: Shape = { vip: "number", premium: "number", basic: "number" };
    expectShape(stats.data, {
      total_waiting: "number",
      average_wait_time: "maybe number",
      promotion_rate: "maybe number",
      tiers,
    });
    const process = { token: admin(), body: { available_seats: 5 } };
    const processed = await send(200, "POST", `/waitlist/${full}/process`, process);
    expectShape(processed, { success: "flag", processed: "number", promoted_users: "anything" });
    const left = await send(200, "DELETE", `/waitlist/${full}/user/${userId}`, { token });
    expectShape(left, { success: "flag", message: "text", positions_updated: "number" });
  });

  it("sends and reads notifications", async () => {
    const message = { user_id: userId, type: "booking_confirmation", channels: ["websocket", "email"] };
    const body = { ...message, message: "Your booking has been confirmed!" };
    expect(
      (await send([200, 201, 202], "POST", "/notifications/send", { token: admin(), body })).success,
    ).to.equal(true);
    const news = { message: "Important update about your event", type: "event_update" };
    const broadcast = { ...news, channels: ["websocket", "email", "sms"] };
    await send([200, 201, 202], "POST", `/notifications/broadcast/${eventId}`, {
      token: admin(),
      body: broadcast,
    });
    const list = await send(200, "GET", `/notifications/user/${userId}?limit=20&unread_only=false`, {
      token,
    });
    const row: Shape = {
      id: "uuid",
      type: "text",
      message: "text",
      status: "text",
      created_at: "time",
      read: "flag",
    };
    expectShape(list, { success: "flag", data: [row] });
    const stats = await send(200, "GET", "/notifications/stats", { token: admin() });
    const way: Shape = { sent: "number", delivered: "number" };
    const channels: Shape = { websocket: way, email: way, sms: way };
    expectShape(stats.data, { total_sent: "number", delivery_rate: "maybe number", channels });
  });

  it("cancels the event, and what was paid goes back", async () => {
    await send(201, "POST", "/bookings", { token, body: { event_id: eventId, quantity: 1 } });
    const gone = await send([200, 202], "DELETE", `/events/${eventId}`, { token: admin() });
    const figures: Shape = { refunds_processed: "number", total_refund_amount: "number" };
    expectShape(gone, { success: "flag", message: "text", ...figures });
  });

  it("is refused in the documented form", async () => {
    const form: Shape = {
      success: "flag",
      error: "text",
      code: "text",
      details: "anything",
      timestamp: "time",
    };
    const nobody = await send(401, "GET", "/bookings");
    expectShape(nobody, form);
    expect(nobody.error).to.equal("Authentication required");
    const forged = await send(401, "GET", "/bookings", { token: "x.y.z" });
    expect(forged.error).to.equal("Invalid authentication token");
    const other = await send(403, "POST", "/notifications/send", { token, body: {} });
    expect(other.error).to.equal("Admin privileges required");
    expectShape(await send(400, "POST", "/bookings", { token, body: {} }), form);
    expectShape(await send(404, "GET", "/events/00000000-0000-7000-8000-000000000000"), form);
  });
});
