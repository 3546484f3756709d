import type { KindName } from "../kinds.ts";
import type { Particulars } from "./particulars.ts";

/** What there is about a mail besides its message. */
export interface Occasion extends Particulars {
  readonly hasTickets: boolean;
  /** Whether the letter has a link that carries the code which resets a password. */
  readonly hasLink: boolean;
  /** Where a program sends that code. */
  readonly resetAddress: string;
}

/** What a mail of one kind says after the message itself, and what its columns are called. */
export interface Wording {
  readonly more: (occasion: Occasion) => readonly (string | null)[];
  readonly labels?: Partial<Readonly<Record<"quantity" | "expiresAt", string>>>;
  /** Instead of the general one. */
  readonly footer?: readonly string[];
}

const TICKETS_END = "Tickets that were handed out for it do not open a door any more.";
const TICKETS_NEW = "Tickets that were handed out for it before are not valid any more: fetch the new ones.";
const MONEY_BACK = "What was paid and is owed to you goes back the way it was paid.";
const NOT_YOU = "Look through your bookings then, too.";
const SECURITY_FOOTER = ["This mail is about the safety of your account; it is always sent."];
const NOTHING_MORE: Wording = { more: () => [] };

/** What follows the message itself. One for each kind that there is: the compiler asks for a new one. */
export const WORDINGS = {
  booking_confirmed: {
    more: ({ hasTickets }) => [
      hasTickets
        ? "Your tickets are attached as a PDF; show the code of each at the door. The other file puts the event into your calendar."
        : "You find your tickets with the booking in your account.",
    ],
  },
  booking_pending: {
    more: () => ["Pay before then, or the tickets go on sale again."],
    labels: { expiresAt: "Pay by" },
  },
  booking_cancelled: { more: () => [TICKETS_END, MONEY_BACK] },
  booking_reduced: { more: () => [TICKETS_NEW, MONEY_BACK], labels: { quantity: "Cancelled tickets" } },
  booking_expired: { more: () => ["The tickets are on sale again."] },
  booking_transferred: { more: () => [TICKETS_NEW] },
  tickets_exchanged: { more: () => [TICKETS_NEW, MONEY_BACK] },
  payment_failed: {
    more: ({ expiresAt }) => [
      "Nothing was charged.",
      expiresAt === null ? null : `The tickets are kept for you until ${expiresAt}; you can pay before then.`,
    ],
    labels: { expiresAt: "Pay by" },
  },
  refund_owed: { more: () => [MONEY_BACK] },
  refund_settled: {
    more: () => ["Depending on your bank it takes some days until you see it on your account."],
  },
  refund_failed: { more: () => ["You do not have to do anything."] },
  waitlist_joined: {
    more: () => ["When it is your turn, we keep tickets for you for some time and tell you."],
  },
  waitlist_left: NOTHING_MORE,
  waitlist_promoted: {
    more: ({ expiresAt }) => [
      expiresAt === null
        ? "Accept soon, or the tickets are offered to the next in line."
        : `Accept by confirming the booking before ${expiresAt}. After that the tickets are offered to the next in line.`,
    ],
    labels: { expiresAt: "Accept by" },
  },
  event_update: NOTHING_MORE,
  event_cancelled: { more: () => [MONEY_BACK] },
  system_alert: NOTHING_MORE,
  password_changed: { more: () => [NOT_YOU], footer: SECURITY_FOOTER },
  password_reset: {
    more: ({ hasLink, resetAddress }) => [
      hasLink
        ? "Open the link below to choose a new password."
        : `Choose a new password where you asked for this mail, with the code below (programs send it to ${resetAddress}).`,
      "The code works once and for a short time. Whoever has it can take over your account: give it to nobody.",
      "If you did not ask for this, there is nothing to do. Your password stays as it is.",
    ],
    labels: { expiresAt: "Valid until" },
    footer: SECURITY_FOOTER,
  },
  other: NOTHING_MORE,
} as const satisfies Readonly<Record<KindName, Wording>>;
