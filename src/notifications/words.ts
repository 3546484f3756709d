import type { KindName } from "./kinds.ts";

/** What the words are made of; amounts and times as people read them. */
export interface Facts {
  readonly event: string;
  /** The booking's reference, such as EVT20260401K3…; empty where there is no booking. */
  readonly reference: string;
  /** Such as `1 ticket` or `2 tickets`. */
  readonly tickets: string;
  /** What goes with that number. */
  readonly are: "is" | "are";
  /** What was paid, or is to be paid. */
  readonly total: string;
  /** What goes back; null: nothing. */
  readonly refund: string | null;
  readonly until: string;
  readonly reason: string;
  /** Whether the one who reads it is the one who handed the tickets over. */
  readonly isGiver: boolean;
}

interface Words {
  readonly title: string;
  readonly text: string;
}

/** Kinds that decisions about an event are told as. */
export type ToldKind = Exclude<
  KindName,
  "other" | "event_update" | "system_alert" | "password_changed" | "password_reset"
>;

const refunded = (refund: string | null) => (refund === null ? "" : ` ${refund} go back to you.`);

/** What people read, by kind. */
const WORDS: Readonly<Record<ToldKind, (facts: Facts) => Words>> = {
  booking_confirmed: ({ event, tickets, total, reference }) => ({
    title: `Booking confirmed: ${event}`,
    text: `You have ${tickets} for ${event} (${total}). Your booking reference is ${reference}.`,
  }),
  booking_pending: ({ event, tickets, are, total, until, reference }) => ({
    title: `Reserved: ${event}`,
    text: `${tickets} for ${event} (${total}) ${are} kept for you until ${until}. Booking reference ${reference}.`,
  }),
  booking_cancelled: ({ event, tickets, refund, reference }) => ({
    title: `Booking cancelled: ${event}`,
    text: `Your booking ${reference} of ${tickets} for ${event} is cancelled.${refunded(refund)}`,
  }),
  booking_reduced: ({ event, tickets, are, refund, reference }) => ({
    title: `Booking changed: ${event}`,
    text: `${tickets} of your booking ${reference} for ${event} ${are} cancelled; the rest stays.${refunded(refund)}`,
  }),
  booking_expired: ({ event, tickets, reference }) => ({
    title: `Reservation expired: ${event}`,
    text: `The time to pay for ${tickets} for ${event} is over. Booking ${reference} is no longer kept for you.`,
  }),
  booking_transferred: ({ event, tickets, reference, isGiver }) => ({
    title: isGiver ? `Tickets handed over: ${event}` : `Tickets for you: ${event}`,
    text: isGiver
      ? `Your booking ${reference} of ${tickets} for ${event} belongs to somebody else now.`
      : `Somebody handed ${tickets} for ${event} over to you. Your booking reference is ${reference}.`,
  }),
  tickets_exchanged: ({ event, tickets, refund, reference }) => ({
    title: `Tickets exchanged: ${event}`,
    text: `Your booking ${reference} for ${event} has other places now: ${tickets}.${refunded(refund)}`,
  }),
  payment_failed: ({ event, reason, reference }) => ({
    title: `Payment failed: ${event}`,
    text: `The payment of your booking ${reference} for ${event} failed: ${reason}`,
  }),
  refund_owed: ({ event, refund, reference }) => ({
    title: `Your money goes back: ${event}`,
    text: `Your payment for ${event} came when there were no tickets left for booking ${reference}.${refunded(refund)}`,
  }),
  refund_settled: ({ event, refund, reference }) => ({
    title: `Refunded: ${event}`,
    text: `${refund ?? "The amount"} of your booking ${reference} for ${event} was paid back.`,
  }),
  refund_failed: ({ event, refund, reference }) => ({
    title: `Refund delayed: ${event}`,
    text: `${refund ?? "The amount"} of your booking ${reference} for ${event} could not be paid back yet. We are looking into it.`,
  }),
  waitlist_joined: ({ event, tickets }) => ({
    title: `On the waitlist: ${event}`,
    text: `You are on the waitlist for ${tickets} for ${event}.`,
  }),
  waitlist_left: ({ event }) => ({
    title: `Off the waitlist: ${event}`,
    text: `You are no longer on the waitlist of ${event}: you have as many tickets as one person may have.`,
  }),
  waitlist_promoted: ({ event, tickets, are, total, until, reference }) => ({
    title: `Your turn: ${event}`,
    text: `${tickets} for ${event} (${total}) ${are} kept for you until ${until}. Accept or decline booking ${reference}.`,
  }),
  event_cancelled: ({ event, tickets, refund, reference }) => ({
    title: `Cancelled: ${event}`,
    text: `${event} is cancelled, and with it your booking ${reference} of ${tickets}.${refunded(refund)}`,
  }),
};

/** What a person reads of something that was decided. */
export function wordsOf(kind: ToldKind, facts: Facts): Words {
  return WORDS[kind](facts);
}
