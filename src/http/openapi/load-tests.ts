import { z } from "zod";
import { START_NAMES } from "../routes/load-tests.ts";
import { startLoadTestBody } from "../schemas/load-tests.ts";
import { count, named, time, uuid } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";

const tag = "Load tests";

const milliseconds = z
  .number()
  .min(0)
  .nullable()
  .meta({ description: "Milliseconds, of answers with 2xx; null before the first", examples: [12.5] });
const rate = z
  .number()
  .min(0)
  .nullable()
  .meta({ examples: [500] });

const results = z.strictObject({
  total_requests: count,
  successful_requests: count,
  failed_requests: count.meta({ description: "Answers other than 2xx, and broken connections" }),
  refused_by_status: z.record(z.string(), count).meta({ examples: [{ 429: 12 }] }),
  broken_connections: count,
  avg_response_time: milliseconds,
  p50_response_time: milliseconds,
  p95_response_time: milliseconds,
  p99_response_time: milliseconds,
  max_response_time: milliseconds,
  requests_per_second: rate,
  successful_per_second: rate,
  elapsed_seconds: z
    .number()
    .min(0)
    .meta({ examples: [30.1] }),
});

const status = z.enum(["running", "completed", "failed"]);
const loadTest = z
  .strictObject({
    test_id: uuid,
    status,
    failure: z.string().nullable().meta({ description: "Why it failed" }),
    scenario: named("event-list"),
    method: z.enum(["GET", "POST"]),
    endpoint: named("/api/v1/events"),
    concurrent_users: count,
    duration_seconds: count,
    ramp_up_time: count,
    requests_max: count,
    started_at: time,
    estimated_completion: time,
    ended_at: time.nullable(),
    version: named("0.1.0"),
    cpus: count.meta({ description: "Of the machine that it ran on" }),
    results: results.nullable().meta({ description: "As far as it has come; null before the first second" }),
  })
  .meta({ id: "LoadTest", description: "A load test of this installation against itself" });

const benchmarks = z.strictObject({
  benchmarks: z.array(
    z.strictObject({
      scenario: named("event-list"),
      endpoint: named("/api/v1/events"),
      tests: count.meta({ description: "How many of the latest hundred were completed" }),
      latest: loadTest,
      best: loadTest,
    }),
  ),
  history: z.array(loadTest).meta({ description: "The latest hundred, whatever became of them" }),
});

/** For admins. */
export const LOAD_TEST_OPERATIONS: readonly Operation[] = [
  {
    method: "POST",
    path: "/load-test/start",
    operationId: "startLoadTest",
    tag,
    summary: "Start a load test",
    description:
      "What is asked is chosen from a list, by `scenario` or by the path that one has; never an address. The server asks itself, " +
      "on its own machine, in a closed loop of `concurrent_users` connections, each of them a person with limits like anybody. " +
      "Events and buyers are the test's own, are on no list, and are cleared away afterwards.",
    body: {
      name: "StartLoadTest",
      schema: startLoadTestBody,
      otherNames: START_NAMES,
      examples: [
        { concurrent_users: 1000, duration_seconds: 300, endpoint: "/api/v1/events", ramp_up_time: 60 },
        { scenario: "hot-100", duration_seconds: 30 },
      ],
    },
    replies: {
      202: {
        description: "It runs",
        data: loadTest,
        beside: { test_id: uuid, status, estimated_completion: time },
        headers: ["Location"],
      },
    },
    errors: ["LOAD_TESTS_DISABLED", "LOAD_TEST_RUNNING"],
  },
  {
    method: "GET",
    path: "/load-test/status/:testId",
    operationId: "getLoadTest",
    tag,
    summary: "How a load test is doing, or what it came to",
    params: z.object({ testId: uuid }),
    replies: { 200: { description: "At most a second old", data: loadTest } },
    errors: ["LOAD_TEST_NOT_FOUND"],
  },
  {
    method: "GET",
    path: "/load-test/benchmarks",
    operationId: "listLoadTests",
    tag,
    summary: "What load tests came to",
    replies: { 200: { description: "By scenario, and one by one", data: benchmarks } },
    errors: [],
  },
];
