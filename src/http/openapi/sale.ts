import { z } from "zod";
import { pageQuery } from "../schemas/lists.ts";
import { PROMO_CODE_NAMES, promoCodeBody } from "../schemas/sale.ts";
import { namedSeatsBody, SEAT_NAMES, seatsQuery } from "../schemas/seating.ts";
import { event, seatMap } from "./components/event.ts";
import { pageBeside } from "./components/list.ts";
import { promoCode } from "./components/payment.ts";
import { count, eventId, uuid } from "./components/scalars.ts";
import { EVENT_UNDER_WAY } from "./event-changes.ts";
import type { Operation } from "./operation.ts";
import { NOT_MODIFIED } from "./render.ts";

const ID = "0197c1a4-7c00-7000-8000-5f0000000001";

const byId = z.object({ id: eventId });

const movedSeats = z
  .strictObject({
    event_id: uuid,
    quantity: count,
    seat_ids: z.array(uuid),
    status: z.enum(["blocked", "available"]),
    available_seats: count,
  })
  .meta({ id: "MovedSeats", description: "Seats that were taken off sale, or put back" });

const namedSeats = {
  name: "NamedSeats",
  schema: namedSeatsBody,
  otherNames: SEAT_NAMES,
  examples: [{ seat_ids: [ID] }, { section: "Stalls", row: "A" }],
};

function moving(action: "block" | "release", summary: string): Operation {
  return {
    method: "POST",
    path: `/events/:id/seats/${action}`,
    operationId: `${action}Seats`,
    tag: "Seats",
    summary,
    params: byId,
    body: namedSeats,
    headers: ["Idempotency-Key"],
    replies: {
      200: { description: "Done", data: movedSeats, headers: ["Idempotency-Replayed"] },
      202: EVENT_UNDER_WAY,
    },
    errors: ["EVENT_NOT_FOUND", "EVENT_NOT_ON_SALE", "BOOKING_SEATS_UNAVAILABLE", "EVENT_STATE_CONFLICT"],
  };
}

function switching(action: "pause" | "resume", summary: string): Operation {
  return {
    method: "POST",
    path: `/events/:id/${action}`,
    operationId: `${action}Sale`,
    tag: "Sale",
    summary,
    params: byId,
    refusesBody: true,
    headers: ["Idempotency-Key"],
    replies: {
      200: { description: "The event as it is now", data: event, headers: ["ETag", "Idempotency-Replayed"] },
      202: EVENT_UNDER_WAY,
    },
    errors: ["EVENT_NOT_FOUND", "EVENT_NOT_ON_SALE", "EVENT_STATE_CONFLICT"],
  };
}

/** Seats of an event, and what its organizer does to the sale. */
export const SALE_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/events/:id/seats",
    operationId: "getSeats",
    tag: "Seats",
    summary: "The seats of an event by section and row",
    params: byId,
    query: seatsQuery,
    headers: ["If-None-Match"],
    replies: {
      200: { description: "Seats of the status asked for", data: seatMap, headers: ["ETag"] },
      304: NOT_MODIFIED,
    },
    errors: ["EVENT_NOT_FOUND"],
  },
  moving("block", "Take seats off sale"),
  moving("release", "Put blocked seats back on sale"),
  switching("pause", "Pause the sale; those who wait keep their place"),
  switching("resume", "Resume the sale"),
  {
    method: "POST",
    path: "/events/:id/promo-codes",
    operationId: "addPromoCode",
    tag: "Sale",
    summary: "Add a code that lowers the price or opens tiers",
    params: byId,
    body: {
      name: "AddPromoCode",
      schema: promoCodeBody,
      otherNames: PROMO_CODE_NAMES,
      examples: [{ code: "EARLY10", discount_percent: 10, max_uses: 100 }, { code: "MEMBERS" }],
    },
    headers: ["Idempotency-Key"],
    replies: {
      201: { description: "The new code", data: promoCode, headers: ["Idempotency-Replayed"] },
      202: EVENT_UNDER_WAY,
    },
    errors: ["EVENT_NOT_FOUND", "EVENT_NOT_ON_SALE", "EVENT_STATE_CONFLICT", "BOOKING_SEATS_UNAVAILABLE"],
  },
  {
    method: "GET",
    path: "/events/:id/promo-codes",
    operationId: "listPromoCodes",
    tag: "Sale",
    summary: "The codes of an event, for its organizer",
    params: byId,
    query: pageQuery,
    replies: {
      200: {
        description: "A page of them, oldest first",
        data: z.array(promoCode),
        beside: pageBeside,
        headers: ["Link"],
      },
    },
    errors: ["EVENT_NOT_FOUND"],
  },
];
