import type { ParameterizedContext } from "koa";
import type { LimitName } from "../../ops/rate-limits.ts";
import type { AppState } from "../state.ts";
import type { Counters } from "./counters.ts";
import { Gate } from "./gate.ts";
import type { Standing } from "./headers.ts";
import { digestOf, type Limiter } from "./limiter.ts";

type Context = ParameterizedContext<AppState>;

/** From which networks somebody logged in to an account lately. */
export interface KnownNetworks {
  has(account: string, network: string): Promise<boolean>;
  add(account: string, network: string): Promise<void>;
}

interface FailedLoginsOptions {
  readonly limiter: Limiter;
  readonly counters: Counters;
  readonly known: KnownNetworks;
}

interface Counted {
  readonly limit: LimitName;
  readonly key: string;
}

/**
 * Bounds guesses. Only failures count, and an attempt is refused with 429 before its password is looked at, for known and
 * unknown accounts alike.
 *
 * Failures to log in count for the account and for the network they come from. Otherwise anybody could lock an account for
 * ever by failing on purpose, so a network from which its owner logged in lately has a count of its own: the owner gets in
 * there while everybody else is locked out. Elsewhere the lock ends with its window, or with a password reset.
 */
export class FailedLogins {
  readonly #options: FailedLoginsOptions;
  readonly #gates = new Map<LimitName, Gate<Standing>>();

  constructor(options: FailedLoginsOptions) {
    this.#options = options;
  }

  /** Runs an attempt to log in, null where it failed. @throws ApiError RATE_LIMIT_EXCEEDED instead of running it. */
  async login<T>(ctx: Context, email: string, attempt: () => Promise<T | null>): Promise<T | null> {
    const { known, limiter } = this.#options;
    const network = limiter.networkOf(ctx);
    const account = accountOf(email);
    const isKnown = await known.has(account, network);
    const key = isKnown ? `${account}@${network}` : account;
    const counts: Counted[] = [
      { limit: "failed_logins", key },
      { limit: "failed_logins_by_address", key: network },
    ];
    const result = await this.#bounded(ctx, counts, attempt, (value) => value === null);
    if (result !== null && !isKnown) await known.add(account, network);
    return result;
  }

  /** The same for what somebody who is logged in knows of their own password; strangers' failures do not count here. */
  changePassword<T>(
    ctx: Context,
    userId: string,
    attempt: () => Promise<T>,
    isFailure: (outcome: T) => boolean,
  ): Promise<T> {
    return this.#bounded(ctx, [{ limit: "failed_logins", key: `of ${userId}` }], attempt, isFailure);
  }

  /** The same for refresh tokens, by network. */
  refresh<T>(ctx: Context, attempt: () => Promise<T | null>): Promise<T | null> {
    const key = this.#options.limiter.networkOf(ctx);
    return this.#bounded(ctx, [{ limit: "failed_refreshes", key }], attempt, (value) => value === null);
  }

  /** Somebody proved another way whose account it is, such as by a password reset: they may log in from where they are. */
  async forgive(ctx: Context, email: string): Promise<void> {
    const { known, counters, limiter } = this.#options;
    const account = accountOf(email);
    await Promise.all([
      known.add(account, limiter.networkOf(ctx)),
      counters.forget("failed_logins", account),
    ]);
  }

  async #bounded<T>(
    ctx: Context,
    counts: readonly Counted[],
    attempt: () => Promise<T>,
    isFailure: (outcome: T) => boolean,
  ): Promise<T> {
    const inside: Counted[] = [];
    try {
      for (const count of counts) {
        const usedUp = await this.#gateOf(count.limit).enter(count.key);
        if (usedUp !== null) throw this.#options.limiter.refuse(ctx, usedUp, count.key);
        inside.push(count);
      }
      const outcome = await attempt();
      if (isFailure(outcome)) {
        await Promise.all(counts.map(({ limit, key }) => this.#options.counters.add(limit, key)));
      }
      return outcome;
    } finally {
      for (const { limit, key } of inside) this.#gateOf(limit).leave(key);
    }
  }

  #gateOf(limit: LimitName): Gate<Standing> {
    const { limiter, counters } = this.#options;
    let gate = this.#gates.get(limit);
    if (gate === undefined) {
      gate = new Gate(async (key) => limiter.standingOf(limit, await counters.peek(limit, key)));
      this.#gates.set(limit, gate);
    }
    return gate;
  }
}

/** E-mail is compared without case; what is kept of it is a digest. */
function accountOf(email: string): string {
  return digestOf(email.trim().toLowerCase());
}
