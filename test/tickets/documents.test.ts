import { expect } from "chai";
import type { BookingStatus, BookingView, EventView } from "../../src/domain/views.ts";
import { createTicketDocuments } from "../../src/tickets/documents.ts";
import { print } from "../../src/tickets/print-job.ts";
import { anyKey } from "./claims.ts";
import { readPdf } from "./reading.ts";

const BOOKING = {
  id: "0197f3a2-6d11-7001-8fe2-0000002a9c4b",
  eventId: "0197f3a2-5c00-7d4e-8a11-2b3c4d5e6f70",
  userId: "0197f3a2-0000-7d4e-8a11-2b3c4d5e6f70",
  eventNumber: 42,
  status: "confirmed",
  reference: "EVT20300401ABCDEFGHJKMN",
  quantity: 2,
  tier: "Floor",
  seats: null,
  issue: 1,
  checkIns: [],
  updatedAt: 0,
} as unknown as BookingView;

const EVENT = {
  name: "Night Concert",
  venue: "City Hall",
  venueDetails: {
    address: "1 Main Street",
    city: "Springfield",
    postalCode: "12345",
    state: null,
    country: "US",
  },
  startsAt: Date.UTC(2030, 4, 1, 19),
  endsAt: null,
  status: "active",
  version: 1,
  updatedAt: 0,
} as unknown as EventView;

function documentsWith(booking: BookingView | null) {
  const key = anyKey();
  return createTicketDocuments({
    reads: {
      booking: async () => booking,
      event: async () => EVENT,
      seating: async () => null,
      nameOf: async () => "Jo Buyer",
    },
    keys: { signer: async () => key },
    printer: { print: async (job) => Buffer.from(await print(job)) },
  });
}

describe("what somebody is sent who has tickets", () => {
  it("is a PDF with all of them, an entry for the calendar, and a name for the file", async () => {
    const sent = await documentsWith(BOOKING).documentsOf(BOOKING.id);
    expect(sent?.fileName).to.equal("tickets-EVT20300401ABCDEFGHJKMN.pdf");
    const { pages, scan } = await readPdf(sent?.pdf ?? Buffer.alloc(0));
    expect(pages).to.have.length(2);
    expect(await scan(2)).to.match(/^EVT1\./);
    expect(pages[0]?.replaceAll(/\s+/g, " ")).to.contain("City Hall, 1 Main Street, 12345 Springfield, US");
    expect(sent?.ics).to.contain(`UID:${BOOKING.id}`);
    expect(sent?.ics).to.contain("LOCATION:City Hall\\, 1 Main Street\\, 12345 Springfield\\, US");
  });

  it("is nothing where there are no tickets, or none any more", async () => {
    expect(await documentsWith(null).documentsOf(BOOKING.id)).to.equal(null);
    const without: BookingStatus[] = ["queued", "pending", "cancelled", "expired", "rejected", "waitlisted"];
    for (const status of without) {
      expect(await documentsWith({ ...BOOKING, status }).documentsOf(BOOKING.id), status).to.equal(null);
    }
  });
});
