import type { LedgerEntry } from "../domain/ledger.ts";
import type { EventChanged, EventCreated, Outcome } from "../domain/outcome.ts";
import { NOT_REFUSED } from "../domain/sale-figures.ts";
import { foldBooking, isAboutBooking } from "./fold-booking.ts";
import type { At, FoldedEvent } from "./folded-event.ts";

const DAY_LENGTH = "2026-11-21".length;

/**
 * Adds the next entry of an event's ledger to what was added up of it before. Pure: the same ledger comes to the same
 * figures, whatever the pieces in which it is folded.
 * @throws Error where the entry is not the next one, or names a booking that does not stand.
 */
export function fold(event: FoldedEvent, { seq, command, decision, decidedAt }: LedgerEntry): void {
  const { standing } = event;
  if (seq !== standing.seq + 1)
    throw new Error(`invariant: entry ${standing.seq + 1} of event ${standing.eventId} is missing`);
  const at: At = { ms: decidedAt, day: new Date(decidedAt).toISOString().slice(0, DAY_LENGTH) };
  const [head] = decision;
  if (command.type === "BookTickets") {
    const measures = event.measuresOf(at.day);
    measures.requests += 1;
    measures.requested_tickets += command.quantity;
    event.minuteOf(at.ms).requests += 1;
  }
  if (head.type === "BookingRejected") foldRefused(event, head, at);
  for (const outcome of decision) {
    if (isAboutBooking(outcome)) foldBooking(event, outcome, at);
    else foldOther(event, outcome, at);
  }
  standing.seq = seq;
  standing.decidedAt = decidedAt;
}

function foldRefused(
  event: FoldedEvent,
  { reason, quantity }: Extract<Outcome, { type: "BookingRejected" }>,
  { ms, day }: At,
): void {
  const measures = event.measuresOf(day);
  if (reason === NOT_REFUSED) {
    measures.withdrawn += 1;
    return;
  }
  measures.refused += 1;
  measures.refused_tickets += quantity;
  event.minuteOf(ms).refused += 1;
  const refused = event.refusedOf(reason, day);
  refused.requests += 1;
  refused.tickets += quantity;
}

/** What is about money, the waitlist, or the event as a whole. Outcomes that are not named here are not counted. */
function foldOther(event: FoldedEvent, outcome: Outcome, { ms, day }: At): void {
  const { standing } = event;
  switch (outcome.type) {
    case "EventCreated":
      begin(event, outcome);
      return;
    case "EventChanged":
      change(event, outcome);
      return;
    case "EventCancelled":
    case "EventCompleted":
      standing.status = outcome.type === "EventCancelled" ? "cancelled" : "completed";
      // There is nothing to wait for any more.
      standing.waiting = 0;
      return;
    case "WaitlistJoined": {
      const measures = event.measuresOf(day);
      measures.waitlisted += 1;
      measures.waitlisted_tickets += outcome.quantity;
      event.minuteOf(ms).waitlisted += 1;
      standing.waiting += 1;
      return;
    }
    case "WaitlistLeft":
      event.measuresOf(day).waitlist_left += 1;
      standing.waiting -= 1;
      return;
    case "PaymentCaptured":
      event.measuresOf(day).paid += 1;
      event.measuresOf(day).captured_minor += outcome.amountMinor;
      return;
    case "PaymentFailed":
      if (!outcome.isCancelled) event.measuresOf(day).payments_failed += 1;
      return;
    case "RefundOwed":
      event.measuresOf(day).refunds_owed_minor += outcome.amountMinor;
      event.setRefund(outcome.refundId, outcome.amountMinor);
      return;
    case "RefundSettled":
      settle(event, outcome, day);
      return;
    case "TicketCheckedIn":
      event.measuresOf(day).checked_in += 1;
      return;
    default:
      return;
  }
}

/** One that failed is still owed; one that is reported again was paid once. */
function settle(
  event: FoldedEvent,
  { refundId, failure }: Extract<Outcome, { type: "RefundSettled" }>,
  day: string,
): void {
  const owedMinor = event.refunds.get(refundId);
  if (failure !== null || owedMinor == null) return;
  event.measuresOf(day).refunds += 1;
  event.measuresOf(day).refunded_minor += owedMinor;
  event.setRefund(refundId, null);
}

function begin({ standing }: FoldedEvent, { draft }: EventCreated): void {
  standing.ownerId = draft.createdBy;
  standing.currency = draft.currency;
  standing.category = draft.category ?? "";
  for (const { name, priceMinor, capacity } of draft.tiers)
    standing.tiers.push({ name, priceMinor, capacity });
}

function change({ standing }: FoldedEvent, { changes }: EventChanged): void {
  if (changes.category !== undefined) standing.category = changes.category ?? "";
  for (const { name, priceMinor, capacity } of changes.tiers ?? []) {
    const tier = standing.tiers.find((one) => one.name === name);
    if (tier === undefined)
      standing.tiers.push({ name, priceMinor: priceMinor ?? 0, capacity: capacity ?? 0 });
    else {
      tier.priceMinor = priceMinor ?? tier.priceMinor;
      tier.capacity = capacity ?? tier.capacity;
    }
  }
}
