import type { LedgerEntry } from "../domain/ledger.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { FeedSubscriber } from "../outbox/feed.ts";
import type { BookingPushes } from "./booking-pushes.ts";
import type { NewsKind } from "./event-news.ts";
import type { EventPushes } from "./event-pushes.ts";
import type { BookingOutcome } from "./present.ts";
import { seatsIn } from "./seat-news.ts";

const FIGURES: NewsKind = { availability: true, change: null };

/** What an outcome means to those who follow its event; null where they see nothing of it. */
function newsOf(outcome: Outcome): NewsKind | null {
  switch (outcome.type) {
    case "BookingConfirmed":
    case "BookingHeld":
    case "OfferMade":
    case "HoldExpired":
    case "BookingCancelled":
    case "BookingReduced":
    case "TicketsExchanged":
    case "SeatsBlocked":
    case "SeatsReleased":
      return FIGURES;
    case "EventChanged":
      return { availability: true, change: "changed" };
    case "EventCancelled":
      return { availability: false, change: "cancelled" };
    case "SaleOpened":
      return { availability: false, change: "sale_opened" };
    case "SaleClosed":
      return { availability: false, change: "sale_closed" };
    case "SalePaused":
      return { availability: false, change: "sale_paused" };
    case "SaleResumed":
      return { availability: false, change: "sale_resumed" };
    case "EventCompleted":
      return { availability: false, change: "completed" };
    default:
      return null;
  }
}

/** Outcomes that somebody is told in person. */
const PERSONAL: ReadonlySet<Outcome["type"]> = new Set<BookingOutcome["type"]>([
  "BookingConfirmed",
  "BookingHeld",
  "OfferMade",
  "HoldExpired",
  "BookingCancelled",
  "BookingReduced",
  "BookingTransferred",
  "BookingRejected",
  "WaitlistJoined",
]);

/** Whether somebody is told of it in person. */
export function isPersonal(outcome: Outcome): outcome is BookingOutcome {
  return PERSONAL.has(outcome.type);
}

/** Turns what was decided into pushes. `wants` keeps a process without sockets from reading any ledger. */
export function createHearing(parts: {
  readonly hasListeners: () => boolean;
  readonly bookings: BookingPushes;
  readonly events: EventPushes;
}): FeedSubscriber {
  const { hasListeners, bookings, events } = parts;

  function hearOutcome(entry: LedgerEntry, outcome: Outcome): void {
    const news = newsOf(outcome);
    if (news !== null) events.hear(entry.eventId, entry.seq, news);
    const seats = seatsIn(outcome);
    if (seats.length > 0) events.hearSeats(entry.eventId, entry.seq, seats);
    if (isPersonal(outcome)) bookings.hear(entry, outcome);
  }

  return {
    wants: hasListeners,
    hear(entries) {
      for (const entry of entries) for (const outcome of entry.decision) hearOutcome(entry, outcome);
    },
  };
}
