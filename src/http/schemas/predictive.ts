import { z } from "zod";
import { FORECAST_DAYS } from "../../forecast/ports.ts";
import { ApiError } from "../errors.ts";

const HORIZON_DEFAULT = 7;
const horizonWords = `must be a whole number of days from 1 to ${FORECAST_DAYS}`;

export const predictiveQuery = z.object({
  horizon: z
    .string()
    .regex(/^\d{1,3}$/, horizonWords)
    .transform(Number)
    .refine((days) => days >= 1 && days <= FORECAST_DAYS, horizonWords)
    .default(HORIZON_DEFAULT),
  event_id: z.guid().optional(),
  organizer: z.guid().optional(),
  organizer_id: z.guid().optional(),
});

/** The organizer that was asked about, in lower case. @throws ApiError VALIDATION_ERROR where two different ones are named. */
export function organizerOf(query: z.output<typeof predictiveQuery>): string | null {
  const named = [query.organizer, query.organizer_id].flatMap((id) => id?.toLowerCase() ?? []);
  if (new Set(named).size > 1) {
    throw new ApiError("VALIDATION_ERROR", "organizer and organizer_id name different organizers", {
      details: { organizer: "must be the same as organizer_id, or be left out" },
    });
  }
  return named[0] ?? null;
}
