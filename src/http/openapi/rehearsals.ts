import { z } from "zod";
import { pageQuery } from "../schemas/lists.ts";
import { REHEARSAL_NAMES, startRehearsalBody } from "../schemas/rehearsals.ts";
import { pageBeside } from "./components/list.ts";
import { rehearsal } from "./components/rehearsal.ts";
import { eventId, time, uuid } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";

const tag = "Sale";
const one = z.object({ id: eventId, rehearsalId: uuid.meta({ description: "The rehearsal" }) });

/** Sales played again with other demand or other rules. */
export const REHEARSAL_OPERATIONS: readonly Operation[] = [
  {
    method: "POST",
    path: "/events/:id/rehearsals",
    operationId: "startRehearsal",
    tag,
    summary: "Rehearse an event's sale",
    description:
      "Plays it on a clock of its own against a copy of the event: `times` its recorded buyers, or those in `demand`, " +
      "under each pricing rule. Nothing is sold and no event is touched. One at a time for each organizer; the last 20 of " +
      "each event are kept. What it assumes and when not to trust it: docs/rehearsal.md.",
    params: z.object({ id: eventId }),
    body: {
      name: "StartRehearsal",
      schema: startRehearsalBody,
      otherNames: REHEARSAL_NAMES,
      examples: [
        { times: 3 },
        { times: 1, tiers: [{ tier: "General", capacity: 500, price: 39.5 }], hold_ttl_seconds: 120 },
        {
          demand: [
            { seconds: 0, quantity: 2 },
            { seconds: 0.5, willing_to_pay: 40, pays_after_s: null },
          ],
        },
      ],
    },
    replies: {
      202: { description: "It runs", data: rehearsal, headers: ["Location", "Retry-After"] },
    },
    errors: ["EVENT_NOT_FOUND", "REHEARSAL_RUNNING"],
  },
  {
    method: "GET",
    path: "/events/:id/rehearsals",
    operationId: "listRehearsals",
    tag,
    summary: "An event's rehearsals, without their results",
    params: z.object({ id: eventId }),
    query: pageQuery,
    replies: {
      200: {
        description: "A page of rehearsals, newest first",
        data: z.array(rehearsal),
        beside: pageBeside,
        headers: ["Link"],
      },
    },
    errors: ["EVENT_NOT_FOUND"],
  },
  {
    method: "GET",
    path: "/events/:id/rehearsals/:rehearsalId",
    operationId: "getRehearsal",
    tag,
    summary: "How a rehearsal is doing, or what it came to",
    description: "With `Accept: image/svg+xml` its picture, once it is done.",
    params: one,
    replies: {
      200: {
        description: "The rehearsal",
        content: {
          "application/json": z.strictObject({ success: z.literal(true), data: rehearsal, timestamp: time }),
          "image/svg+xml": z.string(),
        },
      },
    },
    errors: ["EVENT_NOT_FOUND", "REHEARSAL_NOT_FOUND", "REHEARSAL_NOT_DONE"],
  },
  {
    method: "GET",
    path: "/events/:id/rehearsals/:rehearsalId/chart.svg",
    operationId: "getRehearsalChart",
    tag,
    summary: "The picture of a rehearsal",
    params: one,
    replies: {
      200: {
        description: "Line, refusals, tickets left and revenue over time",
        content: { "image/svg+xml": z.string() },
      },
    },
    errors: ["EVENT_NOT_FOUND", "REHEARSAL_NOT_FOUND", "REHEARSAL_NOT_DONE"],
  },
];
