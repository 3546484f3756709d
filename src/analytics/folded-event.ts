import type { SaleFigures } from "../domain/sale-figures.ts";
import {
  type Measures,
  type MinuteCounts,
  noMeasures,
  noMinuteCounts,
  noSales,
  type Sales,
} from "./measures.ts";

/** The hours whose bookings are kept one by one. */
export const HOURS_KEPT = 24;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** When something was decided, as it is added up. */
export interface At {
  /** Unix milliseconds. */
  readonly ms: number;
  /** UTC, such as 2026-11-21. */
  readonly day: string;
}

/** How an event stands after `seq` entries of its ledger. Times are Unix milliseconds. */
export interface EventStanding {
  readonly eventId: string;
  seq: number;
  decidedAt: number;
  ownerId: string;
  currency: string;
  /** Empty where it has none. */
  category: string;
  status: SaleFigures["status"];
  /** Parties that stand in line. */
  waiting: number;
  /** Where the latest hour with a booking begins, and the bookings of the hours up to it, the latest last. */
  hourAt: number | null;
  hours: number[];
  /** The first of the hours with the most bookings. */
  peakAt: number | null;
  peakBookings: number;
  readonly tiers: TierStanding[];
}

export interface TierStanding {
  readonly name: string;
  priceMinor: number;
  capacity: number;
}

/** A booking that stands: what later entries about it do not say again. */
export interface LiveBooking {
  readonly userId: string;
  readonly tier: number;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly isHeld: boolean;
  readonly isOffer: boolean;
}

export interface Refused {
  requests: number;
  tickets: number;
}

/** By how much what somebody has changed, and when they got tickets last; null: they got none. */
export interface PersonChange {
  bookings: number;
  tickets: number;
  spendMinor: number;
  lastAt: number | null;
}

/** An event with what was added up since it was read: `fold` writes into it, and the store writes it down. */
export class FoldedEvent {
  readonly standing: EventStanding;
  /** Nothing of it was added up before. */
  readonly isNew: boolean;
  /** What the category was when this was read. */
  readonly categoryBefore: string;
  /** By day, such as 2026-11-21. */
  readonly days = new Map<string, Measures>();
  readonly tierDays = new Map<
    string,
    { readonly tier: number; readonly day: string; readonly sales: Sales }
  >();
  readonly refusals = new Map<
    string,
    { readonly day: string; readonly reason: string; readonly refused: Refused }
  >();
  /** By the moment at which the minute begins. */
  readonly minutes = new Map<number, MinuteCounts>();
  readonly people = new Map<string, PersonChange>();
  /** Those that were read, and those that changed; null: it stands no more. */
  readonly bookings: Map<string, LiveBooking | null>;
  readonly changedBookings = new Set<string>();
  /** Amounts that are owed, by refund; null: it was paid. */
  readonly refunds: Map<string, number | null>;
  readonly changedRefunds = new Set<string>();

  constructor(
    standing: EventStanding,
    known: {
      readonly bookings: Map<string, LiveBooking | null>;
      readonly refunds: Map<string, number | null>;
    },
  ) {
    this.standing = standing;
    this.isNew = standing.seq === 0;
    this.categoryBefore = standing.category;
    this.bookings = known.bookings;
    this.refunds = known.refunds;
  }

  measuresOf(day: string): Measures {
    return had(this.days, day, noMeasures);
  }

  salesOf(tier: number, day: string): Sales {
    return had(this.tierDays, `${tier} ${day}`, () => ({ tier, day, sales: noSales() })).sales;
  }

  refusedOf(reason: string, day: string): Refused {
    const none = () => ({ day, reason, refused: { requests: 0, tickets: 0 } });
    return had(this.refusals, `${day} ${reason}`, none).refused;
  }

  minuteOf(at: number): MinuteCounts {
    return had(this.minutes, at - (at % MINUTE_MS), noMinuteCounts);
  }

  personOf(userId: string): PersonChange {
    return had(this.people, userId, () => ({ bookings: 0, tickets: 0, spendMinor: 0, lastAt: null }));
  }

  /** @throws Error where the ledger names a booking that does not stand. */
  booking(id: string): LiveBooking {
    const found = this.bookings.get(id);
    if (found == null) throw new Error(`invariant: no live booking ${id} in event ${this.standing.eventId}`);
    return found;
  }

  setBooking(id: string, booking: LiveBooking | null): void {
    this.bookings.set(id, booking);
    this.changedBookings.add(id);
  }

  setRefund(id: string, amountMinor: number | null): void {
    this.refunds.set(id, amountMinor);
    this.changedRefunds.add(id);
  }

  /** One booking more was confirmed. The ledger's clock never goes back. */
  countHour(at: number): void {
    const { standing } = this;
    const hour = at - (at % HOUR_MS);
    if (hour !== standing.hourAt) this.#beginHour(hour);
    const bookings = (standing.hours[HOURS_KEPT - 1] ?? 0) + 1;
    standing.hours[HOURS_KEPT - 1] = bookings;
    if (bookings <= standing.peakBookings) return;
    standing.peakBookings = bookings;
    standing.peakAt = hour;
  }

  #beginHour(hour: number): void {
    const { standing } = this;
    const passed = standing.hourAt === null ? HOURS_KEPT : (hour - standing.hourAt) / HOUR_MS;
    const kept = standing.hours.slice(passed);
    standing.hours = [...kept, ...new Array<number>(HOURS_KEPT - kept.length).fill(0)];
    standing.hourAt = hour;
  }
}

/** An event of which nothing was added up. */
export function unfolded(eventId: string): EventStanding {
  return {
    eventId,
    seq: 0,
    decidedAt: 0,
    ownerId: "",
    currency: "",
    category: "",
    status: "active",
    waiting: 0,
    hourAt: null,
    hours: [],
    peakAt: null,
    peakBookings: 0,
    tiers: [],
  };
}

/** The confirmed bookings of the 24 hours up to `now`, that hour included. */
export function bookingsOfLastDay(
  { hourAt, hours }: { readonly hourAt: number | null; readonly hours: readonly number[] },
  now: number,
): number {
  if (hourAt === null) return 0;
  const passed = Math.max(0, Math.floor((now - hourAt) / HOUR_MS));
  return hours.slice(Math.min(passed, HOURS_KEPT)).reduce((sum, count) => sum + count, 0);
}

function had<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
