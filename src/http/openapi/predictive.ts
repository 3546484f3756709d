import { z } from "zod";
import { LIKENESSES } from "../../forecast/comparable.ts";
import { predictiveQuery } from "../schemas/predictive.ts";
import { count, named, time, uuid } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";

const figure = (example: number) => z.number().meta({ examples: [example] });
const share = (description: string, example: number) =>
  z
    .number()
    .nullable()
    .meta({ description, examples: [example] });
const day = named("2026-11-21");
const reason = z
  .string()
  .nullable()
  .meta({ description: "Why there is none; null where there is one", examples: [null] });

const rangeFields = {
  expected: figure(92.4),
  low_80: figure(68),
  high_80: figure(121.3),
  low_95: figure(51.2),
  high_95: figure(150),
};
const range = z
  .strictObject(rangeFields)
  .meta({ id: "ForecastRange", description: "What is expected, and where it will lie with 80 % and 95 %" });

const accuracy = z
  .strictObject({
    compared: count,
    wape: share("Σ|forecast − actual| / Σ actual", 0.23),
    accuracy: share("1 − WAPE, at least 0", 0.77),
    bias: share("Σ(forecast − actual) / Σ actual", -0.03),
    coverage_80: share("Share of what came within the 80 % intervals", 0.81),
    coverage_95: share("Share of what came within the 95 % intervals", 0.96),
  })
  .meta({ id: "ForecastAccuracy" });

const event = z
  .strictObject({
    event_id: uuid,
    name: named("Summer Jazz Night"),
    start_time: time,
    capacity: count,
    sold: count,
    made_on: day,
    days_before: count,
    comparable_events: count,
    compared_by: z.enum(LIKENESSES),
    demand_to_come: range.nullable(),
    expected_sales: range.nullable().meta({ description: "In all, at most the capacity" }),
    demand_beyond_capacity: range.nullable(),
    share_sold_by_now: share("Of what comparable events came to, sold by now", 0.4),
    reason,
  })
  .meta({ id: "PredictedEvent" });

const predictive = z
  .strictObject({
    organizer_id: uuid.nullable().meta({ description: "Null: of everybody" }),
    measure: named("confirmed bookings per day (UTC)"),
    horizon: count.meta({ examples: [7] }),
    forecast: z.strictObject({
      made_on: day.nullable(),
      days: z.array(z.strictObject({ date: day, ...rangeFields })).nullable(),
      weeks: z.array(z.strictObject({ start_date: day, end_date: day, ...rangeFields })).nullable(),
      reason,
    }),
    forecast_accuracy: share("By week, of this installation's own past forecasts", 0.87),
    accuracy: z.strictObject({ by_day: accuracy.nullable(), by_week: accuracy.nullable(), reason }),
    events: z.array(event),
    event_accuracy: z.strictObject({ by_event: accuracy.nullable(), reason }),
  })
  .meta({ id: "Predictive" });

/** For organizers and admins. */
export const PREDICTIVE_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/analytics/predictive",
    operationId: "getPredictive",
    tag: "Analytics",
    summary: "What bookings are expected, and how good such forecasts were here",
    query: predictiveQuery,
    replies: { 200: { description: "Forecasts, or null and the reason", data: predictive } },
    errors: ["EVENT_NOT_FOUND"],
  },
];
