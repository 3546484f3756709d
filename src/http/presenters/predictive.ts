import type { Accuracy } from "../../forecast/accuracy.ts";
import { WEEK_DAYS } from "../../forecast/forecaster.ts";
import type { Range } from "../../forecast/intervals.ts";
import { dayAfter, type MeasuredDays, type MeasuredEvents } from "../../forecast/measure.ts";
import type { PickUp } from "../../forecast/pick-up.ts";
import type { MadeForecast } from "../../forecast/ports.ts";
import type { PredictedEvent } from "../predictive-desk.ts";
import { iso } from "./time.ts";

const NONE_YET = "no forecast was made yet; they are made once a day, when the day before is over (UTC)";

/** A forecast of bookings, its first days; or null with the reason. */
export function presentForecast(made: MadeForecast | null, horizonDays: number) {
  if (made === null || made.outlook === null) {
    return { made_on: made?.madeOn ?? null, days: null, weeks: null, reason: made?.reason ?? NONE_YET };
  }
  const { madeOn, outlook } = made;
  const weeks = outlook.weeks.slice(0, Math.floor(horizonDays / WEEK_DAYS));
  return {
    made_on: madeOn,
    days: outlook.days
      .slice(0, horizonDays)
      .map((range, ahead) => ({ date: dayAfter(madeOn, ahead), ...presentRange(range) })),
    weeks: weeks.map((range, week) => ({
      start_date: dayAfter(madeOn, week * WEEK_DAYS),
      end_date: dayAfter(madeOn, (week + 1) * WEEK_DAYS - 1),
      ...presentRange(range),
    })),
    reason: null,
  };
}

/** How good this installation's own forecasts were. */
export function presentMeasured({ byDay, byWeek, reason }: MeasuredDays) {
  return { by_day: presentAccuracy(byDay), by_week: presentAccuracy(byWeek), reason };
}

export function presentMeasuredEvents({ byEvent, reason }: MeasuredEvents) {
  return { by_event: presentAccuracy(byEvent), reason };
}

/** 1 − WAPE, at least 0: what the documents call accuracy. */
export function accuracyShare(accuracy: Accuracy | null): number | null {
  if (accuracy === null || accuracy.wape === null) return null;
  return rounded(Math.max(0, 1 - accuracy.wape));
}

function presentAccuracy(accuracy: Accuracy | null) {
  if (accuracy === null) return null;
  const { n, wape, bias, coverage80, coverage95 } = accuracy;
  return {
    compared: n,
    wape: rounded(wape),
    accuracy: accuracyShare(accuracy),
    bias: rounded(bias),
    coverage_80: rounded(coverage80),
    coverage_95: rounded(coverage95),
  };
}

export function presentPredictedEvent(event: PredictedEvent) {
  const { prediction } = event;
  return {
    event_id: event.eventId,
    name: event.name,
    start_time: iso(event.startsAt),
    capacity: event.capacity,
    sold: event.sold,
    made_on: event.madeOn,
    days_before: event.daysBefore,
    comparable_events: prediction.comparableEvents,
    compared_by: prediction.likeness,
    ...presentPickUp(prediction.pickUp),
    reason: prediction.reason,
  };
}

function presentPickUp(pickUp: PickUp | null) {
  return {
    demand_to_come: pickUp && presentRange(pickUp.demandToCome),
    expected_sales: pickUp && presentRange(pickUp.sales),
    demand_beyond_capacity: pickUp && presentRange(pickUp.beyondCapacity),
    share_sold_by_now: pickUp && rounded(pickUp.shareByNow),
  };
}

function presentRange({ point, interval80, interval95 }: Range) {
  return {
    expected: rounded(point, 1),
    low_80: rounded(interval80.lower, 1),
    high_80: rounded(interval80.upper, 1),
    low_95: rounded(interval95.lower, 1),
    high_95: rounded(interval95.upper, 1),
  };
}

function rounded(value: number, digits?: number): number;
function rounded(value: number | null, digits?: number): number | null;
function rounded(value: number | null, digits = 4): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}
