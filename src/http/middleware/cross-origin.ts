import cors from "@koa/cors";
import type { Middleware } from "koa";
import { LIMIT_HEADERS } from "../limits/headers.ts";
import type { AppState } from "../state.ts";

const EXPOSED_HEADERS =
  "Location Retry-After ETag Link X-Total-Count X-Request-Id X-Trace-Id Idempotency-Replayed Preference-Applied Allow WWW-Authenticate Content-Disposition".split(
    " ",
  );
/** How long a browser may remember what it may send here; Chromium takes no longer. */
const PREFLIGHT_SECONDS_MAX = 7_200;

/** Lets pages of these origins, and of no others, read the replies. */
export function crossOrigin(corsOrigins: readonly string[]): Middleware<AppState> {
  const origins = new Set(corsOrigins);
  return cors({
    origin: (ctx) => (origins.has(ctx.get("Origin")) ? ctx.get("Origin") : ""),
    exposeHeaders: [...EXPOSED_HEADERS, ...LIMIT_HEADERS],
    keepHeadersOnError: true,
    maxAge: PREFLIGHT_SECONDS_MAX,
  }) as unknown as Middleware<AppState>;
}
