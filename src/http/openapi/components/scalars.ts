import { z } from "zod";

const EXAMPLE_ID = "0197c1a4-7c00-7000-8000-5f0000000001";

/** A UUID; ours are of version 7, but any is accepted where one is asked for. */
export const uuid = z.guid().meta({ examples: [EXAMPLE_ID] });

/** ISO 8601 in UTC with milliseconds. */
export const time = z
  .string()
  .meta({ override: { format: "date-time" }, examples: ["2030-05-01T19:00:00.000Z"] });

export const amount = z.number().meta({ description: "In units of the currency", examples: [49.5] });

export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .meta({ description: "ISO 4217", examples: ["USD"] });

export const count = z
  .int()
  .min(0)
  .meta({ examples: [2] });

export const bookingReference = z
  .string()
  .meta({ description: "What a buyer reads out: EVT, a day and digits", examples: ["EVT20300501123456"] });

export const named = (example: string) => z.string().meta({ examples: [example] });

/** The path parameter of an event. */
export const eventId = uuid.meta({ description: "The event", examples: [EXAMPLE_ID] });

/** The path parameter of a booking. */
export const bookingId = z
  .string()
  .meta({ description: "The booking's id or its reference", examples: [EXAMPLE_ID] });

export const userId = uuid.meta({ description: "The user", examples: [EXAMPLE_ID] });
