import { LIMIT_NAMES, type RateLimit } from "../../ops/rate-limits.ts";
import type { LimitStatus } from "../status-desk.ts";
import { iso } from "./time.ts";

/** The figures as 001 has them, and each limit with what it grants and refused. */
export function presentRateLimitsStatus(status: LimitStatus): Record<string, unknown> {
  return {
    global_requests: status.allowed + status.refused,
    rate_limited_requests: status.refused,
    top_clients: status.topNetworks.map(({ network, requests }) => ({ ip: network, requests })),
    since: iso(status.since),
    factor: status.factor,
    tiers: Object.fromEntries(
      status.byTier.map(({ tier, requests, refused }) => [
        tier,
        { requests, rate_limited_requests: refused },
      ]),
    ),
    limits: LIMIT_NAMES.map((name) => {
      const { points, windowS, by, adapts }: RateLimit = status.limits[name];
      return {
        limit: name,
        requests: points,
        granted: Math.max(1, Math.floor(points * (adapts ? status.factor : 1))),
        window_s: windowS,
        counted_by: by,
        rate_limited_requests: status.refusedByLimit[name] ?? 0,
      };
    }),
    top_refused: status.topRefused.map(({ key, refused }) => ({ key, rate_limited_requests: refused })),
  };
}
