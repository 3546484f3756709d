import { z } from "zod";
import { invalidateBody, streamQuery, WARM_TARGETS, warmBody } from "../schemas/cache.ts";
import { count, named } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";

const tag = "Cache";
const ID = "0197c1a4-7c00-7000-8000-5f0000000001";

const ratio = z
  .number()
  .min(0)
  .max(1)
  .nullable()
  .meta({ description: "0 to 1; null before anything was asked", examples: [0.75] });
const size = named("25MB");

const cacheStats = z
  .strictObject({
    memory_cache: z.strictObject({ hit_ratio: ratio, entries: count, memory_usage: size }),
    redis_cache: z.strictObject({
      status: z.enum(["in use", "not in use", "not configured"]),
      hit_ratio: ratio,
      entries: count.nullable().meta({ description: "Keys of all that uses this Redis", examples: [2500] }),
      memory_usage: size.nullable(),
    }),
    database_cache: z.strictObject({ hit_ratio: ratio, query_cache_size: size }),
    reads: z.strictObject({
      memory: count,
      aging: count.meta({ description: "From memory, and read anew in the background" }),
      shared: count.meta({ description: "By a read that was under way for somebody else" }),
      redis: count,
      database: count,
    }),
    invalidations: count,
    overtaken: count.meta({ description: "Pages that changed while they were read, and were not kept" }),
  })
  .meta({ id: "CacheStats", description: "How the cache of pages does, in this process since it began" });

const warmed = z.strictObject({
  type: z.literal("events"),
  target: z.enum(WARM_TARGETS),
  pages: count.meta({ description: "The list and the pages of its events" }),
  warmed: count.meta({ description: "Those of them that were not there" }),
  elapsed_ms: count,
});

const invalidated = z.strictObject({
  keys: z.array(named("events:*")),
  tags: z.array(named("lists")).meta({ description: "What they stand for" }),
});

/** For admins. */
export const CACHE_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/cache/stats",
    operationId: "getCacheStats",
    tag,
    summary: "How the caches do",
    replies: { 200: { description: "At most a second old", data: cacheStats } },
    errors: [],
  },
  {
    method: "GET",
    path: "/cache/metrics",
    operationId: "streamCacheMetrics",
    tag,
    summary: "The same again and again, as server-sent events",
    description:
      "Events are called `metrics`; a comment comes when nothing else did for a quarter of a minute. A stream ends after " +
      "`events` of them, or after five minutes; no more than ten are served at a time.",
    query: streamQuery,
    replies: {
      200: {
        description: "A stream",
        content: { "text/event-stream": named('event: metrics\nid: 1\ndata: {"memory_cache":{}}\n\n') },
      },
    },
    errors: [],
  },
  {
    method: "POST",
    path: "/cache/warm",
    operationId: "warmCache",
    tag,
    summary: "Make pages before somebody asks for them",
    body: {
      name: "WarmCache",
      schema: warmBody,
      examples: [{ type: "events", target: "popular_events" }],
    },
    replies: { 200: { description: "They are there, in the process that answers", data: warmed } },
    errors: [],
  },
  {
    method: "POST",
    path: "/cache/invalidate",
    operationId: "invalidateCache",
    tag,
    summary: "Have pages read anew",
    description:
      "Accepted are `events:*`, `events:list:*`, `events:popular:*`, `event:ID:*`, `venue:ID:*`, `seats:*`, `seats:ID:*` and, " +
      "though nothing is kept of people, `user:ID:*`; each without `:*`, too.",
    body: {
      name: "InvalidateCache",
      schema: invalidateBody,
      examples: [
        { keys: ["events:*", "user:123:*"], pattern: true },
        { keys: [`event:${ID}`], pattern: false },
      ],
    },
    replies: { 200: { description: "In every process", data: invalidated } },
    errors: [],
  },
];
