import { z } from "zod";
import {
  currencyQuery,
  EXPORT_FILES,
  eventFiguresQuery,
  exportQuery,
  funnelQuery,
  periodQuery,
  realtimeQuery,
} from "../schemas/analytics.ts";
import {
  analyticsDashboard,
  analyticsFunnel,
  analyticsOfEvent,
  analyticsOverview,
  analyticsRealtime,
  analyticsRevenue,
  analyticsSegments,
  eventOfAnalytics,
  freshness,
  overallAnalytics,
} from "./components/analytics.ts";
import { pageBeside } from "./components/list.ts";
import { eventId, named } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";

const tag = "Analytics";
const DAYS =
  "`start_date` and `end_date` are days in UTC, both included; with one of them the other is today, or 30 days before. Money is of one " +
  "`currency`, the installation's where none is asked for; counts are of all.";
const PERFORMANCE = "Figures of the installation itself are `null` for organizers.";

const get = (
  path: string,
  operationId: string,
  summary: string,
): Pick<Operation, "method" | "path" | "operationId" | "tag" | "summary"> => ({
  method: "GET",
  path,
  operationId,
  tag,
  summary,
});

const dashboard = {
  description: `${DAYS} ${PERFORMANCE} \`realtime\` is of now, whatever the period. Forecasts: \`GET /analytics/predictive\`.`,
  query: periodQuery,
  replies: { 200: { description: "The figures", data: analyticsDashboard } },
  errors: [],
} as const;

/** What sales come to: an organizer is shown their own events, an admin all. */
export const ANALYTICS_OPERATIONS: readonly Operation[] = [
  {
    ...get("/analytics", "getAnalytics", "Everything so far"),
    description: PERFORMANCE,
    query: currencyQuery,
    replies: { 200: { description: "The figures", data: overallAnalytics } },
    errors: [],
  },
  {
    ...get("/analytics/overview", "getAnalyticsOverview", "The most important figures"),
    description: DAYS,
    query: periodQuery,
    replies: { 200: { description: "The figures", data: analyticsOverview } },
    errors: [],
  },
  {
    ...get(
      "/analytics/revenue",
      "getRevenue",
      "What was sold, taken back and paid, by day, tier and category",
    ),
    description: DAYS,
    query: periodQuery,
    replies: { 200: { description: "The figures", data: analyticsRevenue } },
    errors: [],
  },
  {
    ...get("/analytics/events", "listEventFigures", "Events and what they come to"),
    description: "By `revenue`, events of one currency stand together.",
    query: eventFiguresQuery,
    replies: {
      200: {
        description: "A page of events",
        data: z.array(eventOfAnalytics),
        beside: { ...pageBeside, ...freshness },
        headers: ["Link"],
      },
    },
    errors: [],
  },
  {
    ...get("/analytics/events/:id", "getEventFigures", "One event"),
    params: z.object({ id: eventId }),
    replies: { 200: { description: "The figures", data: analyticsOfEvent } },
    errors: ["EVENT_NOT_FOUND"],
  },
  { ...get("/analytics/dashboard", "getDashboard", "All at a glance"), ...dashboard },
  { ...get("/admin/analytics/dashboard", "getAdminDashboard", "The same"), ...dashboard },
  {
    ...get("/analytics/realtime", "getRealtimeAnalytics", "The last minutes, once or as server-sent events"),
    description:
      "With `Accept: text/event-stream` events called `realtime` follow every `interval_ms`, at most `events` of them and for at " +
      `most five minutes; no more than ten streams are served at a time. ${PERFORMANCE}`,
    query: realtimeQuery,
    replies: {
      200: {
        description: "The figures",
        data: analyticsRealtime,
      },
    },
    errors: [],
  },
  {
    ...get("/analytics/funnel", "getFunnel", "What became of those who looked"),
    description:
      "Of all events, or of `event_id`. Steps are counted apart: none is a part of the one before by definition.",
    query: funnelQuery,
    replies: { 200: { description: "The steps", data: analyticsFunnel } },
    errors: ["EVENT_NOT_FOUND"],
  },
  {
    ...get("/analytics/segments", "getSegments", "People by recency, frequency and spend"),
    description: "Each person is of the first segment whose rule takes them.",
    query: currencyQuery,
    replies: { 200: { description: "The segments", data: analyticsSegments } },
    errors: [],
  },
  {
    ...get("/analytics/export/:file", "exportAnalytics", "Bookings, revenue by day, or attendees as CSV"),
    description:
      "RFC 4180, UTF-8. Text that a spreadsheet would take for a formula begins with an apostrophe. Rows are read while they are sent.",
    params: z.object({ file: z.enum(EXPORT_FILES).meta({ examples: ["bookings.csv"] }) }),
    query: exportQuery,
    replies: {
      200: { description: "The rows", content: { "text/csv": named("event_id,event\r\n") } },
    },
    errors: ["EVENT_NOT_FOUND"],
  },
];
