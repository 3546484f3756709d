import { z } from "zod";
import { EVENT_SORTS, EXPORTS, type Period } from "../analytics-desk.ts";
import { ApiError } from "../errors.ts";
import { streamQuery } from "./cache.ts";
import { pageFields } from "./lists.ts";

const DAY_MS = 86_400_000;
const DAY_LENGTH = "2026-11-21".length;
const DAYS_DEFAULT = 30;
const DAYS_MAX = 1_100;

/** ISO 8601 knows a year 0, PostgreSQL's dates do not: nor may what is worked out from a day come there. */
const FIRST_DAY = "1000-01-01";
const day = z.iso
  .date({ error: "must be a day such as 2026-11-21 (UTC)" })
  .refine((text) => text >= FIRST_DAY, "must be in year 1000 or later");
const periodFields = { start_date: day.optional(), end_date: day.optional() };
const currency = z
  .string()
  .regex(/^[A-Za-z]{3}$/, "must be the code of a currency (ISO 4217), such as USD")
  .transform((code) => code.toUpperCase())
  .optional();

export const periodQuery = z.object({ ...periodFields, currency });
export const currencyQuery = z.object({ currency });
export const eventFiguresQuery = z.object({ ...pageFields, sort: z.enum(EVENT_SORTS).default("revenue") });
export const funnelQuery = z.object({ ...periodFields, event_id: z.guid().optional() });
export const realtimeQuery = streamQuery;
export const exportQuery = z.object({ ...periodFields, event_id: z.guid().optional() });
export const EXPORT_FILES = EXPORTS.map((name) => `${name}.csv` as const);

interface Days {
  readonly start_date?: string | undefined;
  readonly end_date?: string | undefined;
}

/**
 * The days that were asked for, both included; null where none were.
 * @throws ApiError VALIDATION_ERROR where they end before they begin, or are too many.
 */
export function periodOf({ start_date: start, end_date: end }: Days, nowMs: number): Period | null {
  if (start === undefined && end === undefined) return null;
  const to = end ?? dayOf(Math.max(nowMs, Date.parse(start as string)));
  const from = start ?? dayOf(Date.parse(to) - (DAYS_DEFAULT - 1) * DAY_MS);
  const days = 1 + (Date.parse(to) - Date.parse(from)) / DAY_MS;
  if (days < 1) throw wrongDays("must not be before start_date");
  if (days > DAYS_MAX) throw wrongDays(`must be within ${DAYS_MAX} days of start_date`);
  return { from, to };
}

/** The last 30 days, for lists of days where no period was asked for. */
export function lastDays(nowMs: number): Period {
  return { from: dayOf(nowMs - (DAYS_DEFAULT - 1) * DAY_MS), to: dayOf(nowMs) };
}

/** A moment's day in UTC. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, DAY_LENGTH);
}

function wrongDays(wrong: string): ApiError {
  return new ApiError("VALIDATION_ERROR", `end_date ${wrong}`, { details: { end_date: wrong } });
}
