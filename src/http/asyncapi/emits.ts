import { z } from "zod";
import { count, named, uuid } from "../openapi/components/scalars.ts";
import { availability } from "./pushes.ts";

/** What a client emits, by its name, and what it is acknowledged with. */
export interface DocumentedEmit {
  readonly summary: string;
  readonly payload: z.ZodType;
  readonly answer: z.ZodType;
}

const refused = z
  .strictObject({
    ok: z.literal(false),
    code: z.enum([
      "VALIDATION_ERROR",
      "AUTH_REQUIRED",
      "AUTH_TOKEN_INVALID",
      "AUTH_TOKEN_EXPIRED",
      "AUTH_UNAUTHORIZED",
      "EVENT_NOT_FOUND",
      "RATE_LIMIT_EXCEEDED",
      "OVERLOADED",
      "SERVER_ERROR",
    ]),
    message: z.string(),
  })
  .meta({ description: "It was not carried out" });

const done = z.literal(true);
const target = z
  .union([z.strictObject({ event_id: uuid }), z.strictObject({ user_id: uuid })])
  .meta({ description: "An event, or oneself" });
const ofUser = z.strictObject({ ok: done, user_id: uuid });

/** Everything that a client may emit in the namespace. */
export const EMITS: Readonly<Record<string, DocumentedEmit>> = {
  authenticate: {
    summary: "Says who is there, where the handshake's auth.token did not; within 10 s",
    payload: z.strictObject({ token: named("eyJhbGciOi…") }),
    answer: z.union([ofUser, refused]),
  },
  subscribe: {
    summary: "Follows an event, or hears of one's own bookings again; the answer has the event's figures",
    payload: target,
    answer: z.union([availability.extend({ ok: done }), ofUser, refused]),
  },
  unsubscribe: {
    summary: "Stops that",
    payload: target,
    answer: z.union([z.strictObject({ ok: done, event_id: uuid }), ofUser, refused]),
  },
  catch_up: {
    summary:
      "Asks for the pushes about one's bookings of an event that were missed; while not complete, ask again",
    payload: z.union([
      z.strictObject({ event_id: uuid, after_seq: count }),
      z.strictObject({ event_id: uuid, after: count.meta({ description: "The same as after_seq" }) }),
    ]),
    answer: z.union([
      z.strictObject({
        ok: done,
        event_id: uuid,
        pushes: z.array(
          z.strictObject({ name: named("booking_confirmed"), data: z.record(z.string(), z.unknown()) }),
        ),
        seq: count,
        complete: z.boolean(),
      }),
      refused,
    ]),
  },
};
