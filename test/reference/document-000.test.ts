import { expect } from "chai";
import { io } from "socket.io-client";
import { eventually } from "../realtime/client.ts";
import { inDays } from "../support/client.ts";
import { referenceSystem } from "./reference-system.ts";
import { expectShape, type Shape } from "./shape.ts";

/* The requests of reference document 000, the quick reference of the system that 001 describes. */
describe("a client written from document 000", () => {
  const { client, send, admin, url } = referenceSystem();

  it("creates an event, books two tickets, and finds them again", async () => {
    const event = { name: "Tech Conference 2025", venue: "Convention Center", event_date: inDays(50) };
    const body = { ...event, total_capacity: 500, price: 99.99 };
    const { data } = await send(201, "POST", "/events", { token: admin(), body });
    expect(data).to.include({ total_capacity: 500, price: 99.99 });
    const { token, userId } = await client().register();
    const wish = { user_id: userId, event_id: data.id, quantity: 2 };
    const booked = await send(201, "POST", "/bookings", { token, body: wish });
    expectShape(booked.data, { booking_reference: "reference", total_amount: "number", status: "text" });
    expect(booked.data).to.include({ total_amount: 199.98, status: "confirmed" });
    const { booking_reference: reference, booking_id: id } = booked.data;
    expect((await send(200, "GET", `/bookings/user/${userId}`, { token })).data).to.have.length(1);
    expect((await send(200, "GET", `/bookings/reference/${reference}`, { token })).data.id).to.equal(id);
    expect((await send(200, "GET", "/events?status=active")).data).to.be.an("array");
    await send(200, "PUT", `/events/${data.id}`, { token: admin(), body: { price: 89.99 } });
    await send(200, "PUT", `/bookings/${id}/cancel`, { token });
    await send([200, 202], "DELETE", `/events/${data.id}`, { token: admin() });
  });

  it("joins a waitlist, and reads its chances under the names that it prints", async () => {
    const event = { name: "Full", venue: "Room", event_date: inDays(50), total_capacity: 1, price: 5 };
    const { data } = await send(201, "POST", "/events", { token: admin(), body: event });
    const buyer = await client().register();
    await send(201, "POST", "/bookings", { token: buyer.token, body: { event_id: data.id, quantity: 1 } });
    const { token, userId } = await client().register();
    const body = { user_id: userId, user_tier: "premium" };
    const joined = await send(201, "POST", `/waitlist/${data.id}/join`, { token, body });
    const place: Shape = { position: "number", estimatedWaitTime: "maybe number" };
    expectShape(joined.data, { ...place, promotionProbability: "maybe number" });
    await send(200, "GET", `/waitlist/${data.id}/user/${userId}`, { token });
    await send(200, "GET", `/waitlist/${data.id}/stats`);
    await send(200, "POST", `/waitlist/${data.id}/process`, { token: admin(), body: {} });
    await send(200, "DELETE", `/waitlist/${data.id}/user/${userId}`, { token });
  });

  it("sends a notification with a title, hears of bookings over Socket.IO, and reads the statistics", async () => {
    const { token, userId } = await client().register();
    const socket = io(`${url()}/notifications`, { transports: ["websocket"], forceNew: true });
    const heard: { booking_id?: string }[] = [];
    socket.on("booking_confirmed", (data) => heard.push(data));
    try {
      const bare = await socket.timeout(15_000).emitWithAck("authenticate", { userId });
      expect(bare, "a user id proves nothing").to.include({ ok: false, code: "AUTH_REQUIRED" });
      expect(await socket.timeout(15_000).emitWithAck("authenticate", { token })).to.include({ ok: true });
      const body = {
        user_id: userId,
        type: "test",
        title: "Welcome!",
        message: "Your notifications are active",
      };
      await send([200, 201, 202], "POST", "/notifications/send", { token: admin(), body });
      const event = await client().createEvent(admin());
      const booked = await client().book(token, event.id, 1);
      await eventually(() => heard.length > 0, "a push");
      expect(heard[0]?.booking_id).to.equal(booked.body.data.booking_id);
    } finally {
      socket.disconnect();
    }
    const { data } = await send(200, "GET", `/notifications/user/${userId}`, { token });
    expect(data.map(({ title }: { title: string }) => title)).to.include("Welcome!");
    await send(200, "GET", "/notifications/stats", { token: admin() });
    await send(200, "GET", "/health");
  });
});
