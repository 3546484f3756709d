import { z } from "zod";
import { LIMIT_NAMES } from "../../ops/rate-limits.ts";
import { count, named, time, uuid } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";

const tag = "Operations";

const ratio = z
  .number()
  .min(0)
  .max(1)
  .meta({ examples: [0.99] });
const milliseconds = z
  .number()
  .min(0)
  .meta({ description: "Milliseconds", examples: [2.5] });
const bytes = z
  .number()
  .min(0)
  .meta({ description: "Bytes", examples: [8_388_608] });
const counts = (example: Readonly<Record<string, number>>) =>
  z.record(z.string(), count).meta({ examples: [example] });

const master = z.strictObject({
  status: z.enum(["healthy", "degraded"]).meta({
    description: "Degraded: few connections left, somebody waits for one, or rows have to be frozen",
  }),
  connections: count.meta({ description: "Clients of this PostgreSQL", examples: [15] }),
  avg_query_time: milliseconds
    .nullable()
    .meta({ description: "Milliseconds worked per transaction since its statistics began", examples: [2.5] }),
  connections_max: count,
  connections_by_state: counts({ active: 2, idle: 13 }),
  version: named("18.1"),
  database_bytes: bytes,
  cache_hit_ratio: ratio.nullable(),
  deadlocks: count,
  oldest_transaction_ms: milliseconds,
  xmin_age: count.meta({ description: "Transactions since the oldest snapshot that is held" }),
  frozen_age: count.meta({ description: "Transactions since the oldest row that is not frozen" }),
  dead_rows: counts({ job: 120 }),
});

const replica = z.strictObject({
  id: named("replica-1"),
  status: named("healthy").meta({
    description: "healthy, lagging (more than ten seconds), or PostgreSQL's word such as catchup",
    examples: ["healthy"],
  }),
  lag: named("50ms").nullable(),
  lag_bytes: bytes.nullable(),
  synchronous: z.boolean(),
});

const pool = z.strictObject({
  name: named("bookings"),
  total: count,
  idle: count,
  waiting: count,
  max: count,
});

const queues = z.strictObject({
  mailboxes: count.meta({ description: "pg-boss queues: one an event", examples: [150] }),
  with_mail: count,
  waiting: count,
  oldest_ms: milliseconds,
  dead_letters: count.meta({ description: "Commands that could not be decided" }),
  deepest: z.array(z.strictObject({ event_id: uuid, waiting: count, oldest_ms: milliseconds })),
});

const databaseStatus = z
  .strictObject({
    master,
    replicas: z.array(replica),
    shards: z.strictObject({}).meta({ description: "There are none", examples: [{}] }),
    pools: z.array(pool).meta({ description: "Of the process that answers" }),
    queues,
  })
  .meta({ id: "DatabaseStatus" });

const rateLimits = z
  .strictObject({
    global_requests: count.meta({ description: "Counted by the process that answers", examples: [10_000] }),
    rate_limited_requests: count.meta({ examples: [25] }),
    top_clients: z.array(z.strictObject({ ip: named("192.168.1.1"), requests: count })),
    since: time,
    factor: ratio.meta({ description: "How much is granted of the limits that adapt", examples: [1] }),
    tiers: z
      .record(z.string(), z.strictObject({ requests: count, rate_limited_requests: count }))
      .meta({ examples: [{ basic: { requests: 40, rate_limited_requests: 0 } }] }),
    limits: z.array(
      z.strictObject({
        limit: z.enum(LIMIT_NAMES as [string, ...string[]]),
        requests: count,
        granted: count.meta({ description: "Of `requests`, now" }),
        window_s: count,
        counted_by: z.enum(["user", "address", "caller", "account"]),
        rate_limited_requests: count,
      }),
    ),
    top_refused: z
      .array(z.strictObject({ key: named("3q2-7wAAAAAAAAAAAAAAAA"), rate_limited_requests: count }))
      .meta({ description: "Digests of whom the limits counted" }),
  })
  .meta({ id: "RateLimitStatus" });

/** For admins. */
export const STATUS_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/analytics/database-status",
    operationId: "getDatabaseStatus",
    tag,
    summary: "How PostgreSQL, its replicas and the mailboxes are",
    replies: { 200: { description: "At most a second old", data: databaseStatus } },
    errors: [],
  },
  {
    method: "GET",
    path: "/analytics/rate-limits",
    operationId: "getRateLimitStatus",
    tag,
    summary: "What the limits on requests let through and refused",
    replies: { 200: { description: "Of the process that answers, since it began", data: rateLimits } },
    errors: [],
  },
];
