import type { EventTraits, Likeness } from "./comparable.ts";
import type { BookingCurve, EventForecast } from "./pick-up.ts";
import type { Outlook } from "./rolling.ts";

/** Days are UTC, written YYYY-MM-DD. */
export type Day = string;

/** Stands for everybody together where an organiser's id stands else. */
export const EVERYBODY = "00000000-0000-0000-0000-000000000000";
/** How far ahead an installation forecasts its bookings: two weeks. */
export const FORECAST_DAYS = 14;

/** Confirmed bookings of an organiser, or of everybody, by day; the last count is of the day before the forecast. */
export interface ScopeHistory {
  readonly scopeId: string;
  readonly counts: readonly number[];
}

/** An event that is on sale or will be, as it stood at the beginning of `today`. */
export interface UpcomingEvent extends EventTraits, BookingCurve {
  readonly eventId: string;
  readonly daysBefore: number;
}

export interface PastEvent extends EventTraits {
  readonly eventId: string;
}

/** A forecast of an event, and what it was compared with. */
export type EventPrediction = EventForecast & {
  readonly likeness: Likeness;
  readonly comparableEvents: number;
};

/** A forecast of an organiser's bookings as it was made. */
export interface MadeForecast {
  readonly madeOn: Day;
  readonly outlook: Outlook | null;
  readonly reason: string | null;
}

export interface ForecastStore {
  /** Takes the work of `today` over for a while. False where another process is at it, or all of it is done. */
  claim(today: Day): Promise<boolean>;
  /** Organisers, and everybody, without a forecast of `today`; at most so many. */
  dueScopes(today: Day, max: number): Promise<readonly ScopeHistory[]>;
  /** Keeps forecasts; one that there is already stays. */
  saveScopes(
    today: Day,
    made: readonly (Omit<MadeForecast, "madeOn"> & { scopeId: string })[],
  ): Promise<void>;
  /** Events to come without a forecast of `today`, soonest first; at most so many. */
  dueEvents(today: Day, max: number): Promise<readonly UpcomingEvent[]>;
  /** Events that are over and share an organiser or a category with these, newest first. */
  pastEvents(today: Day, events: readonly EventTraits[]): Promise<readonly PastEvent[]>;
  /** How events sold, by id. */
  curves(eventIds: readonly string[]): Promise<ReadonlyMap<string, BookingCurve>>;
  saveEvents(
    today: Day,
    made: readonly { readonly event: UpcomingEvent; readonly prediction: EventPrediction }[],
  ): Promise<void>;
  /** All of `today` is made: forgets what is too old to be of use, and lets go. */
  finish(today: Day): Promise<void>;
}
