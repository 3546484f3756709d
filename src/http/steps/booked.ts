import type { LedgerEntry } from "../../domain/ledger.ts";
import type { BookingConfirmed, BookingHeld, WaitlistJoined } from "../../domain/outcome.ts";
import type { Seating } from "../../domain/seating.ts";
import type { BookingView, EventView, WaitlistEntryView } from "../../domain/views.ts";
import type { Standing } from "../desk.ts";
import { bookingOf } from "../presenters/booking.ts";
import type { Reads } from "../reads.ts";
import { refusalError } from "../refusals.ts";

/** How a booking stands when its request is answered. */
export type Booked =
  | { readonly type: "booked"; readonly booking: BookingView; readonly seating: Seating | null }
  | {
      readonly type: "waitlisted";
      readonly joined: WaitlistJoined;
      readonly event: EventView;
      /** Null where somebody was faster than this look: there may be an offer already, and no place in line. */
      readonly entry: WaitlistEntryView | null;
    }
  | {
      readonly type: "queued";
      readonly standing: Extract<Standing, { type: "queued" }>;
      readonly event: EventView;
    };

export type BookedReads = Pick<Reads, "event" | "seating" | "waitlistEntry">;

/** What became of a request for tickets. @throws ApiError where it was refused */
export async function bookedOf(reads: BookedReads, standing: Standing, event: EventView): Promise<Booked> {
  if (standing.type === "refused") throw refusalError(standing.refusal, event.currency, event.number);
  if (standing.type === "queued") return { type: "queued", standing, event };
  const [outcome] = standing.entry.decision;
  switch (outcome.type) {
    case "BookingConfirmed":
    case "BookingHeld":
      return await withBooking(reads, { entry: standing.entry, outcome, event });
    case "WaitlistJoined":
      return await waitlisted(reads, outcome, event);
    case "BookingRejected":
    case "CommandRefused":
      throw refusalError(outcome, event.currency, event.number);
    default:
      throw new Error(`invariant: a booking was decided as ${outcome.type}`);
  }
}

async function withBooking(
  reads: BookedReads,
  {
    entry,
    outcome,
    event,
  }: {
    readonly entry: LedgerEntry;
    readonly outcome: BookingConfirmed | BookingHeld;
    readonly event: EventView;
  },
): Promise<Booked> {
  // A tier that is younger than the event card needs a fresh look.
  const isKnown = event.tiers[outcome.tier] !== undefined;
  const current = isKnown ? event : ((await reads.event(event.eventId)) ?? event);
  const seating = outcome.seats === undefined ? null : await reads.seating(event.eventId);
  return { type: "booked", booking: bookingOf(entry, outcome, current), seating };
}

async function waitlisted(reads: BookedReads, joined: WaitlistJoined, event: EventView): Promise<Booked> {
  const entry = await reads.waitlistEntry(event.eventId, joined.userId);
  return { type: "waitlisted", joined, event, entry: entry?.id === joined.entryId ? entry : null };
}
