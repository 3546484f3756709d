import type { LimitName, RateLimit } from "../../ops/rate-limits.ts";
import type { Tally } from "./counters.ts";

/** How a caller stands with a limit. */
export interface Standing extends Tally {
  readonly name: LimitName;
  readonly limit: RateLimit;
  /** What is granted in a window now. */
  readonly points: number;
}

/** What a reply tells about limits, for pages of other origins too. */
export const LIMIT_HEADERS =
  "X-RateLimit-Limit X-RateLimit-Remaining X-RateLimit-Reset X-RateLimit-Tier RateLimit RateLimit-Policy".split(
    " ",
  );

/**
 * Tells how many requests are left, in both families of headers: `X-RateLimit-*`, whose reset is a Unix time in seconds,
 * and `RateLimit`, `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-10, whose `t` is seconds from now.
 */
export function showLimit(
  { res }: { readonly res: { setHeader(name: string, value: string): unknown } },
  { name, limit, points, used, endsInMs }: Standing,
  tier: string,
): void {
  const remaining = Math.max(0, points - used);
  const resetS = Math.ceil(endsInMs / 1_000);
  res.setHeader("X-RateLimit-Limit", String(points));
  res.setHeader("X-RateLimit-Remaining", String(remaining));
  res.setHeader("X-RateLimit-Reset", String(Math.ceil((Date.now() + endsInMs) / 1_000)));
  res.setHeader("X-RateLimit-Tier", tier);
  res.setHeader("RateLimit", `"${name}";r=${remaining};t=${resetS}`);
  res.setHeader("RateLimit-Policy", `"${name}";q=${points};w=${limit.windowS}`);
}
