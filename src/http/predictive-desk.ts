import type { MeasuredDays, MeasuredEvents } from "../forecast/measure.ts";
import type { Day, EventPrediction, MadeForecast } from "../forecast/ports.ts";

/** Whose: an organiser's, or, null, everybody's. */
export type ForecastScope = string | null;

/** An event to come and its newest forecast. */
export interface PredictedEvent {
  readonly eventId: string;
  readonly name: string;
  /** Unix milliseconds. */
  readonly startsAt: number;
  readonly capacity: number;
  /** Tickets of confirmed bookings at present. */
  readonly sold: number;
  readonly madeOn: Day;
  readonly daysBefore: number;
  readonly prediction: EventPrediction;
}

/** Forecasts as they are served. */
export interface PredictiveDesk {
  /** The database's day, UTC. */
  today(): Promise<Day>;
  /** The newest forecast; null where none was made yet. */
  latest(scope: ForecastScope): Promise<MadeForecast | null>;
  measured(scope: ForecastScope, today: Day): Promise<MeasuredDays>;
  measuredEvents(scope: ForecastScope, today: Day): Promise<MeasuredEvents>;
  /** Events to come by their newest forecasts, soonest first; at most so many. */
  events(scope: ForecastScope, today: Day, max: number): Promise<readonly PredictedEvent[]>;
  /** One event, forecast now; null where it is unknown, somebody else's or cancelled. */
  event(scope: ForecastScope, eventId: string, today: Day): Promise<PredictedEvent | null>;
}
