import type { Outcome } from "../../../../src/domain/outcome.ts";
import type { EventBooks, Evidence, ProviderRow } from "../evidence.ts";
import { findingsOf } from "../findings.ts";
import { type Judgement, judged, notJudged } from "../judgement.ts";
import { Bookings, type Change } from "../ledger/changes.ts";

/** Captured money is a ticket, owed back, or kept by the event's refund policy: after every decision, and at the provider. */
export function judgeMoney({ events, findings, history, rest }: Evidence): Judgement {
  const violations = [
    ...events.flatMap(unbalanced),
    ...history.attempts.flatMap(believedForgery),
    ...findingsOf(findings, "I12"),
  ];
  const hasMoney = events.some(({ ledger }) =>
    ledger.some(({ decision }) => decision.some(({ type }) => type === "PaymentRequested")),
  );
  if (!hasMoney) return notJudged("no money was asked for", violations);
  if (events.some(({ provider }) => provider === null)) {
    return notJudged("the provider's own books were not read", violations);
  }
  if (rest.backlog.paymentTasks > 0) return notJudged("the provider was still to be asked", violations);
  return judged([...violations, ...events.flatMap(otherThanProvider)]);
}

interface Account {
  capturedMinor: number;
  owedMinor: number;
  /** What the refund policy left to the organizer. */
  keptMinor: number;
  /** What its tickets cost that somebody has. */
  ticketsMinor: number;
}

/** The books of an event's payments, by payment. */
class Accounts {
  readonly all = new Map<string, Account>();
  readonly #paidBy = new Map<string, string>();

  of(paymentId: string): Account {
    const account = this.all.get(paymentId) ?? {
      capturedMinor: 0,
      owedMinor: 0,
      keptMinor: 0,
      ticketsMinor: 0,
    };
    this.all.set(paymentId, account);
    return account;
  }

  /** The payments that an outcome touched. */
  hear(outcome: Outcome, change: Change | null): string[] {
    const paid = change === null ? [] : this.#moveTickets(change);
    switch (outcome.type) {
      case "PaymentCaptured":
        this.of(outcome.paymentId).capturedMinor += outcome.amountMinor;
        return [...paid, outcome.paymentId];
      case "RefundOwed":
        this.of(outcome.paymentId).owedMinor += outcome.amountMinor;
        return [...paid, outcome.paymentId];
      default:
        return paid;
    }
  }

  #moveTickets({ outcome, before, after }: Change): string[] {
    if (outcome.type === "BookingConfirmed" && outcome.paymentId !== undefined) {
      this.#paidBy.set(outcome.bookingId, outcome.paymentId);
    }
    const bookingId = (after ?? before)?.bookingId ?? "";
    const paymentId = this.#paidBy.get(bookingId);
    if (paymentId === undefined) return [];
    const worth = (one: Change["before"]) =>
      one?.status === "confirmed" ? one.unitPriceMinor * one.quantity : 0;
    const account = this.of(paymentId);
    account.ticketsMinor += worth(after) - worth(before);
    if ("refundMinor" in outcome) account.keptMinor += worth(before) - worth(after) - outcome.refundMinor;
    return [paymentId];
  }
}

function unbalanced({ eventId, ledger }: EventBooks): string[] {
  const bookings = new Bookings();
  const accounts = new Accounts();
  let requiresPayment = false;
  return ledger.flatMap(({ seq, decision }) => {
    const touched = new Set<string>();
    const wrong: string[] = [];
    for (const outcome of decision) {
      if (outcome.type === "EventCreated") requiresPayment = outcome.draft.requiresPayment ?? false;
      if (outcome.type === "EventChanged")
        requiresPayment = outcome.changes.requiresPayment ?? requiresPayment;
      const change = bookings.hear(outcome);
      if (isUnpaid(outcome, change, requiresPayment))
        wrong.push(`booking ${change?.after?.bookingId} is confirmed without money`);
      for (const id of accounts.hear(outcome, change)) touched.add(id);
    }
    for (const id of touched) wrong.push(...imbalanceOf(id, accounts.of(id)));
    return wrong.map((says) => `event ${eventId}, ledger ${seq}: ${says}`);
  });
}

/** A hold that became a booking although money was due for it. */
function isUnpaid(outcome: Outcome, change: Change | null, requiresPayment: boolean): boolean {
  if (outcome.type !== "BookingConfirmed" || !requiresPayment) return false;
  return outcome.unitPriceMinor > 0 && outcome.paymentId === undefined && change !== null;
}

function imbalanceOf(id: string, { capturedMinor, owedMinor, keptMinor, ticketsMinor }: Account): string[] {
  const isWhole = capturedMinor - owedMinor === ticketsMinor + keptMinor && keptMinor >= 0;
  return isWhole
    ? []
    : [
        `payment ${id}: ${capturedMinor} captured less ${owedMinor} owed back, and tickets for ${ticketsMinor} with ${keptMinor} kept`,
      ];
}

/**
 * Payments of which the provider and the ledger tell different sums. Once nothing is to be asked any more there is nothing
 * in between: the provider writes down what it takes and gives back before it says so.
 */
function otherThanProvider({ eventId, ledger, provider }: EventBooks): string[] {
  const own = ownSums(ledger);
  const theirs = provider ?? new Map<string, ProviderRow>();
  return [...new Set([...own.keys(), ...theirs.keys()])].flatMap((id) => {
    const [ours, other] = [own.get(id) ?? NOTHING, theirs.get(id) ?? NOTHING];
    return [
      ...(other.capturedMinor === ours.capturedMinor
        ? []
        : [
            `event ${eventId}: the provider took ${other.capturedMinor} for payment ${id}, the ledger has ${ours.capturedMinor}`,
          ]),
      ...(other.refundedMinor === ours.refundedMinor
        ? []
        : [
            `event ${eventId}: the provider gave ${other.refundedMinor} of payment ${id} back, the ledger has ${ours.refundedMinor}`,
          ]),
    ];
  });
}

const NOTHING: ProviderRow = { capturedMinor: 0, refundedMinor: 0 };

/** By payment, what the ledger says was taken and given back. */
function ownSums(ledger: EventBooks["ledger"]): ReadonlyMap<string, ProviderRow> {
  const sums = new Map<string, ProviderRow>();
  for (const outcome of ledger.flatMap(({ decision }) => decision)) {
    const { type } = outcome;
    if (type !== "PaymentCaptured" && (type !== "RefundSettled" || outcome.failure !== null)) continue;
    const { paymentId, amountMinor } = outcome;
    const { capturedMinor, refundedMinor } = sums.get(paymentId) ?? NOTHING;
    sums.set(
      paymentId,
      type === "PaymentCaptured"
        ? { capturedMinor: capturedMinor + amountMinor, refundedMinor }
        : { capturedMinor, refundedMinor: refundedMinor + amountMinor },
    );
  }
  return sums;
}

function believedForgery({ invoke: { op, id }, done }: Evidence["history"]["attempts"][number]): string[] {
  if (op.type !== "callback" || op.forgery === null || done === null || done.status === null) return [];
  return done.status === 401
    ? []
    : [`call-back ${op.callback} (operation ${id}, ${op.forgery}) was answered ${done.status}, not 401`];
}
