import { bookingsOfLastDay, HOURS_KEPT } from "../../analytics/folded-event.ts";
import { addTo, type Measures, noMeasures, type Sales, standing } from "../../analytics/measures.ts";
import { fromMinor } from "../../domain/money.ts";
import type {
  CurrencyMeasures,
  DayMeasures,
  EventFigures,
  Freshness,
  NamedSales,
  ProcessFigures,
  Tally,
} from "../analytics-desk.ts";
import { iso } from "./time.ts";

const RATIO_DIGITS = 4;
const MS_DIGITS = 2;
const PERCENT = 100;

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** 0 to 1; null where there is nothing to be a part of. */
export function ratioOf(part: number, whole: number): number | null {
  return whole <= 0 ? null : rounded(part / whole, RATIO_DIGITS);
}

export function percentOf(ratio: number | null): number | null {
  return ratio === null ? null : rounded(ratio * PERCENT, 2);
}

/** How new what follows is. */
export function presentFreshness({ caughtUpAt, rebuildingSince }: Freshness, nowMs: number) {
  return {
    as_of: caughtUpAt === null ? null : iso(caughtUpAt),
    lag_ms: caughtUpAt === null ? null : Math.max(0, nowMs - caughtUpAt),
    is_rebuilding: rebuildingSince !== null,
  };
}

/** Counts of all currencies together; money is never among what is read of it. */
export function together(totals: readonly CurrencyMeasures[]): Measures {
  const sum = noMeasures();
  for (const one of totals) addTo(sum, one);
  return sum;
}

/** What is of one currency, and zeros where nothing is. */
export function inCurrency(totals: readonly CurrencyMeasures[], currency: string): Measures {
  return totals.find((one) => one.currency === currency) ?? noMeasures();
}

export function revenueByCurrency(totals: readonly CurrencyMeasures[]): Record<string, number> {
  return Object.fromEntries(
    totals.map((one) => [one.currency, fromMinor(standing(one).minor, one.currency)]),
  );
}

/** What stands of bookings and tickets in all currencies, and of money in one. */
export function presentTotals(totals: readonly CurrencyMeasures[], currency: string) {
  const all = standing(together(totals));
  return {
    total_bookings: all.bookings,
    total_tickets: all.tickets,
    total_revenue: fromMinor(standing(inCurrency(totals, currency)).minor, currency),
    currency,
    revenue_by_currency: revenueByCurrency(totals),
  };
}

/** Requests that were refused before they were in line. */
export function turnedAwayOf(tallies: readonly Tally[]): number {
  return requestsOf(tallies, "turned_away");
}

export function requestsOf(tallies: readonly Tally[], what: Tally["what"]): number {
  return tallies.reduce((sum, tally) => (tally.what === what ? sum + tally.requests : sum), 0);
}

/** Bookings that were asked for. */
export function triedOf({ requests, withdrawn }: Measures, tallies: readonly Tally[]): number {
  return requests - withdrawn + turnedAwayOf(tallies);
}

export function successRateOf(measures: Measures, tallies: readonly Tally[]): number | null {
  const { requests, withdrawn, refused } = measures;
  return ratioOf(requests - withdrawn - refused, triedOf(measures, tallies));
}

export function conversionRateOf(measures: Measures, tallies: readonly Tally[]): number | null {
  return ratioOf(measures.bookings - measures.converted, triedOf(measures, tallies));
}

export function cancellationRateOf({ cancelled, bookings }: Measures): number | null {
  return ratioOf(cancelled, bookings);
}

/** What a process knows of itself, for those who run it: null for everybody else. */
export function presentPerformance({ responseMs, cacheHitRatio }: ProcessFigures) {
  return {
    responseMs: responseMs === null ? null : rounded(responseMs, MS_DIGITS),
    cacheHitRatio: cacheHitRatio === null ? null : rounded(cacheHitRatio, RATIO_DIGITS),
  };
}

/** One event as lists of events show it. */
export function presentEventFigures(event: EventFigures) {
  const { bookings, tickets, minor } = standing(event);
  const ratio = ratioOf(event.sold, event.capacity);
  return {
    event_id: event.eventId,
    name: event.name,
    status: event.status,
    start_time: iso(event.startsAt),
    bookings,
    total_bookings: bookings,
    tickets,
    revenue: fromMinor(minor, event.currency),
    currency: event.currency,
    capacity: event.capacity,
    capacity_utilization: ratio,
    utilization: percentOf(ratio),
    waitlist_size: event.waiting,
    cancellation_rate: cancellationRateOf(event),
  };
}

/** Bookings an hour, of the last day. */
export function velocityOf(event: EventFigures, nowMs: number): number {
  return rounded(bookingsOfLastDay(event, nowMs) / HOURS_KEPT, RATIO_DIGITS);
}

/** Each day of those that have something; counts of all currencies, money of one. */
export function presentDays(days: readonly DayMeasures[], currency: string) {
  return [...Map.groupBy(days, ({ day }) => day)].map(([date, ofDay]) => {
    const all = together(ofDay);
    const own = inCurrency(ofDay, currency);
    return {
      date,
      bookings: all.bookings,
      tickets: all.tickets,
      revenue: fromMinor(own.booked_minor, currency),
      cancelled: all.cancelled,
      cancelled_revenue: fromMinor(own.cancelled_minor, currency),
      net_bookings: standing(all).bookings,
      net_revenue: fromMinor(standing(own).minor, currency),
    };
  });
}

/** Revenue of one currency by the names of tiers, or by the categories of events ("none" where they have none). */
export function revenueByName(sales: readonly NamedSales[], kind: NamedSales["kind"], currency: string) {
  const own = sales.filter((one) => one.kind === kind && one.currency === currency);
  return Object.fromEntries(
    own.map((one) => [one.name === "" ? "none" : one.name, fromMinor(soldMinor(one), currency)]),
  );
}

export function soldMinor(sales: Sales): number {
  return sales.booked_minor - sales.cancelled_minor + sales.exchanged_minor;
}
