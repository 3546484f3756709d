import { z } from "zod";
import { PATTERNS, tagsOf } from "../page-tags.ts";

const KEYS_MAX = 100;
const KEY_LENGTH_MAX = 100;
const EVENTS_MAX = 3_600;

export const WARM_TARGETS = ["popular_events", "event_list"] as const;

export const warmBody = z.strictObject({
  type: z.literal("events", "must be events: of nothing else there are pages to be made beforehand"),
  target: z.enum(WARM_TARGETS),
});

const key = z
  .string()
  .max(KEY_LENGTH_MAX)
  .refine(
    (pattern) => tagsOf(pattern) !== null,
    `is no pattern that is known; accepted: ${PATTERNS.join(", ")}`,
  );

export const invalidateBody = z
  .strictObject({ keys: z.array(key).min(1).max(KEYS_MAX), pattern: z.boolean().default(true) })
  .refine(({ keys, pattern }) => pattern || keys.every((one) => !one.includes("*")), {
    path: ["pattern"],
    message: "must be true where a key ends with *",
  });

export const streamQuery = z.object({
  interval_ms: z.coerce.number().int().min(250).max(60_000).default(1_000),
  events: z.coerce.number().int().min(1).max(EVENTS_MAX).optional(),
});
