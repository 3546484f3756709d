import { expect } from "chai";
import ical, { type VEvent } from "node-ical";
import type { BookingView, EventView } from "../../src/domain/views.ts";
import { renderCalendar } from "../../src/tickets/calendar.ts";

const BOOKING = {
  id: "0197f3a2-6d11-7001-8fe2-0000002a9c4b",
  reference: "EVT20300401ABCDEFGHJKMN",
  quantity: 2,
  tier: "Stalls",
  issue: 1,
  updatedAt: Date.UTC(2030, 0, 2),
} as BookingView;

const EVENT = {
  name: "Night Concert",
  venue: "City Hall",
  venueDetails: null,
  startsAt: Date.UTC(2030, 4, 1, 19),
  endsAt: Date.UTC(2030, 4, 1, 22),
  status: "active",
  version: 1,
  updatedAt: Date.UTC(2030, 0, 1),
} as EventView;

function entryOf(text: string) {
  const entries = Object.values(ical.sync.parseICS(text)).filter((part) => part?.type === "VEVENT");
  expect(entries).to.have.length(1);
  return entries[0] as VEvent & { readonly sequence: string };
}

describe("an event in a visitor's calendar", () => {
  it("is published with its time in UTC, its place and the booking", () => {
    const text = renderCalendar(BOOKING, EVENT);
    for (const line of [
      "METHOD:PUBLISH",
      "DTSTART:20300501T190000Z",
      "DTEND:20300501T220000Z",
      "STATUS:CONFIRMED",
    ]) {
      expect(text).to.contain(`\r\n${line}\r\n`);
    }
    const entry = entryOf(text);
    expect(entry).to.include({ uid: BOOKING.id, summary: "Night Concert", location: "City Hall" });
    expect(entry.description).to.equal("Booking EVT20300401ABCDEFGHJKMN, 2 tickets, Stalls");
    expect(entry.start.getTime()).to.equal(EVENT.startsAt);
    expect(entry.end?.getTime()).to.equal(EVENT.endsAt);
  });

  it("stays the same entry, newer with every change of the event and every issue of the tickets", () => {
    const sequences = [
      renderCalendar(BOOKING, EVENT),
      renderCalendar(BOOKING, { ...EVENT, version: 2 }),
      renderCalendar({ ...BOOKING, issue: 2 }, { ...EVENT, version: 2 }),
      renderCalendar({ ...BOOKING, issue: 2 }, { ...EVENT, version: 3, status: "cancelled" }),
    ].map((text) => entryOf(text));
    expect(new Set(sequences.map(({ uid }) => uid)).size).to.equal(1);
    expect(sequences.map(({ sequence }) => Number(sequence))).to.deep.equal([0, 1, 2, 3]);
    expect(sequences.map(({ status }) => status)).to.deep.equal([
      "CONFIRMED",
      "CONFIRMED",
      "CONFIRMED",
      "CANCELLED",
    ]);
  });

  it("has no end where the event has none, and lines that no name can break out of", () => {
    const name = "Rock\r\nEND:VEVENT\r\nBEGIN:VALARM\u2028; ACTION, \\n \u0000 ünï 😀";
    const text = renderCalendar({ ...BOOKING, reference: null }, { ...EVENT, name, endsAt: null });
    expect(text).not.to.contain("DTEND");
    expect(text.match(/^(BEGIN|END):.*$/gm)).to.have.length(4);
    const unfolded = text.replaceAll("\r\n ", "");
    expect(unfolded).to.contain("\r\nSUMMARY:Rock END:VEVENT BEGIN:VALARM \\; ACTION\\, \\\\n   ünï 😀\r\n");
    for (const line of text.split("\r\n")) expect(Buffer.byteLength(line)).to.be.at.most(75);
  });
});
