import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { ParameterizedContext } from "koa";
import type { Principal } from "../../identity/principal.ts";
import { networkOf } from "../../ops/client-address.ts";
import type { LimitName, RateLimit, RateLimits, TierMultipliers } from "../../ops/rate-limits.ts";
import { ApiError } from "../errors.ts";
import type { AppState } from "../state.ts";
import type { Counters, Tally } from "./counters.ts";
import { type Standing, showLimit } from "./headers.ts";
import type { LimitStatistics } from "./statistics.ts";

type Context = ParameterizedContext<AppState>;

export interface LimiterOptions {
  readonly limits: RateLimits;
  readonly tiers: TierMultipliers;
  readonly counters: Counters;
  readonly clientAddress: (request: IncomingMessage) => string;
  /** How much of the limits that adapt is granted now, from 0 to 1. */
  readonly grants: { readonly factor: number };
  readonly statistics: LimitStatistics;
}

const ANONYMOUS_TIER = "anonymous";

/** Counts requests against the limits of whom they come from, tells them how they stand, and refuses what is too much. */
export class Limiter {
  readonly #options: LimiterOptions;

  constructor(options: LimiterOptions) {
    this.#options = options;
  }

  /** The network that a request comes from, as limits count it. */
  networkOf(ctx: { readonly req: IncomingMessage }): string {
    return networkOf(this.#options.clientAddress(ctx.req));
  }

  /**
   * Counts a request: as its caller's, and against one limit more where its route has one. The reply shows the tightest.
   * @throws ApiError RATE_LIMIT_EXCEEDED naming the limit that is used up.
   */
  async admit(ctx: Context, extra: LimitName | null): Promise<void> {
    const { principal } = ctx.state;
    const general = principal === null ? "anonymous" : "user";
    // Both are on their way to a shared store together.
    const first = this.#count(ctx, general, principal);
    const standing =
      extra === null ? await first : tighter(await this.#count(ctx, extra, principal), await first);
    if (standing.used > standing.points) {
      throw this.refuse(ctx, standing, principal?.userId ?? this.networkOf(ctx));
    }
    showLimit(ctx, standing, tierOf(ctx));
    this.#options.statistics.allowed({ tier: tierOf(ctx), network: this.networkOf(ctx) });
  }

  /** Notes a refusal, shows the limit that refused, and words it. @param key whom it is counted for; only a digest is kept */
  refuse(ctx: Context, standing: Standing, key: string): ApiError {
    const { name, limit, points, endsInMs } = standing;
    showLimit(ctx, standing, tierOf(ctx));
    const asker = { tier: tierOf(ctx), network: this.networkOf(ctx) };
    this.#options.statistics.refused(name, digestOf(key), asker);
    const retryAfterS = Math.max(1, Math.ceil(endsInMs / 1_000));
    const rate = `at most ${points} ${limit.of} in ${limit.windowS} s`;
    return new ApiError("RATE_LIMIT_EXCEEDED", `Too many requests: ${rate}; try again in ${retryAfterS} s`, {
      retryAfterS,
      extra: { rate_limit: name },
    });
  }

  /** How many a limit grants somebody now. */
  standingOf(name: LimitName, tally: Tally, tier = ANONYMOUS_TIER): Standing {
    const { limits, tiers, grants } = this.#options;
    const limit: RateLimit = limits[name];
    const granted = limit.points * (tiers.get(tier) ?? 1) * (limit.adapts ? grants.factor : 1);
    return { name, limit, points: Math.max(1, Math.floor(granted)), ...tally };
  }

  async #count(ctx: Context, name: LimitName, principal: Principal | null): Promise<Standing> {
    const { limits, counters } = this.#options;
    const isPersons = principal !== null && limits[name].by !== "address";
    const key = isPersons ? principal.userId : this.networkOf(ctx);
    return this.standingOf(name, await counters.add(name, key), principal?.tier);
  }
}

function tierOf({ state }: Context): string {
  return state.principal?.tier ?? ANONYMOUS_TIER;
}

/** The one that leaves less; a limit that is used up before one that is not. */
function tighter(one: Standing, other: Standing): Standing {
  return other.points - other.used < one.points - one.used ? other : one;
}

/** Enough to recognise whoever is refused again and again, not who it is. */
export function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, 22);
}
