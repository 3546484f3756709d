import type { ApiError } from "../errors.ts";
import type { ErrorRenderer } from "../middleware/funnel.ts";

/** How fields of the canonical surface are called here. */
const NAMES: Readonly<Record<string, string>> = {
  event_id: "eventId",
  event_date: "dateTime",
  total_capacity: "totalCapacity",
  price_tiers: "price",
};

/**
 * 002's errors: `{error, details}`, both texts. `details` says of bad input what is wrong with each field, and of
 * everything else which kind of error it is, by its code.
 */
export const renderErrorOfA: ErrorRenderer = (ctx, error) => {
  const problems = error.code === "VALIDATION_ERROR" ? problemsOf(error) : [];
  ctx.body = {
    error: problems[0] ?? error.message,
    details: problems.length === 0 ? error.code : problems.join("; "),
  };
};

function problemsOf({ details }: ApiError): string[] {
  return Object.entries(details).map(([field, wrong]) => `${NAMES[field] ?? field} ${wrong}`);
}
