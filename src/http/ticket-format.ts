import type { RouterContext } from "@koa/router";
import { ApiError } from "./errors.ts";
import type { TicketFormat } from "./schemas/tickets.ts";
import type { AppState } from "./state.ts";
import { malformed } from "./validate.ts";

/** No form of a ticket, but of what is said where there is none. */
const PROBLEM = "application/problem+json";

/** Media types by format; the first is sent where a client takes any of them. */
const TYPES = {
  // Whoever asks for problems as RFC 9457 has them takes JSON.
  json: ["application/json", PROBLEM],
  pdf: ["application/pdf"],
  qr: ["image/png", "image/svg+xml"],
  ics: ["text/calendar"],
} as const satisfies Record<TicketFormat, readonly string[]>;

const ALL_TYPES: readonly string[] = Object.values(TYPES).flat();

/** How tickets are to be sent, and as what. */
export interface Wanted {
  readonly format: TicketFormat;
  readonly type: string;
}

/**
 * The format that `?format=` names, or else the one that `Accept` prefers.
 * @throws ApiError VALIDATION_ERROR where the two contradict each other, NOT_ACCEPTABLE where there is nothing that fits.
 */
export function wantedFormat(ctx: RouterContext<AppState>, format: TicketFormat | undefined): Wanted {
  if (format !== undefined) {
    const type = ctx.accepts([...TYPES[format]]);
    if (type !== false) return { format, type };
    throw malformed("format", `is ${format}, but the Accept header takes none of ${formsOf(TYPES[format])}`);
  }
  const type = ctx.accepts([...ALL_TYPES]);
  const fitting = Object.entries(TYPES).find(([, types]) => types.some((one) => one === type));
  if (type !== false && fitting !== undefined) return { format: fitting[0] as TicketFormat, type };
  throw new ApiError("NOT_ACCEPTABLE", `Tickets are sent as one of ${formsOf(ALL_TYPES)}`);
}

function formsOf(types: readonly string[]): string {
  return types.filter((type) => type !== PROBLEM).join(", ");
}
