import type pg from "pg";
import { createBullPeer } from "./bullmq.ts";
import { createCeilingPeer } from "./ceiling.ts";
import { createConditionalPeer } from "./conditional.ts";
import { createGraphilePeer } from "./graphile.ts";
import { createGroupCommitPeer } from "./group-commit.ts";
import { createOptimisticPeer } from "./optimistic.ts";
import type { Peer } from "./peer.ts";
import { createRedisLuaPeer } from "./redis-lua.ts";
import { createRowLockPeer } from "./row-lock.ts";
import { createTunedRowLockPeer } from "./row-lock-tuned.ts";
import { createSendPeer, startSendBoss } from "./send-queue.ts";

/** What a peer is made of. */
export interface PeerMeans {
  readonly databaseUrl: string;
  /** Empty for peers that use no Redis. */
  readonly redisUrl: string;
  /** Makes a pool of the size that is wanted. */
  readonly pool: () => pg.Pool;
  readonly size: number;
}

/** The HTTP side of a peer. @throws Error where there is none of that name */
export async function createPeer(variant: string, means: PeerMeans): Promise<Peer> {
  const { databaseUrl, redisUrl, pool, size } = means;
  switch (variant) {
    case "row-lock":
      return createRowLockPeer(pool());
    case "row-lock-tuned":
      return createTunedRowLockPeer(pool());
    case "optimistic":
      return createOptimisticPeer(pool());
    case "conditional":
      return createConditionalPeer(pool());
    case "group-commit":
      return createGroupCommitPeer(pool());
    case "send-per-request":
    case "send-batch":
      return createSendPeer(await startSendBoss(databaseUrl, size), variant);
    case "graphile-worker":
      return createGraphilePeer(pool());
    case "bullmq":
      return createBullPeer(redisUrl);
    case "redis-lua":
      return createRedisLuaPeer(redisUrl, pool());
    case "ceiling":
      return createCeilingPeer();
    default:
      throw new Error(`there is no peer "${variant}"`);
  }
}
