import type { LedgerEntry } from "../domain/ledger.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { FeedSubscriber } from "../outbox/feed.ts";
import type { BookingPushes } from "./booking-pushes.ts";
import type { NewsKind } from "./event-news.ts";
import type { EventPushes } from "./event-pushes.ts";

const FIGURES: NewsKind = { availability: true, change: null };

/** What an outcome means to those who follow its event; null where they see nothing of it. */
function newsOf(outcome: Outcome): NewsKind | null {
  switch (outcome.type) {
    case "BookingConfirmed":
    case "BookingCancelled":
      return FIGURES;
    case "EventChanged":
      return { availability: true, change: "changed" };
    case "EventCancelled":
      return { availability: false, change: "cancelled" };
    case "SaleOpened":
      return { availability: false, change: "sale_opened" };
    case "SaleClosed":
      return { availability: false, change: "sale_closed" };
    case "EventCompleted":
      return { availability: false, change: "completed" };
    case "EventCreated":
    case "BookingRejected":
    case "BookingWithdrawn":
    case "CommandRefused":
      return null;
    default:
      return outcome satisfies never;
  }
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
    if (
      outcome.type === "BookingConfirmed" ||
      outcome.type === "BookingCancelled" ||
      outcome.type === "BookingRejected"
    ) {
      bookings.hear(entry, outcome);
    }
  }

  return {
    wants: hasListeners,
    hear(entries) {
      for (const entry of entries) for (const outcome of entry.decision) hearOutcome(entry, outcome);
    },
  };
}
