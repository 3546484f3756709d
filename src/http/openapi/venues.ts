import { z } from "zod";
import { createVenueBody, updateVenueBody, VENUE_NAMES, venueListQuery } from "../schemas/venues.ts";
import { venue } from "./components/event.ts";
import { pageBeside } from "./components/list.ts";
import { uuid } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";
import { NOT_MODIFIED } from "./render.ts";

const tag = "Venues";

const byId = z.object({ id: uuid.meta({ description: "The venue" }) });

const changing = (method: "PUT" | "PATCH", operationId: string): Operation => ({
  method,
  path: "/venues/:id",
  operationId,
  tag,
  summary: "Change a venue; what is left out stays",
  params: byId,
  body: UPDATE,
  headers: ["If-Match"],
  replies: { 200: { description: "The venue as it is now", data: venue, headers: ["ETag"] } },
  errors: ["VENUE_NOT_FOUND", "PRECONDITION_FAILED"],
});

const UPDATE = {
  name: "UpdateVenue",
  schema: updateVenueBody,
  otherNames: VENUE_NAMES,
  examples: [{ capacity: 21_000 }, {}],
};

export const VENUE_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/venues",
    operationId: "listVenues",
    tag,
    summary: "Venues by city or words",
    query: venueListQuery,
    headers: ["If-None-Match"],
    replies: {
      200: {
        description: "A page of venues",
        data: z.array(venue),
        beside: pageBeside,
        headers: ["ETag", "Link"],
      },
      304: NOT_MODIFIED,
    },
    errors: [],
  },
  {
    method: "GET",
    path: "/venues/:id",
    operationId: "getVenue",
    tag,
    summary: "One venue",
    params: byId,
    headers: ["If-None-Match"],
    replies: { 200: { description: "The venue", data: venue, headers: ["ETag"] }, 304: NOT_MODIFIED },
    errors: ["VENUE_NOT_FOUND"],
  },
  {
    method: "POST",
    path: "/venues",
    operationId: "createVenue",
    tag,
    summary: "Create a venue",
    body: {
      name: "CreateVenue",
      schema: createVenueBody,
      otherNames: VENUE_NAMES,
      examples: [{ name: "Madison Square Garden", city: "New York", capacity: 20_000 }],
    },
    headers: ["Idempotency-Key"],
    replies: {
      201: {
        description: "The new venue",
        data: venue,
        headers: ["Location", "ETag", "Idempotency-Replayed"],
      },
    },
    errors: [],
  },
  changing("PUT", "updateVenue"),
  changing("PATCH", "patchVenue"),
];
