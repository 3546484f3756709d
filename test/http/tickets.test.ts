import { expect } from "chai";
import ical from "node-ical";
import { readCode } from "../../src/tickets/code.ts";
import { keysOfJwks } from "../../src/tickets/keys.ts";
import { readPdf, scanPng } from "../tickets/reading.ts";
import { seatedEvent, seatIds } from "./seats-world.ts";
import { type Person, sharedSystem } from "./shared-system.ts";
import { fetchRaw, ticketsOf, withTickets } from "./tickets-world.ts";
import { expectRefusal } from "./unchanged.ts";

const NOT_FOUND = { status: 404, code: "BOOKING_NOT_FOUND" };

describe("GET /bookings/:id/tickets", () => {
  const system = sharedSystem();

  it("gives each ticket with its number, code, place and holder", async () => {
    const { event, holder, booking } = await withTickets(system(), await system().organizer(), {
      quantity: 3,
    });
    await system().pool.query("update users set name = 'Zoë Holder' where id = $1", [holder.userId]);
    const reply = await system().client.get(`/bookings/${booking.id}/tickets`, { token: holder.token });
    expect(reply.status, JSON.stringify(reply.body)).to.equal(200);
    expect(reply.headers.get("cache-control")).to.equal("private, no-store");
    expect(reply.headers.get("vary")).to.match(/authorization, accept/i);
    const { data, count } = reply.body;
    expect(count).to.equal(3);
    expect(data).to.include({
      booking_id: booking.id,
      booking_reference: booking.booking_reference,
      quantity: 3,
    });
    expect(data.event).to.include({ id: event.id, name: "An Evening", venue: "The Hall" });
    for (const [at, ticket] of data.tickets.entries()) {
      expect(ticket).to.include({ number: at + 1, tier: "General", holder: "Zoë Holder", seat: null });
      expect(ticket).to.include({
        ticket_number: `${booking.booking_reference}-${at + 1}`,
        checked_in_at: null,
      });
    }
    const codes = data.tickets.map(({ code }: { code: string }) => code);
    expect(new Set(codes).size).to.equal(3);
    const byReference = `/bookings/reference/${booking.booking_reference}`;
    expect((await system().client.get(byReference, { token: holder.token })).status).to.equal(200);
    const again = await ticketsOf(system(), booking.booking_reference, holder.token);
    expect(again, "by reference, and the same codes").to.deep.equal(data.tickets);
  });

  it("gives codes that the public keys alone verify, which anybody may have", async () => {
    const { event, holder, booking } = await withTickets(system(), await system().organizer());
    const [ticket] = await ticketsOf(system(), booking.id, holder.token);
    const keys = await system().client.get("/tickets/keys");
    expect(keys.status).to.equal(200);
    expect(keys.headers.get("content-type")).to.equal("application/jwk-set+json");
    expect(keys.headers.get("cache-control")).to.match(/^public, max-age=\d+$/);
    expect(JSON.stringify(keys.body)).not.to.contain('"d"');
    const claim = { eventId: event.id, bookingId: booking.id, ticket: 1, issue: 1, place: "General" };
    const keyId = keys.body.keys[0].kid;
    expect(readCode(ticket.code, keysOfJwks(keys.body))).to.deep.equal({ type: "signed", claim, keyId });
  });

  it("names the seat that each is for, and keeps its number when others are cancelled", async () => {
    const event = await seatedEvent(system());
    const ids = await seatIds(system(), event.id);
    const { client } = system();
    const { token } = await system().person();
    const body = { event_id: event.id, seat_ids: [ids.A2, ids.A1, ids.C3].map(String) };
    const mixed = await client.post("/bookings", body, { token });
    expect(mixed.status, "seats of two tiers").to.equal(400);
    const seat_ids = [ids.A1, ids.A2, ids.B4].map(String);
    const { data } = (await client.post("/bookings", { event_id: event.id, seat_ids }, { token })).body;
    const tickets = await ticketsOf(system(), data.id, token);
    const places = tickets.map(({ seat }) => `${seat.section} ${seat.row}${seat.seat_number}`);
    expect(places).to.deep.equal(["Stalls A1", "Stalls A2", "Stalls B4"]);
    expect(tickets.map(({ seat }) => seat.id)).to.deep.equal(seat_ids);
    const part = { token, body: { seat_ids: [ids.A1] } };
    expect((await client.request("PUT", `/bookings/${data.id}/cancel`, part)).status).to.equal(200);
    expect(await ticketsOf(system(), data.id, token)).to.deep.equal(tickets.slice(1));
  });

  it("is for the owner, the event's organizer and admins; to others there is no such booking", async () => {
    const organizer = await system().organizer();
    const { holder, booking } = await withTickets(system(), organizer);
    const ask = (who: Person, query = "") =>
      system().client.get(`/bookings/${booking.id}/tickets${query}`, { token: who.token });
    for (const who of [holder, organizer, system().admin]) expect((await ask(who)).status).to.equal(200);
    const nobody = "00000000-0000-7000-8000-000000000000";
    const { body } = await system().client.get(`/bookings/${nobody}/tickets`, { token: holder.token });
    for (const who of [await system().person(), await system().organizer()]) {
      for (const query of ["", "?ticket=1", "?format=qr&ticket=1", "?format=pdf", "?format=ics"]) {
        const reply = await ask(who, query);
        expectRefusal(reply, NOT_FOUND, query);
        expect({ ...reply.body, timestamp: 0, request_id: 0 }).to.deep.equal({
          ...body,
          timestamp: 0,
          request_id: 0,
        });
      }
    }
    const anonymous = await system().client.get(`/bookings/${booking.id}/tickets`);
    expectRefusal(anonymous, { status: 401, code: "AUTH_REQUIRED" }, "anonymous");
  });

  it("has tickets of confirmed bookings only, and says what the booking is", async () => {
    const organizer = await system().organizer();
    const { client } = system();
    const held = await withTickets(system(), organizer, { requires_payment: true });
    const cancelled = await withTickets(system(), organizer);
    await client.request("PUT", `/bookings/${cancelled.booking.id}/cancel`, {
      token: cancelled.holder.token,
    });
    for (const [status, { booking, holder }] of Object.entries({ pending: held, cancelled })) {
      const reply = await client.get(`/bookings/${booking.id}/tickets`, { token: holder.token });
      expectRefusal(reply, { status: 409, code: "BOOKING_STATE_CONFLICT" }, status);
      expect(reply.body.status).to.equal(status);
    }
  });

  it("is a PDF with a page for each ticket, whose QR codes are the codes", async () => {
    const { holder, booking } = await withTickets(system(), await system().organizer(), { quantity: 2 });
    const tickets = await ticketsOf(system(), booking.id, holder.token);
    for (const [path, accept] of [
      ["?format=pdf", undefined],
      ["", "application/pdf"],
    ] as const) {
      const reply = await fetchRaw(system(), `/bookings/${booking.id}/tickets${path}`, {
        token: holder.token,
        ...(accept === undefined ? {} : { accept }),
      });
      expect(reply.status).to.equal(200);
      expect(reply.headers.get("content-type")).to.equal("application/pdf");
      expect(reply.headers.get("cache-control")).to.equal("private, no-store");
      expect(reply.headers.get("content-disposition")).to.equal(
        `inline; filename="tickets-${booking.booking_reference}.pdf"`,
      );
      const { pages, scan } = await readPdf(reply.bytes);
      expect(pages).to.have.length(2);
      for (const [at, { code, ticket_number }] of tickets.entries()) {
        expect(await scan(at + 1)).to.equal(code);
        expect(pages[at]).to.contain(ticket_number);
      }
    }
    const one = await fetchRaw(system(), `/bookings/${booking.id}/tickets?format=pdf&ticket=2`, holder);
    const { pages, scan } = await readPdf(one.bytes);
    expect(pages).to.have.length(1);
    expect(await scan(1)).to.equal(tickets[1].code);
  });

  it("is a QR code of one ticket, as PNG or SVG", async () => {
    const { holder, booking } = await withTickets(system(), await system().organizer(), { quantity: 2 });
    const [, second] = await ticketsOf(system(), booking.id, holder.token);
    expect(second.qr_url).to.equal(`/api/v1/bookings/${booking.id}/tickets?ticket=2&format=qr`);
    const path = second.qr_url.slice("/api/v1".length);
    const types: [string | undefined, string][] = [
      [undefined, "image/png"],
      ["image/*", "image/png"],
      ["image/svg+xml, text/html", "image/svg+xml"],
    ];
    for (const [accept, type] of types) {
      const reply = await fetchRaw(system(), path, {
        token: holder.token,
        ...(accept === undefined ? {} : { accept }),
      });
      expect(reply.headers.get("content-type"), accept).to.equal(type);
      if (type === "image/png") expect(scanPng(reply.bytes)).to.equal(second.code);
      else expect(reply.bytes.toString()).to.match(/^<svg /);
    }
    const byAccept = await fetchRaw(system(), `/bookings/${booking.id}/tickets?ticket=2`, {
      token: holder.token,
      accept: "image/png",
    });
    expect(scanPng(byAccept.bytes)).to.equal(second.code);
  });

  it("is an entry for a calendar", async () => {
    const { event, holder, booking } = await withTickets(system(), await system().organizer());
    const reply = await fetchRaw(system(), `/bookings/${booking.id}/tickets?format=ics`, holder);
    expect(reply.headers.get("content-type")).to.equal("text/calendar; charset=utf-8");
    const entry = Object.values(ical.sync.parseICS(reply.bytes.toString())).find(
      (part) => part?.type === "VEVENT",
    );
    expect(entry).to.include({ uid: booking.id, summary: "An Evening", status: "CONFIRMED" });
    expect((entry as { start: Date }).start.toISOString().slice(0, 19)).to.equal(
      event.event_date.slice(0, 19),
    );
  });

  it("says what it takes where nothing fits, or where two wishes contradict each other", async () => {
    const { holder, booking } = await withTickets(system(), await system().organizer());
    const ask = (query: string, accept?: string) =>
      system().client.get(`/bookings/${booking.id}/tickets${query}`, {
        token: holder.token,
        ...(accept === undefined ? {} : { headers: { accept } }),
      });
    const unfit = { status: 406, code: "NOT_ACCEPTABLE" };
    for (const accept of ["text/html", "application/xml, image/gif", "application/pdf;q=0"]) {
      const refused = await ask("", accept);
      expectRefusal(refused, unfit, accept);
      // A problem is no form of a ticket, although whoever takes problems gets tickets as JSON.
      expect(refused.body.error).to.include("application/json").and.not.to.include("problem+json");
    }
    const invalid = (field: string) => ({ status: 400, code: "VALIDATION_ERROR", field });
    expectRefusal(await ask("?format=pdf", "application/json"), invalid("format"), "pdf as JSON");
    const asCalendar = await ask("?format=json", "text/calendar");
    expectRefusal(asCalendar, invalid("format"), "JSON as calendar");
    expect(JSON.stringify(asCalendar.body)).not.to.include("problem+json");
    expectRefusal(await ask("?format=docx"), invalid("format"), "docx");
    expectRefusal(await ask("?format=pdf&format=json"), invalid("format"), "twice");
    expectRefusal(await ask("?format=qr"), invalid("ticket"), "which ticket");
    expectRefusal(await ask("", "image/png"), invalid("ticket"), "which ticket");
    for (const ticket of ["0", "1.5", "x", "-1", "99999999999"]) {
      expectRefusal(await ask(`?ticket=${ticket}`), invalid("ticket"), ticket);
    }
    expectRefusal(await ask("?ticket=2"), { status: 404, code: "TICKET_NOT_FOUND" }, "another's");
    expect((await ask("?format=json", "application/problem+json")).status).to.equal(200);
    expect((await ask("?format=pdf&unknown=1", "text/html, */*;q=0.8")).status).to.equal(200);
  });

  it("draws the tickets of a hundred while bookings go on", async () => {
    const { holder, booking, event } = await withTickets(system(), await system().organizer(), {
      quantity: 100,
    });
    const path = `/bookings/${booking.id}/tickets?format=pdf`;
    await fetchRaw(system(), path, holder);
    const drawing = Promise.all([1, 2, 3, 4].map(() => fetchRaw(system(), path, holder)));
    let isDone = false;
    void drawing.then(() => {
      isDone = true;
    });
    const began = performance.now();
    expect((await system().client.book(holder.token, event.id, 1)).status).to.equal(201);
    const bookedMs = performance.now() - began;
    expect(isDone, `booked in ${bookedMs} ms`).to.equal(false);
    const replies = await drawing;
    for (const { status, bytes } of replies) {
      expect(status).to.equal(200);
      expect(bytes.length).to.be.above(100_000);
    }
    expect((await readPdf(replies[3]?.bytes ?? Buffer.alloc(0))).pages).to.have.length(100);
  });
});
