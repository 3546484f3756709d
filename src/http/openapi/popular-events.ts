import { z } from "zod";
import { popularQuery } from "../routes/popular-events.ts";
import { eventFields } from "./components/event.ts";
import { pageBeside } from "./components/list.ts";
import { count } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";
import { NOT_MODIFIED } from "./render.ts";

const popularEvent = z
  .strictObject({
    ...eventFields,
    total_bookings: count.meta({ description: "Confirmed bookings" }),
    recent_bookings: count.meta({
      description: "Made in the last day: at most 999, and no more than are confirmed",
    }),
    booking_rate: z
      .number()
      .min(0)
      .meta({ description: "Tickets sold of those there are, 0 to 1", examples: [0.5] }),
    popularity_score: z
      .number()
      .min(0)
      .max(10)
      .meta({ examples: [8.5] }),
  })
  .meta({ id: "PopularEvent", description: "An event with the figures of its popularity" });

export const POPULAR_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/events/popular",
    operationId: "listPopularEvents",
    tag: "Events",
    summary: "Active events to come, the most popular first",
    description:
      "`popularity_score` = 5 · `booking_rate` + 5 · log10(1 + `recent_bookings`) / 3. The order is at most four seconds old.",
    query: popularQuery,
    headers: ["If-None-Match"],
    replies: {
      200: {
        description: "A page of events",
        data: z.array(popularEvent),
        beside: pageBeside,
        headers: ["ETag", "Link"],
      },
      304: NOT_MODIFIED,
    },
    errors: [],
  },
];
