import type { ParameterizedContext } from "koa";
import type { ErrorRenderer } from "../middleware/funnel.ts";
import type { AppState } from "../state.ts";

type Context = ParameterizedContext<AppState>;

const UNPROCESSABLE = 422;

/** How fields of the canonical surface are called here. */
const NAMES: Readonly<Record<string, string>> = {
  event_date: "start_time",
  total_capacity: "total_seats",
  seat_configuration: "total_seats",
  price_tiers: "total_seats",
  seat_ids: "seat_id",
};

/** 003's errors: `{detail}`, a text; for bad input 422 and a list of `{loc, msg, type}`. */
export const renderErrorOfB: ErrorRenderer = (ctx, error) => {
  if (error.code !== "VALIDATION_ERROR") {
    ctx.body = { detail: error.message };
    return;
  }
  const problems = Object.entries(error.details);
  ctx.status = UNPROCESSABLE;
  ctx.body = {
    detail:
      problems.length === 0
        ? [{ loc: ["body"], msg: error.message, type: "value_error" }]
        : problems.map(([field, wrong]) => ({
            loc: placeOf(ctx, NAMES[field] ?? field),
            msg: wrong,
            type: typeOf(wrong),
          })),
  };
};

/** Where a field stands in its request. */
function placeOf(ctx: Context, field: string): string[] {
  if (field === "body") return ["body"];
  // No other field has a hyphen in its name.
  if (field.includes("-")) return ["header", field];
  const { params = {} } = ctx as { readonly params?: Readonly<Record<string, unknown>> };
  if (Object.hasOwn(params, field)) return ["path", field];
  return [ctx.method === "GET" ? "query" : "body", ...field.split(".")];
}

function typeOf(wrong: string): string {
  if (wrong.startsWith("is required")) return "missing";
  return wrong === "is not valid JSON" ? "json_invalid" : "value_error";
}
