import { mean } from "./forecaster.ts";
import type { Interval, Range } from "./intervals.ts";
import { studentT } from "./student-t.ts";

/** How an event sold, by days before it. */
export interface BookingCurve {
  readonly capacity: number;
  /**
   * Tickets asked for on days that had any: sold and not given back, and refused for want of stock. `daysBefore`: from that
   * day to the day of the event; 0 on the day itself.
   */
  readonly days: readonly { readonly daysBefore: number; readonly tickets: number }[];
}

/** An event that is being sold: all days before today, today being `daysBefore` days before it. */
export interface EventOnSale extends BookingCurve {
  readonly daysBefore: number;
}

/** What an event will come to. Tickets. */
export interface PickUp {
  /** From today on, as if there were no end of stock. */
  readonly demandToCome: Range;
  /** In all: so far and to come, at most the capacity. */
  readonly sales: Range;
  /** What is asked for in all beyond the capacity. */
  readonly beyondCapacity: Range;
  /** Of what such events come to in the end, the share they had sold by now; 0 to 1. */
  readonly shareByNow: number;
}

export type EventForecast =
  | { readonly pickUp: PickUp; readonly reason: null }
  | { readonly pickUp: null; readonly reason: string };

/** With fewer events to compare with, the spread between them would be a guess. */
export const COMPARABLE_EVENTS_MIN = 8;

/**
 * Demand to come, by pick-up: what comparable events took in from the same number of days before. Additive pick-up (as much of
 * the capacity as they took) is right while little is sold, multiplicative (in proportion to what was sold by now) once
 * much is; they are weighed by the share that is usually sold by now. Pick-up: Weatherford & Kimes, "A comparison of
 * forecasting methods for hotel revenue management", International Journal of Forecasting 19 (2003). The weights: Mack,
 * "Credible claims reserves: the Benktander method", ASTIN Bulletin 30 (2000). The intervals are Student's, from how far the
 * method is off for each comparable event when it is forecast from the others, on a logarithmic scale.
 * @param past whole curves of comparable events that are over
 */
export function forecastEvent(event: EventOnSale, past: readonly BookingCurve[]): EventForecast {
  if (event.daysBefore < 0) return { pickUp: null, reason: "the event has begun" };
  if (event.capacity <= 0) return { pickUp: null, reason: "the event has no capacity" };
  const paces = past.map((curve) => paceOf(curve, event.daysBefore)).filter(({ final }) => final > 0);
  if (paces.length < COMPARABLE_EVENTS_MIN) {
    const reason = `${paces.length} comparable past events; a forecast needs ${COMPARABLE_EVENTS_MIN}`;
    return { pickUp: null, reason };
  }
  const soFar = paceOf(event, event.daysBefore).soFar;
  const demandToCome = rangeOf(toCome(soFar, paces) * event.capacity, spreadOf(paces), paces.length - 1);
  const demand = mapRange(demandToCome, (tickets) => soFar * event.capacity + tickets);
  return {
    pickUp: {
      demandToCome,
      sales: mapRange(demand, (tickets) => Math.min(event.capacity, tickets)),
      beyondCapacity: mapRange(demand, (tickets) => Math.max(0, tickets - event.capacity)),
      shareByNow: shareByNow(paces),
    },
    reason: null,
  };
}

/** Tickets as shares of the capacity: up to a day, and in the end. */
interface Pace {
  readonly soFar: number;
  readonly final: number;
  readonly capacity: number;
}

function paceOf({ capacity, days }: BookingCurve, daysBefore: number): Pace {
  const sum = (counted: BookingCurve["days"]) => counted.reduce((total, { tickets }) => total + tickets, 0);
  const before = days.filter((day) => day.daysBefore > daysBefore);
  return { soFar: Math.max(0, sum(before)) / capacity, final: Math.max(0, sum(days)) / capacity, capacity };
}

function shareByNow(paces: readonly Pace[]): number {
  return Math.min(1, mean(paces.map(({ soFar }) => soFar)) / mean(paces.map(({ final }) => final)));
}

/** Benktander: s·(multiplicative) + (1 − s)·(additive), where s is the share sold by now. */
function toCome(soFar: number, paces: readonly Pace[]): number {
  const left = 1 - shareByNow(paces);
  const additive = left * mean(paces.map(({ final }) => final));
  return left * (soFar + additive);
}

/** Added before a logarithm is taken, so that nothing to come has one too. Tickets. */
const HALF_A_TICKET = 0.5;

/** Standard error of a forecast, on a logarithmic scale: each event forecast from the others. */
function spreadOf(paces: readonly Pace[]): number {
  const squares = paces.map((pace, at) => {
    const expected = toCome(pace.soFar, paces.toSpliced(at, 1)) * pace.capacity;
    const actual = Math.max(0, pace.final - pace.soFar) * pace.capacity;
    return Math.log((actual + HALF_A_TICKET) / (expected + HALF_A_TICKET)) ** 2;
  });
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / (paces.length - 1));
}

function rangeOf(point: number, spread: number, degrees: number): Range {
  const between = (coverage: 0.8 | 0.95): Interval => {
    const factor = Math.exp(studentT(coverage, degrees) * spread);
    const moved = point + HALF_A_TICKET;
    return { lower: Math.max(0, moved / factor - HALF_A_TICKET), upper: moved * factor - HALF_A_TICKET };
  };
  return { point, interval80: between(0.8), interval95: between(0.95) };
}

function mapRange({ point, interval80, interval95 }: Range, map: (value: number) => number): Range {
  const both = ({ lower, upper }: Interval) => ({ lower: map(lower), upper: map(upper) });
  return { point: map(point), interval80: both(interval80), interval95: both(interval95) };
}
