import { z } from "zod";

const ZONED = /(?:Z|[+-]\d\d:?\d\d)$/i;

/** A time in ISO 8601 with a zone, or without one: then UTC. Unix milliseconds. */
export const time = z.iso
  .datetime({ offset: true, local: true })
  .transform((value) => Date.parse(ZONED.test(value) ? value : `${value}Z`));

/** A day, or a time; a day alone is its first moment in UTC. Unix milliseconds. */
export const dayOrTime = z
  .union([z.iso.date(), z.iso.datetime({ offset: true, local: true })], {
    error: "must be a day or a time in ISO 8601, such as 2030-05-01 or 2030-05-01T19:00:00Z",
  })
  .transform((value) => Date.parse(value.length === 10 || ZONED.test(value) ? value : `${value}Z`));
