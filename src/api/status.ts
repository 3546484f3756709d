import type { StatusDesk } from "../http/status-desk.ts";
import { queueFigures } from "../mailbox/queue-figures.ts";
import type { Config } from "../ops/config.ts";
import { databaseStatus } from "../store/queries/database-status.ts";
import { deadLetterCount } from "../store/queries/sale-gauges.ts";
import { remembered } from "./cache-figures.ts";
import type { Limits } from "./limits.ts";
import type { composePools } from "./pools.ts";

type Pools = Omit<ReturnType<typeof composePools>, "close">;

/** What admins ask about the database and about limits. */
export function composeStatus(options: {
  readonly config: Config;
  readonly pools: Pools;
  readonly limits: Pick<Limits, "statistics" | "factor">;
}): StatusDesk {
  const { config, pools, limits } = options;
  return {
    database: remembered(async () => {
      // Before this asks itself, it would find its own connections busy.
      const ofPools = figuresOf(pools);
      const [database, mailboxes, deadLetters] = await Promise.all([
        databaseStatus(pools.pool),
        queueFigures(pools.pool),
        deadLetterCount(pools.pool),
      ]);
      return { ...database, mailboxes, deadLetters, pools: ofPools };
    }),
    limits: () => ({
      ...limits.statistics.snapshot(),
      limits: config.RATE_LIMITS,
      factor: limits.factor(),
    }),
  };
}

function figuresOf({ pool, bookings, health }: Pools) {
  return Object.entries({ pages: pool, bookings, health }).map(([name, one]) => ({
    name,
    total: one.totalCount,
    idle: one.idleCount,
    waiting: one.waitingCount,
    max: one.options.max,
  }));
}
