/**
 * What clients do, one HTTP request each: a request that is sent again is another operation with the same key. Ids are
 * those of the product; amounts are decimals as in its JSON. Which invariant each serves:
 *
 *   book            I3 one end · I4 confirmations last · I5 one effect a key · I6 seats · I7 order · I8 no false refusal
 *                   I14 limits of a person
 *   look            I3 I4 what a client was told of its booking, in the end too, and that it is there · I11 states it saw
 *   lookPayment     I12 how a payment stands to its buyer
 *   confirm         I9 no confirmation after an expiry · I5 · I11 · I12 money
 *   checkout, page  I12, by the provider's own page
 *   callback        I12 one capture; late, reordered, forged · I5 by its id
 *   cancel          I2 I10 stock that comes back · I11 · I12 refunds · I5 of a part
 *   transfer        I11 · I14 whose ticket it is
 *   joinWaitlist, leaveWaitlist, lookWaitlist   I10 order of promotion · I11
 *   cancel, transfer, joinWaitlist, leaveWaitlist, capacity   I3 what was answered is in the ledger
 *   capacity        I1 never below what is sold · I10 serves the line
 *   read            I17 age of what a cache shows · I1 its figures
 *   probe           I15 the system takes and confirms bookings again
 *
 * I2, I13, I18 and I19 are read from the database and from metrics; I16 from the notes of listeners.
 */
export type Op =
  | Book
  | Look
  | Confirm
  | Checkout
  | Page
  | LookPayment
  | Callback
  | Cancel
  | Transfer
  | JoinWaitlist
  | LeaveWaitlist
  | LookWaitlist
  | Capacity
  | Read
  | Probe;

/** `POST /bookings`. Of `seats`, `bestAvailable` and neither, one says which seats. */
export interface Book {
  readonly type: "book";
  readonly event: string;
  readonly user: string;
  /** Idempotency-Key; null: without, and then never sent again. */
  readonly key: string | null;
  readonly quantity: number;
  readonly tier: string | null;
  readonly seats: readonly string[] | null;
  readonly bestAvailable: boolean;
  readonly waitlistIfFull: boolean;
  /** `Prefer: respond-async`: the answer is 202 as soon as it is accepted. */
  readonly isAsync: boolean;
}

/** `GET /bookings/:id`. */
export interface Look {
  readonly type: "look";
  readonly event: string;
  readonly user: string;
  readonly booking: string;
}

/** `POST /bookings/:id/confirm`. */
export interface Confirm {
  readonly type: "confirm";
  readonly event: string;
  readonly user: string;
  readonly booking: string;
  readonly key: string | null;
  /** Of the test provider; null: nothing is due. */
  readonly token: string | null;
}

/** `POST /payments/initiate/:id`: opens the provider's page. */
export interface Checkout {
  readonly type: "checkout";
  readonly event: string;
  readonly user: string;
  readonly booking: string;
  readonly key: string | null;
}

/** `POST /payments/test/:ref/:outcome`: what the buyer does on the page. */
export interface Page {
  readonly type: "page";
  readonly event: string;
  readonly user: string;
  readonly booking: string;
  readonly payment: string;
  readonly outcome: "success" | "decline";
}

/** `GET /bookings/:id/payment`. */
export interface LookPayment {
  readonly type: "lookPayment";
  readonly event: string;
  readonly user: string;
  readonly booking: string;
}

/** What is wrong with a call-back's signature: its secret, its age, or that there is none. */
export type Forgery = "wrong-secret" | "old" | "unsigned" | "other-body";

/** `POST /payments/webhook/test`, as the provider would send it. */
export interface Callback {
  readonly type: "callback";
  readonly event: string;
  readonly booking: string;
  readonly payment: string;
  /** The provider's id of this report: sent again, it is the same one. */
  readonly callback: string;
  readonly result: "captured" | "declined" | "pending" | "cancelled";
  /** Minor units; null where nothing was captured. */
  readonly amountMinor: number | null;
  /** Null: it is genuine. */
  readonly forgery: Forgery | null;
}

/** `DELETE /bookings/:id`, or `PUT /bookings/:id/cancel` where it is a part. */
export interface Cancel {
  readonly type: "cancel";
  readonly event: string;
  readonly user: string;
  readonly booking: string;
  readonly key: string | null;
  /** So many of its tickets; null: all. */
  readonly quantity: number | null;
}

/** `POST /bookings/:id/transfer`. */
export interface Transfer {
  readonly type: "transfer";
  readonly event: string;
  readonly user: string;
  readonly booking: string;
  readonly key: string | null;
  readonly to: string;
}

/** `POST /waitlist/:eventId/join`. */
export interface JoinWaitlist {
  readonly type: "joinWaitlist";
  readonly event: string;
  readonly user: string;
  readonly key: string | null;
  readonly quantity: number;
}

/** `DELETE /waitlist/:eventId/user/:userId`: leaves, or declines an offer. */
export interface LeaveWaitlist {
  readonly type: "leaveWaitlist";
  readonly event: string;
  readonly user: string;
  readonly key: string | null;
}

/** `GET /waitlist/:eventId/user/:userId`. */
export interface LookWaitlist {
  readonly type: "lookWaitlist";
  readonly event: string;
  readonly user: string;
}

/** `PUT /events/:id` by its organizer. */
export interface Capacity {
  readonly type: "capacity";
  readonly event: string;
  readonly key: string | null;
  readonly tier: string;
  readonly capacity: number;
  /** `confirm: true`: a jump is meant. */
  readonly isMeant: boolean;
}

/** `GET /events/:id`, as anybody. */
export interface Read {
  readonly type: "read";
  readonly event: string;
}

/** A booking after healing, which has to be confirmed. */
export interface Probe {
  readonly type: "probe";
  readonly event: string;
  readonly user: string;
  readonly key: string;
  readonly quantity: number;
}
