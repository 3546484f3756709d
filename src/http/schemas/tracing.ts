import { z } from "zod";
import { pageFields } from "./lists.ts";
import { verbatimText } from "./text.ts";
import { dayOrTime } from "./times.ts";

const DURATION_MS_MAX = 86_400_000;
const ROUTE_LENGTH_MAX = 200;

const duration = z.coerce.number().min(0).max(DURATION_MS_MAX).optional();

export const traceListQuery = z.object({ ...pageFields, min_duration: duration });

export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

const STATUS = /^[1-5](?:\d\d|xx)$/i;

/** `500`, or a class such as `5xx`: the first and the last status that is meant. */
const status = z
  .string()
  .regex(STATUS, "must be a status such as 500, or a class of them such as 5xx")
  .transform((text) => {
    const digit = text[0] ?? "";
    return /xx$/i.test(text)
      ? { from: Number(`${digit}00`), to: Number(`${digit}99`) }
      : { from: Number(text), to: Number(text) };
  });

const searchFields = {
  ...pageFields,
  method: z
    .string()
    .transform((text) => text.toUpperCase())
    .pipe(z.enum(METHODS))
    .optional(),
  status: status.optional(),
  min_duration: duration,
  max_duration: duration,
  path: verbatimText(ROUTE_LENGTH_MAX).min(1).optional(),
  from: dayOrTime.optional(),
  until: dayOrTime.optional(),
};

export const traceSearchQuery = z.object(searchFields);

/** As documents have them: they cannot say what a transform makes of a text. */
export const documentedSearchQuery = z.object({
  ...searchFields,
  method: z.enum(METHODS).optional(),
  status: z
    .string()
    .regex(STATUS)
    .meta({ description: "A status, or a class of them", examples: ["500", "5xx"] })
    .optional(),
  path: searchFields.path.meta({ description: "A pattern", examples: ["/api/v1/bookings"] }),
});

/** W3C: 32 hexadecimal digits, not all of them 0. */
export const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
