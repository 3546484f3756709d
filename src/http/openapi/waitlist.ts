import { z } from "zod";
import { pageQuery } from "../schemas/lists.ts";
import {
  joinWaitlistBody,
  joinWaitlistOfEventBody,
  PROCESS_NAMES,
  processWaitlistBody,
  WAITLIST_NAMES,
} from "../schemas/waitlist.ts";
import { pageBeside } from "./components/list.ts";
import { count, eventId, userId } from "./components/scalars.ts";
import * as waitlist from "./components/waitlist.ts";
import { EVENT_UNDER_WAY } from "./event-changes.ts";
import type { Operation } from "./operation.ts";

const tag = "Waitlist";
const ID = "0197c1a4-7c00-7000-8000-5f0000000001";

const ofEvent = z.object({ eventId });
const ofPerson = z.object({ eventId, userId });
const processed = { processed: count, promoted_users: z.array(waitlist.promotedUser) };

const joining = {
  method: "POST",
  tag,
  headers: ["Idempotency-Key"],
  replies: {
    201: {
      description: "The place in the line; a higher tier that was asked for is told and not granted",
      data: waitlist.waitlistJoined,
      headers: ["Location", "Idempotency-Replayed"],
    },
    202: EVENT_UNDER_WAY,
  },
  errors: [
    "AUTH_UNAUTHORIZED",
    "EVENT_NOT_FOUND",
    "EVENT_NOT_ON_SALE",
    "BOOKING_SEATS_UNAVAILABLE",
    "BOOKING_LIMIT_EXCEEDED",
    "WAITLIST_NOT_NEEDED",
    "WAITLIST_ALREADY_JOINED",
  ],
} as const satisfies Partial<Operation>;

export const WAITLIST_OPERATIONS: readonly Operation[] = [
  {
    ...joining,
    path: "/waitlist/:eventId/join",
    operationId: "joinWaitlist",
    summary: "Join the waitlist of an event that is full",
    params: ofEvent,
    body: {
      name: "JoinWaitlist",
      schema: joinWaitlistBody,
      otherNames: WAITLIST_NAMES,
      examples: [{ quantity: 2 }, {}],
      required: false,
    },
  },
  {
    ...joining,
    path: "/waitlist/join",
    operationId: "joinWaitlistByBody",
    summary: "The same with the event in the body",
    body: {
      name: "JoinWaitlistOfEvent",
      schema: joinWaitlistOfEventBody,
      otherNames: WAITLIST_NAMES,
      examples: [{ event_id: ID, quantity: 2, notification_preferences: { websocket: true } }],
    },
  },
  {
    method: "GET",
    path: "/waitlist",
    operationId: "listOwnWaitlistEntries",
    tag,
    summary: "Where one waits, or has an offer",
    query: pageQuery,
    replies: {
      200: {
        description: "A page of them, oldest first",
        data: z.array(waitlist.waitlistEntry),
        beside: pageBeside,
        headers: ["Link"],
      },
    },
    errors: [],
  },
  {
    method: "GET",
    path: "/waitlist/:eventId/user/:userId",
    operationId: "getWaitlistEntry",
    tag,
    summary: "Somebody's place: one's own, or anybody's for an admin",
    params: ofPerson,
    replies: { 200: { description: "The latest entry", data: waitlist.waitlistEntryWithEvent } },
    errors: ["AUTH_UNAUTHORIZED", "EVENT_NOT_FOUND", "WAITLIST_ENTRY_NOT_FOUND"],
  },
  {
    method: "DELETE",
    path: "/waitlist/:eventId/user/:userId",
    operationId: "leaveWaitlist",
    tag,
    summary: "Leave the line, or decline the offer",
    params: ofPerson,
    refusesBody: true,
    headers: ["Idempotency-Key"],
    replies: {
      200: {
        description: "The entry as it is now",
        data: waitlist.waitlistLeft,
        beside: { positions_updated: count },
        headers: ["Idempotency-Replayed"],
      },
      202: EVENT_UNDER_WAY,
    },
    errors: ["AUTH_UNAUTHORIZED", "EVENT_NOT_FOUND", "WAITLIST_ENTRY_NOT_FOUND", "BOOKING_STATE_CONFLICT"],
  },
  {
    method: "GET",
    path: "/waitlist/:eventId/stats",
    operationId: "getWaitlistStats",
    tag,
    summary: "How many wait, and how it went for those before them",
    params: ofEvent,
    replies: { 200: { description: "The figures", data: waitlist.waitlistStats } },
    errors: ["EVENT_NOT_FOUND"],
  },
  {
    method: "POST",
    path: "/waitlist/:eventId/process",
    operationId: "processWaitlist",
    tag,
    summary: "Offer what is free to those who wait",
    params: ofEvent,
    body: {
      name: "ProcessWaitlist",
      schema: processWaitlistBody,
      otherNames: PROCESS_NAMES,
      examples: [{ available_seats: 10 }, {}],
      required: false,
    },
    headers: ["Idempotency-Key"],
    replies: {
      200: {
        description: "The offers that were made",
        data: z.strictObject(processed),
        beside: processed,
        headers: ["Idempotency-Replayed"],
      },
      202: EVENT_UNDER_WAY,
    },
    errors: ["EVENT_NOT_FOUND", "EVENT_NOT_ON_SALE"],
  },
];
