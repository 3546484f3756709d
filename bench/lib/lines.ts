import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Queryable } from "../../src/store/database.ts";
import { BULLMQ_QUEUE } from "../peers/bullmq.ts";
import { GRAPHILE_SCHEMA } from "../peers/graphile.ts";
import { CONFIRMED_STREAM } from "../peers/redis-stock.ts";
import { analyseSendQueue, clearSendQueue, countSendQueue } from "../peers/send-queue.ts";
import type { Running } from "./processes.ts";
import type { BenchRedis } from "./redis-server.ts";

/** Variants with a line that outlasts the load, and a worker that empties it. */
export const LINED = ["send-per-request", "send-batch", "graphile-worker", "bullmq", "redis-lua"] as const;

export type LinedVariant = (typeof LINED)[number];

/** Bookings that their buyers were told are confirmed and that are not in PostgreSQL. */
export interface Unpersisted {
  readonly count: number;
  /** How long the oldest of them has been confirmed. */
  readonly ms: number;
}

/** What a variant that answers before it has written still has to do when the load is over. */
export interface Line {
  work(): void;
  /** Resolves once the worker has nothing in its hands any more. */
  rest(): Promise<void>;
  /** How many requests ever joined it since it was cleared, or a number that grows with each that does. */
  arrived(): Promise<number>;
  /** How many are not done. */
  waiting(): Promise<number>;
  /** Refreshes PostgreSQL's statistics of the line, as autovacuum does sooner or later: without them it is walked slowly. */
  analyse(): Promise<void>;
  /** Throws away what is still waiting. */
  clear(): Promise<void>;
  /** Of a line of confirmed bookings, how much is at stake now; null for lines of mere requests. */
  readonly unpersisted: (() => Promise<Unpersisted>) | null;
}

type Ends = Omit<Line, "work" | "rest" | "unpersisted"> & Partial<Pick<Line, "unpersisted">>;

const EMPTY_ASK_MS = 50;

/** The line of a variant. @throws Error where it needs a Redis and there is none */
export function lineOf(
  variant: LinedVariant,
  means: { readonly worker: Running; readonly db: Queryable; readonly redis: BenchRedis | null },
): Line {
  const { worker, db, redis } = means;
  return {
    work: () => worker.send({ type: "work" }),
    rest: async () => {
      const resting = worker.receive((message) =>
        (message as { readonly type: string }).type === "resting" ? true : null,
      );
      worker.send({ type: "rest" });
      await resting;
    },
    unpersisted: null,
    ...endsOf(variant, db, redis),
  };
}

function endsOf(variant: LinedVariant, db: Queryable, redis: BenchRedis | null): Ends {
  switch (variant) {
    case "send-per-request":
    case "send-batch":
      return sendEnds(db);
    case "graphile-worker":
      return graphileEnds(db);
    case "bullmq":
      return bullEnds(clientOf(redis));
    case "redis-lua":
      return streamEnds(clientOf(redis));
    default:
      return variant satisfies never;
  }
}

function clientOf(redis: BenchRedis | null): Redis {
  if (redis === null) throw new Error("invariant: a peer that needs Redis was started without");
  return redis.client;
}

/** Resolves once nothing waits any more; false where that did not come in time. */
export async function isEmptied(line: Line, waitMsMax: number): Promise<boolean> {
  const deadlineMs = performance.now() + waitMsMax;
  while ((await line.waiting()) > 0) {
    if (performance.now() > deadlineMs) return false;
    await sleep(EMPTY_ASK_MS);
  }
  return true;
}

function sendEnds(db: Queryable): Ends {
  return {
    arrived: async () => (await countSendQueue(db)).arrived,
    waiting: async () => (await countSendQueue(db)).waiting,
    analyse: () => analyseSendQueue(db),
    clear: () => clearSendQueue(db),
  };
}

function graphileEnds(db: Queryable): Ends {
  const jobs = `${GRAPHILE_SCHEMA}._private_jobs`;
  const count = async (text: string) => Number((await db.query<{ n: string }>(text)).rows[0]?.n ?? 0);
  return {
    // Its jobs are gone when they are done: what numbered them tells how many there were.
    arrived: () => count(`select last_value as n from ${GRAPHILE_SCHEMA}.jobs_id_seq1`),
    waiting: () => count(`select count(*) as n from ${jobs}`),
    analyse: async () => void (await db.query(`analyze ${jobs}`)),
    clear: async () => void (await db.query(`truncate ${jobs}`)),
  };
}

function bullEnds(redis: Redis): Ends {
  const key = (name: string) => `bull:${BULLMQ_QUEUE}:${name}`;
  return {
    arrived: async () => Number(await redis.get(key("id"))),
    waiting: async () => (await redis.llen(key("wait"))) + (await redis.llen(key("active"))),
    analyse: async () => {},
    clear: async () => void (await redis.flushall()),
  };
}

function streamEnds(redis: Redis): Ends {
  return {
    arrived: () => redis.xlen(CONFIRMED_STREAM),
    waiting: () => redis.xlen(CONFIRMED_STREAM),
    analyse: async () => {},
    clear: async () => void (await redis.flushall()),
    unpersisted: () => stakeOf(redis),
  };
}

/** What stands in the stream was confirmed and not yet taken off it; the worker takes off what is committed. */
async function stakeOf(redis: Redis): Promise<Unpersisted> {
  const [count, oldest, [seconds, micros]] = await Promise.all([
    redis.xlen(CONFIRMED_STREAM),
    redis.xrange(CONFIRMED_STREAM, "-", "+", "COUNT", 1),
    redis.time(),
  ]);
  const since = oldest[0]?.[0].split("-")[0];
  const nowMs = Number(seconds) * 1_000 + Number(micros) / 1_000;
  return { count, ms: since === undefined ? 0 : Math.max(0, Math.round(nowMs - Number(since))) };
}
