import { z } from "zod";
import { feedQuery } from "../schemas/webhooks.ts";
import { eventId } from "./components/scalars.ts";
import { feedPage } from "./components/webhook.ts";
import type { Operation } from "./operation.ts";

/** An event's decisions, for who would rather ask than be told. */
export const FEED_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/events/:id/feed",
    operationId: "getFeed",
    tag: "Webhooks",
    summary: "An event's decisions by number, from where one stopped",
    description: "With `wait` it answers as soon as there is something, at the latest after so many seconds.",
    params: z.object({ id: eventId }),
    query: feedQuery,
    replies: { 200: { description: "A page of outcomes", data: feedPage } },
    errors: ["EVENT_NOT_FOUND"],
  },
];
