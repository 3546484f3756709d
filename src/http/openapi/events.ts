import { z } from "zod";
import { eventListQuery } from "../schemas/events.ts";
import { event } from "./components/event.ts";
import { pageBeside } from "./components/list.ts";
import { eventId } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";
import { NOT_MODIFIED } from "./render.ts";

const tag = "Events";

const byId = z.object({ id: eventId });

/** Reading events. */
export const EVENT_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/events",
    operationId: "listEvents",
    tag,
    summary: "Events by status, time, venue, category or words",
    query: eventListQuery,
    headers: ["If-None-Match"],
    replies: {
      200: {
        description: "A page of events by their start",
        data: z.array(event),
        beside: { ...pageBeside, cached: z.boolean() },
        headers: ["ETag", "Link"],
      },
      304: NOT_MODIFIED,
    },
    errors: [],
  },
  {
    method: "GET",
    path: "/events/:id",
    operationId: "getEvent",
    tag,
    summary: "One event",
    params: byId,
    headers: ["If-None-Match"],
    replies: {
      200: { description: "The event", data: event, beside: { cached: z.boolean() }, headers: ["ETag"] },
      304: NOT_MODIFIED,
    },
    errors: ["EVENT_NOT_FOUND"],
  },
];
