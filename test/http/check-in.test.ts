import { randomUUIDv7 } from "node:crypto";
import { expect } from "chai";
import { encodeTicket } from "../../src/tickets/code.ts";
import { anyKey } from "../tickets/claims.ts";
import { seatedEvent, seatIds } from "./seats-world.ts";
import { type Person, sharedSystem } from "./shared-system.ts";
import { ticketsOf, withTickets } from "./tickets-world.ts";
import { expectRefusal, leavesNothing } from "./unchanged.ts";

const INVALID = { status: 400, code: "TICKET_CODE_INVALID", field: "code" };

describe("POST /tickets/check-in", () => {
  const system = sharedSystem();
  const checkIn = (who: Person, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    system().client.post("/tickets/check-in", body, { token: who.token, headers });

  async function world(fields: Parameters<typeof withTickets>[2] = {}) {
    const organizer = await system().organizer();
    const sold = await withTickets(system(), organizer, fields);
    const tickets = await ticketsOf(system(), sold.booking.id, sold.holder.token);
    return { organizer, ...sold, tickets, code: tickets[0].code as string };
  }

  it("lets each ticket in once, and tells the next when and by whom it was used", async () => {
    const { organizer, booking, holder, tickets, event } = await world({ quantity: 2 });
    const reply = await checkIn(organizer, { code: tickets[1].code });
    expect(reply.status, JSON.stringify(reply.body)).to.equal(200);
    const { data } = reply.body;
    expect(data).to.include({
      ticket: 2,
      ticket_number: `${booking.booking_reference}-2`,
      booking_reference: booking.booking_reference,
      event_id: event.id,
      seat: null,
      tier: "General",
      checked_in_by: organizer.userId,
    });
    expect(data.holder).to.be.a("string");
    expect(Math.abs(Date.parse(data.checked_in_at) - Date.now())).to.be.below(10_000);
    const again = await checkIn(system().admin, { code: tickets[1].code });
    expectRefusal(again, { status: 409, code: "TICKET_ALREADY_USED" }, "again");
    expect(again.body).to.include({ checked_in_at: data.checked_in_at, checked_in_by: organizer.userId });
    expect(again.body).to.include({ ticket_number: data.ticket_number, reason: "already_used" });
    const seen = await ticketsOf(system(), booking.id, holder.token);
    expect(seen.map(({ checked_in_at }) => checked_in_at)).to.deep.equal([null, data.checked_in_at]);
    expect((await checkIn(organizer, { code: ` ${tickets[0].code}\n`, event_id: event.id })).status).to.equal(
      200,
    );
  });

  it("tells the same of a used ticket to whoever would give it back, hand it on or exchange it", async () => {
    const { organizer, booking, holder, tickets } = await world({ quantity: 2 });
    const { client } = system();
    await checkIn(organizer, { code: tickets[1].code });
    const again = (await checkIn(organizer, { code: tickets[1].code })).body;
    const { code, reason, ticket_number, checked_in_at, checked_in_by } = again;
    const { token } = holder;
    const path = `/bookings/${booking.id}`;
    for (const [method, route, body] of [
      ["POST", `${path}/transfer`, { to_user_id: organizer.userId }],
      ["POST", `${path}/exchange`, { tier: "General" }],
      ["PUT", `${path}/cancel`, {}],
      ["PUT", `${path}/cancel`, { quantity: 1 }],
      ["DELETE", path, undefined],
    ] as const) {
      const headers = { "idempotency-key": randomUUIDv7() };
      const reply = await client.request(method, route, { token, body, headers });
      expect(reply.status, `${method} ${route} ${JSON.stringify(reply.body)}`).to.equal(409);
      expect(reply.body).to.include({ code, reason, ticket_number, checked_in_at, checked_in_by });
    }
  });

  it("names the seat that the holder is to be shown to", async () => {
    const { admin, client } = system();
    const event = await seatedEvent(system());
    const ids = await seatIds(system(), event.id);
    const { token } = await system().person();
    const { data } = (await client.post("/bookings", { event_id: event.id, seat_ids: [ids.B3] }, { token }))
      .body;
    const [ticket] = await ticketsOf(system(), data.id, token);
    const reply = await checkIn(admin, { code: ticket.code });
    expect(reply.body.data.seat).to.deep.equal({ id: ids.B3, section: "Stalls", row: "B", seat_number: "3" });
  });

  it("answers the same key the same way, and other keys that the ticket is used", async () => {
    const { organizer, code } = await world();
    const key = { "idempotency-key": "scan-1" };
    const first = await checkIn(organizer, { code }, key);
    const retried = await checkIn(organizer, { code }, key);
    expect(retried.status).to.equal(200);
    expect(retried.headers.get("idempotency-replayed")).to.equal("true");
    expect(retried.body.data).to.deep.equal(first.body.data);
    const other = await checkIn(organizer, { code }, { "idempotency-key": "scan-2" });
    expectRefusal(other, { status: 409, code: "TICKET_ALREADY_USED" }, "another key");
    const otherBody = await checkIn(organizer, { code: (await world()).code }, key);
    expect(otherBody.status, "another organizer's event, whatever the key").to.equal(403);
  });

  it("is for the event's organizer and admins, not for other organizers", async () => {
    const { holder, code, event } = await world();
    for (const who of [holder, await system().person()]) {
      expectRefusal(await checkIn(who, { code }), { status: 403, code: "AUTH_UNAUTHORIZED" }, "a user");
    }
    const stranger = await system().organizer();
    const notYours = { status: 403, code: "AUTH_UNAUTHORIZED" };
    expectRefusal(await checkIn(stranger, { code }), notYours, "another organizer");
    expectRefusal(await checkIn(stranger, { code, event_id: event.id }), notYours, "by event");
    const nowhere = { code, event_id: randomUUIDv7() };
    expectRefusal(await checkIn(stranger, nowhere), { status: 404, code: "EVENT_NOT_FOUND" }, "no event");
    const anonymous = await system().client.post("/tickets/check-in", { code });
    expectRefusal(anonymous, { status: 401, code: "AUTH_REQUIRED" }, "anonymous");
    expect((await checkIn(system().admin, { code })).status, "nothing of this used it").to.equal(200);
  });

  it("tells tickets of another event from those of this one", async () => {
    const [here, elsewhere] = [await world(), await world()];
    const reply = await checkIn(here.organizer, { code: elsewhere.code, event_id: here.event.id });
    expectRefusal(reply, { status: 409, code: "TICKET_WRONG_EVENT" }, "wrong door");
    expect((await checkIn(elsewhere.organizer, { code: elsewhere.code })).status).to.equal(200);
  });

  it("refuses what was handed on, and takes what the new owner has", async () => {
    const { organizer, booking, holder, code } = await world();
    const other = await system().person();
    const body = { to_user_id: other.userId };
    await system().client.post(`/bookings/${booking.id}/transfer`, body, { token: holder.token });
    expectRefusal(
      await checkIn(organizer, { code }),
      { status: 409, code: "TICKET_REPLACED" },
      "the old one",
    );
    const [fresh] = await ticketsOf(system(), booking.id, other.token);
    expect(fresh.code).not.to.equal(code);
    expect((await checkIn(organizer, { code: fresh.code })).status).to.equal(200);
  });

  it("refuses what was exchanged, also where the seats came back", async () => {
    const { admin, client } = system();
    const event = await seatedEvent(system());
    const ids = await seatIds(system(), event.id);
    const { token } = await system().person();
    const { data } = (await client.post("/bookings", { event_id: event.id, seat_ids: [ids.A1] }, { token }))
      .body;
    const [first] = await ticketsOf(system(), data.id, token);
    for (const seat of [ids.A2, ids.A1]) {
      const reply = await client.post(`/bookings/${data.id}/exchange`, { seat_ids: [seat] }, { token });
      expect(reply.status, JSON.stringify(reply.body)).to.equal(200);
    }
    expectRefusal(
      await checkIn(admin, { code: first.code }),
      { status: 409, code: "TICKET_REPLACED" },
      "A1, once",
    );
    const [now] = await ticketsOf(system(), data.id, token);
    expect((await checkIn(admin, { code: now.code })).body.data.seat).to.include({
      row: "A",
      seat_number: "1",
    });
  });

  it("says of each ticket that no longer counts why", async () => {
    const { client } = system();
    const cancel = (id: string, token: string, body: object) =>
      client.request("PUT", `/bookings/${id}/cancel`, {
        token,
        body,
        headers: { "idempotency-key": "less" },
      });
    const expectNotValid = async (sold: Awaited<ReturnType<typeof world>>, at: number, reason: string) => {
      const reply = await checkIn(sold.organizer, { code: sold.tickets[at].code });
      expectRefusal(reply, { status: 409, code: "TICKET_NOT_VALID" }, reason);
      expect(reply.body.reason).to.equal(reason);
    };
    const whole = await world();
    await cancel(whole.booking.id, whole.holder.token, {});
    await expectNotValid(whole, 0, "booking_cancelled");
    const part = await world({ quantity: 2 });
    await cancel(part.booking.id, part.holder.token, { quantity: 1 });
    await expectNotValid(part, 1, "ticket_cancelled");
    const event = await world();
    await client.request("DELETE", `/events/${event.event.id}`, { token: event.organizer.token });
    await expectNotValid(event, 0, "event_cancelled");
  });

  it("takes no code that this system has not signed, and changes nothing for one", async () => {
    const { organizer, event, booking, code } = await world();
    const claim = { eventId: event.id, bookingId: booking.id, ticket: 1, issue: 1, place: "General" };
    const { kid } = (await system().client.get("/tickets/keys")).body.keys[0];
    const codes = [
      "nonsense",
      "EVT1.",
      booking.booking_reference,
      code.toLowerCase(),
      `${code}A`,
      code.slice(0, -1),
      `${code.slice(0, 40)}${code[40] === "A" ? "B" : "A"}${code.slice(41)}`,
      encodeTicket(claim, anyKey()),
      encodeTicket(claim, { ...anyKey(), id: kid }),
    ];
    await leavesNothing(system(), async () => {
      for (const forged of codes) {
        const reply = await checkIn(organizer, { code: forged });
        expectRefusal(reply, INVALID, forged);
        expect(JSON.stringify(reply.body), "is not repeated").not.to.contain(`"${forged}"`);
      }
    });
    const field = (name: string) => ({ status: 400, code: "VALIDATION_ERROR", field: name });
    const bodies: [unknown, string][] = [
      [{}, "code"],
      [{ code: 1 }, "code"],
      [{ code: "" }, "code"],
      [{ code: "x".repeat(1_001) }, "code"],
      [{ code, event_id: "mine" }, "event_id"],
      [{ code, user_id: organizer.userId }, "user_id"],
      [[code], "body"],
    ];
    for (const [body, name] of bodies) {
      expectRefusal(await checkIn(organizer, body), field(name), JSON.stringify(body).slice(0, 80));
    }
    expect((await checkIn(organizer, { code })).status).to.equal(200);
  });

  it("signed for a booking that is not there tells that", async () => {
    const { organizer, event, booking } = await world();
    const { rows } = await system().pool.query("select value from setting where name = 'ticket_signing_key'");
    const { signingKeyOf } = await import("../../src/tickets/keys.ts");
    const bookingId = `${booking.id.slice(0, 9)}0000${booking.id.slice(13)}`;
    const claim = { eventId: event.id, bookingId: bookingId as never, ticket: 1, issue: 1, place: "" };
    const reply = await checkIn(organizer, { code: encodeTicket(claim, signingKeyOf(rows[0].value)) });
    expectRefusal(reply, { status: 409, code: "TICKET_NOT_VALID" }, "restored from an older backup");
    expect(reply.body.reason).to.equal("booking_unknown");
  });

  it("answers 202 while no decision can be made, and the same key tells it later", async () => {
    const { organizer, code } = await world();
    const key = { "idempotency-key": "patient" };
    const early = await system().withoutWorker(() => checkIn(organizer, { code }, key));
    expect(early.status, JSON.stringify(early.body)).to.equal(202);
    expect(early.headers.get("retry-after")).to.equal("1");
    expect(early.body.data).not.to.have.property("checked_in_at");
    const later = await checkIn(organizer, { code }, key);
    expect(later.status).to.equal(200);
    expect(later.headers.get("idempotency-replayed")).to.equal("true");
  });

  it("keeps codes out of logs, ledger and mailbox", async () => {
    const { organizer, code, booking, holder } = await world();
    await checkIn(organizer, { code });
    await checkIn(organizer, { code: `${code}A` });
    await ticketsOf(system(), booking.id, holder.token);
    await checkIn(organizer, `{"code":"${code}"`);
    const printed = [system().api, system().worker, system().effects]
      .map(({ output }) => output.join(""))
      .join("");
    expect(printed).to.contain("/api/v1/tickets/check-in");
    expect(printed).not.to.contain("EVT1.");
    const { rows } = await system().pool.query(
      "select count(*)::integer as found from ledger where command::text like '%EVT1.%' or outcomes::text like '%EVT1.%'",
    );
    expect(rows[0].found).to.equal(0);
  });

  it("is counted for the door, by tier", async () => {
    const price_tiers = [
      { tier: "Floor", price: 10, capacity: 20 },
      { tier: "Balcony", price: 20, capacity: 20 },
    ];
    const fields = { price_tiers, total_capacity: undefined, price: undefined, quantity: 3 };
    const { organizer, event, tickets, booking, holder } = await world(fields);
    const { client } = system();
    const other = await system().person();
    await client.post(
      "/bookings",
      { event_id: event.id, quantity: 2, tier: "Balcony" },
      { token: other.token },
    );
    for (const { code } of tickets.slice(0, 2)) await checkIn(organizer, { code });
    const count = async () =>
      (await client.get(`/events/${event.id}/check-ins`, { token: organizer.token })).body.data;
    expect(await count()).to.deep.equal({
      event_id: event.id,
      checked_in: 2,
      expected: 5,
      tiers: [
        { tier: "Floor", checked_in: 2, expected: 3 },
        { tier: "Balcony", checked_in: 0, expected: 2 },
      ],
    });
    const body = { quantity: 1 };
    const headers = { "idempotency-key": "one less" };
    await client.request("PUT", `/bookings/${booking.id}/cancel`, { token: holder.token, body, headers });
    expect(await count()).to.include({ checked_in: 2, expected: 4 });
    const path = `/events/${event.id}/check-ins`;
    const stranger = await system().organizer();
    const notYours = { status: 403, code: "AUTH_UNAUTHORIZED" };
    expectRefusal(await client.get(path, { token: stranger.token }), notYours, "another organizer");
    const nowhere = await client.get(`/events/${randomUUIDv7()}/check-ins`, { token: stranger.token });
    expectRefusal(nowhere, { status: 404, code: "EVENT_NOT_FOUND" }, "no event");
    expect((await client.get(path, { token: holder.token })).status).to.equal(403);
  });
});
