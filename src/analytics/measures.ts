/** Units in which measures count. Money is in minor units of the event's currency, and is never added up over currencies. */
export type MeasureUnit = "requests" | "bookings" | "tickets" | "money" | "payments" | "refunds" | "parties";

interface Measure {
  readonly unit: MeasureUnit;
  /** What one of it is, in terms of the ledger. */
  readonly is: string;
}

/**
 * Everything that is added up: per event, per event and day, per organiser and day. Each is a column of that name in
 * `analytics_event`, `analytics_event_day` and `analytics_day`, and each only ever adds, so that figures of parts add up to the whole.
 */
export const MEASURES = {
  requests: { unit: "requests", is: "BookTickets that was decided, whatever came of it" },
  requested_tickets: { unit: "tickets", is: "tickets of these requests" },
  refused: { unit: "requests", is: "BookingRejected, but for Withdrawn; by reason in analytics_tally" },
  refused_tickets: { unit: "tickets", is: "tickets of refused requests" },
  withdrawn: { unit: "requests", is: "BookingRejected with Withdrawn: its sender cancelled it in line" },
  held: { unit: "bookings", is: "BookingHeld: tickets kept for a buyer who has to pay" },
  held_tickets: { unit: "tickets", is: "tickets of these holds" },
  expired: { unit: "bookings", is: "HoldExpired of a buyer's hold" },
  abandoned: { unit: "bookings", is: "BookingCancelled of a buyer's hold, by them or with the event" },
  paid: { unit: "payments", is: "PaymentCaptured" },
  captured_minor: { unit: "money", is: "what PaymentCaptured took" },
  payments_failed: { unit: "payments", is: "PaymentFailed that was not merely given up" },
  bookings: { unit: "bookings", is: "BookingConfirmed" },
  tickets: { unit: "tickets", is: "tickets of BookingConfirmed" },
  booked_minor: { unit: "money", is: "price of the tickets of BookingConfirmed" },
  cancelled: { unit: "bookings", is: "BookingCancelled of a confirmed booking" },
  cancelled_tickets: { unit: "tickets", is: "tickets of these, and of BookingReduced" },
  cancelled_minor: { unit: "money", is: "what these tickets had cost" },
  cancelled_by_event: { unit: "bookings", is: "those of `cancelled` that went with their event" },
  exchanged_minor: { unit: "money", is: "new price less old price of TicketsExchanged; 0 or less" },
  refunds_owed_minor: { unit: "money", is: "RefundOwed" },
  refunds: { unit: "refunds", is: "RefundSettled that was paid, each refund once" },
  refunded_minor: { unit: "money", is: "what these refunds paid back" },
  waitlisted: { unit: "parties", is: "WaitlistJoined" },
  waitlisted_tickets: { unit: "tickets", is: "tickets that these wait for" },
  waitlist_left: { unit: "parties", is: "WaitlistLeft" },
  offers: { unit: "bookings", is: "OfferMade: a hold for somebody who waited" },
  offered_tickets: { unit: "tickets", is: "tickets of offers" },
  lapsed: { unit: "bookings", is: "HoldExpired of an offer" },
  declined: { unit: "bookings", is: "BookingCancelled of an offer, by them or with the event" },
  converted: { unit: "bookings", is: "BookingConfirmed that was an offer" },
  converted_tickets: { unit: "tickets", is: "tickets of these" },
  transferred: { unit: "bookings", is: "BookingTransferred" },
  checked_in: { unit: "tickets", is: "TicketCheckedIn" },
} as const satisfies Readonly<Record<string, Measure>>;

export type MeasureName = keyof typeof MEASURES;
export const MEASURE_NAMES = Object.keys(MEASURES) as readonly MeasureName[];
export type Measures = Record<MeasureName, number>;

/**
 * What was sold, by tier or category: columns of `analytics_tier`, `analytics_tier_day` and `analytics_category_day`. What
 * is `exchanged` is taken from one tier and given to another, so it may be less than 0.
 */
export const SALES_NAMES = [
  "bookings",
  "tickets",
  "booked_minor",
  "cancelled",
  "cancelled_tickets",
  "cancelled_minor",
  "exchanged",
  "exchanged_tickets",
  "exchanged_minor",
] as const;
export type SalesName = (typeof SALES_NAMES)[number];
export type Sales = Record<SalesName, number>;

/** What is counted by the minute. */
export const MINUTE_NAMES = [
  "requests",
  "refused",
  "held",
  "bookings",
  "tickets",
  "cancelled",
  "waitlisted",
] as const satisfies readonly MeasureName[];
export type MinuteName = (typeof MINUTE_NAMES)[number];
export type MinuteCounts = Record<MinuteName, number>;

export function noMeasures(): Measures {
  return Object.fromEntries(MEASURE_NAMES.map((name) => [name, 0])) as Measures;
}

export function noSales(): Sales {
  return Object.fromEntries(SALES_NAMES.map((name) => [name, 0])) as Sales;
}

export function noMinuteCounts(): MinuteCounts {
  return Object.fromEntries(MINUTE_NAMES.map((name) => [name, 0])) as MinuteCounts;
}

/** Adds what one has to what another has, name by name. */
export function addTo<Name extends string>(
  sum: Record<Name, number>,
  more: Readonly<Record<NoInfer<Name>, number>>,
): void {
  for (const name of Object.keys(sum) as Name[]) sum[name] += more[name];
}

/** What stands of all that was booked: confirmed bookings, their tickets and what these cost. */
export function standing(of: Pick<Measures, StandingName>): {
  bookings: number;
  tickets: number;
  minor: number;
} {
  return {
    bookings: of.bookings - of.cancelled,
    tickets: of.tickets - of.cancelled_tickets,
    minor: of.booked_minor - of.cancelled_minor + of.exchanged_minor,
  };
}

type StandingName =
  | "bookings"
  | "cancelled"
  | "tickets"
  | "cancelled_tickets"
  | "booked_minor"
  | "cancelled_minor"
  | "exchanged_minor";
