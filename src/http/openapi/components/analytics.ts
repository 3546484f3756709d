import { z } from "zod";
import { FIGURES, type FigureName, type FigureUnit } from "../../../analytics/figures.ts";
import { MINUTE_NAMES } from "../../../analytics/measures.ts";
import { amount, count, currency, named, time, uuid } from "./scalars.ts";

const ratio = z.number().min(0).nullable();

/** What a figure of a unit is in JSON; those that have no value where nothing happened may be null. */
const SCHEMA_OF: Readonly<Record<FigureUnit, z.ZodType>> = {
  events: count,
  bookings: count,
  tickets: count,
  people: count,
  parties: count,
  requests: count,
  pages: count,
  money: amount,
  ratio,
  percent: ratio,
  ms: ratio,
  "bookings an hour": z.number().min(0),
  time: time.nullable(),
};

const SAID: Readonly<Partial<Record<FigureUnit, string>>> = {
  ratio: "0 to 1",
  percent: "percent, 0 to 100",
  ms: "milliseconds",
  money: "in units of `currency`",
};

/** A figure as the table of figures defines it. */
function figure(name: FigureName): z.ZodType {
  const { unit, formula } = FIGURES[name];
  return SCHEMA_OF[unit].meta({ description: `${SAID[unit] ?? unit}; ${formula}` });
}

const figures = <const Names extends readonly FigureName[]>(...names: Names) =>
  Object.fromEntries(names.map((name) => [name, figure(name)])) as Record<Names[number], z.ZodType>;

const amounts = (description: string) =>
  z.record(z.string(), z.number()).meta({ description, examples: [{ VIP: 300_000, General: 200_000 }] });

export const freshness = {
  as_of: time
    .nullable()
    .meta({ description: "What was decided before is in it; null: a rebuild is under way" }),
  lag_ms: count.nullable(),
  is_rebuilding: z.boolean(),
};

const period = {
  start_date: named("2026-11-01").nullable().meta({ description: "null with `end_date`: of all time" }),
  end_date: named("2026-11-30").nullable(),
};

const totals = {
  ...figures("total_bookings", "total_tickets", "total_revenue"),
  currency,
  revenue_by_currency: amounts("total_revenue of each currency; amounts of two are never added up"),
};

export const overallAnalytics = z
  .strictObject({
    ...figures("total_events"),
    ...totals,
    ...figures("booking_success_rate", "average_response_time", "cache_hit_ratio", "active_users"),
    ...freshness,
  })
  .meta({ id: "Analytics" });

const summary = {
  ...figures("total_events", "active_events"),
  ...totals,
  ...figures("average_capacity_utilization", "cancellation_rate", "waitlist_size"),
};

export const analyticsOverview = z
  .strictObject({ ...summary, ...period, ...freshness })
  .meta({ id: "AnalyticsOverview" });

const trends = z
  .array(
    z.strictObject({
      date: named("2026-11-21"),
      bookings: count.meta({ description: "Confirmed on that day, in all currencies" }),
      tickets: count,
      revenue: amount.meta({ description: "What these cost, in `currency`" }),
      cancelled: count,
      cancelled_revenue: amount,
      net_bookings: z.int(),
      net_revenue: amount,
    }),
  )
  .meta({ description: "Days with anything on them, in UTC; of the last 30 where no period is asked for" });

const categories = {
  revenue_by_category: amounts("By tier, in `currency`"),
  revenue_by_event_category: amounts(
    "By the events' present category, `none` where they have none, in `currency`",
  ),
};

export const analyticsRevenue = z
  .strictObject({
    currency,
    ...figures("total_revenue", "gross_revenue", "cancelled_revenue", "exchanged_revenue"),
    ...figures("captured", "refunded", "refunds_owed"),
    revenue_by_currency: amounts("total_revenue of each currency"),
    by_day: trends,
    ...categories,
    ...period,
    ...freshness,
  })
  .meta({ id: "AnalyticsRevenue" });

const ofEvent = {
  event_id: uuid,
  name: named("Summer Music Festival"),
  status: z.enum(["active", "cancelled", "completed"]),
  start_time: time,
  bookings: figure("total_bookings"),
  total_bookings: figure("total_bookings"),
  tickets: figure("total_tickets"),
  revenue: figure("revenue"),
  currency,
  capacity: count,
  ...figures("capacity_utilization", "utilization", "waitlist_size", "cancellation_rate"),
};

export const eventOfAnalytics = z.strictObject(ofEvent).meta({ id: "AnalyticsOfListedEvent" });

const tierFigures = z.strictObject({
  tier: named("VIP"),
  price: amount,
  capacity: count,
  bookings: count,
  tickets: count,
  revenue: figure("revenue"),
  utilization: figure("utilization"),
});

const reasons = z
  .record(z.string(), z.strictObject({ requests: count, tickets: count }))
  .meta({ examples: [{ SoldOut: { requests: 12, tickets: 31 } }] });

const funnelFields = {
  steps: z.array(
    z.strictObject({
      step: z.enum(["viewed", "tried", "held", "paid", "confirmed"]),
      count,
      of_viewed: ratio.meta({ description: "Of `viewed`; above 1 where few look and many book" }),
    }),
  ),
  ...figures("viewed", "tried", "held", "paid", "confirmed", "conversion_rate"),
  lost: z.strictObject({
    ...figures("refused", "turned_away"),
    withdrawn: count,
    ...figures("expired", "abandoned", "cancelled"),
  }),
  refused_by_reason: reasons,
  turned_away_by_reason: reasons,
  waitlist: z.strictObject({
    ...figures("waitlisted", "offered", "converted"),
    lapsed: count,
    declined: count,
    left: count,
    conversion_rate: ratio.meta({ description: "0 to 1; converted ÷ offered" }),
  }),
};

export const funnel = z.strictObject(funnelFields).meta({ id: "Funnel" });
export const analyticsFunnel = z
  .strictObject({ event_id: uuid.nullable(), ...funnelFields, ...period, ...freshness })
  .meta({ id: "AnalyticsFunnel" });

export const analyticsOfEvent = z
  .strictObject({
    ...ofEvent,
    ...figures("booking_velocity", "conversion_rate", "peak_booking_time"),
    tiers: z.array(tierFigures),
    funnel,
    ...freshness,
  })
  .meta({ id: "AnalyticsOfEvent" });

const minute = z.strictObject(Object.fromEntries(MINUTE_NAMES.map((name) => [name, count])));
const recent = { last_minute: minute, last_5_minutes: minute, last_hour: minute };

export const analyticsRealtime = z
  .strictObject({
    ...recent,
    ...figures("active_events", "waitlist_size", "average_response_time", "cache_hit_ratio"),
    ...freshness,
  })
  .meta({ id: "AnalyticsRealtime" });

export const analyticsDashboard = z
  .strictObject({
    overview: z.strictObject(figures("total_events", "total_bookings", "total_revenue")),
    performance: z.strictObject({
      avg_response_ms: figure("avg_response_ms"),
      cache_hit_ratio: figure("cache_hit_percent"),
    }),
    summary: z.strictObject(summary),
    top_events: z
      .array(eventOfAnalytics)
      .meta({ description: "At most 10, those with the most tickets sold first" }),
    booking_trends: trends,
    ...categories,
    funnel,
    realtime: z.strictObject(recent),
    ...period,
    ...freshness,
  })
  .meta({ id: "AnalyticsDashboard" });

export const analyticsSegments = z
  .strictObject({
    currency,
    people: figure("people"),
    segments: z.array(
      z.strictObject({
        segment: named("champions"),
        rule: named("booked once, within 30 days"),
        people: count,
        share: ratio.meta({ description: "0 to 1; of `people`" }),
        bookings: count,
        revenue: figure("revenue"),
        average_spend: amount.nullable(),
      }),
    ),
    spend_fifths_from: z.array(z.number()).meta({
      description: "The least that is spent in the second to the last fifth of people, within 19 %",
    }),
    ...freshness,
  })
  .meta({ id: "AnalyticsSegments" });
