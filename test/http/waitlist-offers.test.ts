import { expect } from "chai";
import { auditEvent } from "../support/books.ts";
import { type Person, sharedSystem } from "./shared-system.ts";

describe("offers of a waitlist", () => {
  const system = sharedSystem();
  const join = (person: Person, eventId: string, body: object = {}) =>
    system().client.post(`/waitlist/${eventId}/join`, body, { token: person.token });
  const place = (person: Person, eventId: string, method = "GET") =>
    system().client.request(method, `/waitlist/${eventId}/user/${person.userId}`, { token: person.token });
  const cancel = (person: Person, bookingId: string) =>
    system().client.request("DELETE", `/bookings/${bookingId}`, { token: person.token });

  /** An event whose two tickets are booked. */
  async function full(fields: object = {}) {
    const event = await system().event({ total_capacity: 2, ...fields });
    const owner = await system().person();
    const booking = (await system().client.book(owner.token, event.id, 2)).body.data;
    return { event, owner, booking };
  }

  it("are made for what is freed: the head declines, the next takes it", async () => {
    const { client } = system();
    const { event, owner, booking } = await full({ requires_payment: false });
    const [first, second] = [await system().person(), await system().person()];
    for (const one of [first, second]) await join(one, event.id, { quantity: 2 });
    await cancel(owner, booking.id);
    const offered = (await place(first, event.id)).body.data;
    expect(offered).to.include({ status: "offered", position: null, total_ahead: null });
    expect(Date.parse(offered.expires_at)).to.be.above(Date.now());
    const offer = await client.get(`/bookings/${offered.booking_id}`, { token: first.token });
    expect(offer.body.data).to.include({ status: "pending", quantity: 2, waitlist_id: offered.waitlist_id });
    expect((await client.get(`/events/${event.id}`)).body.data.available_seats).to.equal(0);
    const declined = await place(first, event.id, "DELETE");
    expect(declined.status, JSON.stringify(declined.body)).to.equal(200);
    const next = (await place(second, event.id)).body.data;
    expect(next.status).to.equal("offered");
    const confirm = `/bookings/${next.booking_id}/confirm`;
    const taken = await client.post(confirm, {}, { token: second.token });
    expect(taken.status, JSON.stringify(taken.body)).to.equal(200);
    expect((await place(second, event.id)).body.data.status).to.equal("converted");
    const { data } = (await client.get(`/waitlist/${event.id}/stats`)).body;
    expect(data).to.include({ total_waiting: 0, promotion_rate: 1 });
    expect(data.average_wait_time).to.be.a("number").within(0, 1);
    await auditEvent(system().database.url, event.id);
  });

  it("lapse to the next where nobody answers", async () => {
    const { event, owner, booking } = await full({ offer_ttl_seconds: 1 });
    const [first, second] = [await system().person(), await system().person()];
    for (const one of [first, second]) await join(one, event.id, { quantity: 2 });
    await cancel(owner, booking.id);
    let status = "";
    for (const until = Date.now() + 10_000; status !== "offered" && Date.now() < until; ) {
      status = (await place(second, event.id)).body.data.status;
    }
    expect(status).to.equal("offered");
    expect((await place(first, event.id)).body.data).to.include({ status: "lapsed", booking_id: null });
  });

  it("are not made of nothing when the organizer processes the line", async () => {
    const { client, admin } = system();
    const organizer = await system().organizer();
    const event = await client.createEvent(organizer.token, { total_capacity: 1 });
    const owner = await system().person();
    await client.book(owner.token, event.id, 1);
    const people = await system().people(3);
    for (const one of people) await join(one, event.id);
    const process = (token: string, body: object = {}) =>
      client.post(`/waitlist/${event.id}/process`, body, { token });
    const none = await process(organizer.token, { available_seats: 5 });
    expect(none.body).to.deep.include({ processed: 0, promoted_users: [] });
    // A paused sale offers nothing by itself; what piles up meanwhile is offered piece by piece.
    await client.post(`/events/${event.id}/pause`, {}, { token: organizer.token });
    const raised = { total_capacity: 4 };
    await client.request("PUT", `/events/${event.id}`, { token: organizer.token, body: raised });
    expect((await process(organizer.token, { available_seats: 2 })).body.processed).to.equal(0);
    await client.post(`/events/${event.id}/resume`, {}, { token: organizer.token });
    const places = await Promise.all(people.map((one) => place(one, event.id)));
    expect(places.map(({ body }) => body.data.status)).to.deep.equal(["offered", "offered", "offered"]);
    expect((await process((await system().organizer()).token)).status).to.equal(403);
    expect((await process(admin.token)).status).to.equal(200);
    expect((await process(admin.token, { available_seats: 0 })).status).to.equal(400);
  });
});
