/** Whom a limit counts: a person, a network address, whichever of the two is known, or the account that is tried. */
export type CountedBy = "user" | "address" | "caller" | "account";

export interface RateLimit {
  /** Requests within a window. */
  readonly points: number;
  readonly windowS: number;
  readonly by: CountedBy;
  /** Whether fewer are granted while the process is behind. */
  readonly adapts: boolean;
  /** What of the API it is about, for whoever is refused. */
  readonly of: string;
  /** The routes that it counts besides the limit on all requests of a caller: "METHOD /pattern" below any surface's base. */
  readonly routes?: RegExp;
}

const MINUTE_S = 60;
const QUARTER_S = 900;
const perMinute = (points: number) => ({ points, windowS: MINUTE_S, adapts: true });
const failures = (points: number) => ({ points, windowS: QUARTER_S, adapts: false });

/**
 * Every limit there is. Each request counts as `anonymous` or as `user`, and for the routes of one more. There is no limit
 * on all requests together: overload is answered 503 by what is overloaded.
 */
export const RATE_LIMITS = {
  anonymous: { ...perMinute(1_000), by: "address", of: "requests without a token" },
  user: { ...perMinute(1_000), by: "user", of: "requests" },
  bookings: { ...perMinute(50), by: "user", of: "new bookings", routes: /^POST \/bookings$/ },
  event_reads: {
    ...perMinute(200),
    by: "caller",
    of: "reads of events",
    routes: /^GET \/events(?:\/popular|\/:\w+(?:\/seats)?)?$/,
  },
  booking_polls: {
    ...perMinute(600),
    by: "user",
    of: "reads of bookings",
    routes: /^GET \/bookings\/(?:reference\/)?:\w+$/,
  },
  analytics: { ...perMinute(100), by: "user", of: "analytics", routes: /^GET (?:\/admin)?\/analytics\b/ },
  // An operator has to get in when everything is behind.
  admin: {
    ...perMinute(1_000),
    adapts: false,
    by: "user",
    of: "administration",
    routes: /^\w+ (?:\/auth)?\/admin\/(?!analytics\b)/,
  },
  registrations: {
    ...perMinute(100),
    by: "address",
    of: "registrations and password resets",
    routes: /^POST \/auth\/(?:register|create-admin|(?:forgot|reset)-password)$/,
  },
  failed_logins: { ...failures(10), by: "account", of: "failed logins to one account" },
  failed_logins_by_address: { ...failures(100), by: "address", of: "failed logins" },
  failed_refreshes: { ...failures(100), by: "address", of: "refused refresh tokens" },
} as const satisfies Readonly<Record<string, RateLimit>>;

export type LimitName = keyof typeof RATE_LIMITS;
export type RateLimits = Readonly<Record<LimitName, RateLimit>>;

export const LIMIT_NAMES = Object.keys(RATE_LIMITS) as readonly LimitName[];

/** Stands for every limit in a list of changes. */
const ALL = "all";
const POINTS_MAX = 1_000_000_000;
const WINDOW_S_MAX = 86_400;

/**
 * The table with changes such as `bookings=100/60,all=5000/60`: points and seconds. Later ones count.
 * @param wrong told what cannot be read, a sentence each
 */
export function readRateLimits(changes: readonly string[], wrong: (problem: string) => void): RateLimits {
  const limits: Record<LimitName, RateLimit> = { ...RATE_LIMITS };
  for (const change of changes) {
    const [, name = "", points = "", windowS = ""] = /^(\w+)=(\d+)\/(\d+)$/.exec(change) ?? [];
    const names = name === ALL ? LIMIT_NAMES : LIMIT_NAMES.filter((known) => known === name);
    const figures = { points: Number(points), windowS: Number(windowS) };
    if (points === "") wrong(`${change}: write name=requests/seconds, such as bookings=100/60`);
    else if (names.length === 0) wrong(`${name}: no such limit; there are ${ALL}, ${LIMIT_NAMES.join(", ")}`);
    else if (!isBetween(figures.points, POINTS_MAX) || !isBetween(figures.windowS, WINDOW_S_MAX)) {
      wrong(`${change}: 1 to ${POINTS_MAX} requests in 1 to ${WINDOW_S_MAX} seconds`);
    } else for (const one of names) limits[one] = { ...limits[one], ...figures };
  }
  return limits;
}

/** People's tiers; who has no token is `anonymous` and has none. */
const TIERS = ["basic", "premium", "vip"];
const MULTIPLIER_MAX = 1_000;

export type TierMultipliers = ReadonlyMap<string, number>;

/** What a limit is multiplied by for a person's tier, from `premium=2,vip=4`; 1 where nothing is said. */
export function readTierMultipliers(
  entries: readonly string[],
  wrong: (problem: string) => void,
): TierMultipliers {
  const multipliers = new Map<string, number>();
  for (const entry of entries) {
    const [, tier = "", factor = ""] = /^(\w+)=(\d+(?:\.\d+)?)$/.exec(entry) ?? [];
    if (!TIERS.includes(tier)) wrong(`${entry}: write tier=factor with one of ${TIERS.join(", ")}`);
    else if (!(Number(factor) > 0 && Number(factor) <= MULTIPLIER_MAX)) {
      wrong(`${entry}: a factor above 0, up to ${MULTIPLIER_MAX}`);
    } else multipliers.set(tier, Number(factor));
  }
  return multipliers;
}

function isBetween(value: number, max: number): boolean {
  return value >= 1 && value <= max;
}
