import { z } from "zod";
import { pageQuery } from "../schemas/lists.ts";
import {
  APPLY_PRICE_NAMES,
  applyPriceBody,
  PRICING_SETTINGS_NAMES,
  pricingSettingsBody,
} from "../schemas/pricing.ts";
import { pageBeside } from "./components/list.ts";
import {
  appliedBeside,
  appliedPrice,
  eventPrices,
  pricingSettings,
  recommendation,
} from "./components/pricing.ts";
import { eventId } from "./components/scalars.ts";
import { EVENT_UNDER_WAY } from "./event-changes.ts";
import type { DocumentedBody, Operation } from "./operation.ts";

const tag = "Pricing";
const params = z.object({ eventId });

const CHANGED_SETTINGS: DocumentedBody = {
  name: "ChangePricingSettings",
  schema: pricingSettingsBody,
  otherNames: PRICING_SETTINGS_NAMES,
  examples: [{ floor_price: 40, ceiling_price: 120, max_step_percent: 15, autopilot: true }],
};

function changingSettings(method: "PUT" | "PATCH"): Operation {
  return {
    method,
    path: "/pricing/event/:eventId/settings",
    operationId: method === "PUT" ? "changePricingSettings" : "patchPricingSettings",
    tag,
    summary: "Sets guard rails and autopilot of an event; what is left out stays",
    params,
    body: CHANGED_SETTINGS,
    replies: { 200: { description: "The settings as they are now", data: pricingSettings } },
    errors: ["EVENT_NOT_FOUND"],
  };
}

/** Prices: what they are and were, what is recommended, and setting them. */
export const PRICING_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/pricing/recommendations",
    operationId: "listPriceRecommendations",
    tag,
    summary: "A recommendation for each tier of one's events that are on sale; an admin sees all",
    description: "Pages are of events. Each recommendation says what it is made of; see `docs/pricing.md`.",
    query: pageQuery,
    replies: {
      200: {
        description: "Recommendations",
        data: z.array(recommendation),
        beside: pageBeside,
        headers: ["Link"],
      },
    },
    errors: [],
  },
  {
    method: "GET",
    path: "/pricing/event/:eventId",
    operationId: "getEventPrices",
    tag,
    summary: "An event's prices and their history; for its organizer also recommendations and settings",
    params,
    replies: { 200: { description: "The prices", data: eventPrices } },
    errors: ["EVENT_NOT_FOUND"],
  },
  {
    method: "POST",
    path: "/pricing/event/:eventId/apply",
    operationId: "applyPrice",
    tag,
    summary: "Sets the recommended price, or one's own",
    description:
      "Where both are given, `manual_price` is taken. Bookings that are pending keep the price they were made at. A price of " +
      "one's own beyond the event's own settings needs `confirm: true`; a recommended one is never beyond them.",
    params,
    body: {
      name: "ApplyPrice",
      schema: applyPriceBody,
      otherNames: APPLY_PRICE_NAMES,
      examples: [
        { manual_price: 129.99, reason: "Special promotion" },
        { use_ai_recommendation: true, tier: "General" },
      ],
    },
    headers: ["Idempotency-Key"],
    replies: {
      200: {
        description: "The price as it is now, and what that is expected to change",
        data: appliedPrice,
        beside: appliedBeside,
        headers: ["Idempotency-Replayed"],
      },
      202: EVENT_UNDER_WAY,
    },
    errors: ["EVENT_NOT_FOUND", "EVENT_NOT_ON_SALE", "EVENT_STATE_CONFLICT", "BOOKING_SEATS_UNAVAILABLE"],
  },
  {
    method: "GET",
    path: "/pricing/event/:eventId/settings",
    operationId: "getPricingSettings",
    tag,
    summary: "Guard rails and autopilot of an event",
    params,
    replies: { 200: { description: "The settings", data: pricingSettings } },
    errors: ["EVENT_NOT_FOUND"],
  },
  changingSettings("PUT"),
  changingSettings("PATCH"),
];
