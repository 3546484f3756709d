import type { LoadTest } from "../../load-tests/ports.ts";
import { isoTime } from "../../ops/iso-time.ts";

const SECOND_MS = 1_000;

/** A load test as admins are shown it; times of answers in milliseconds. */
export function presentLoadTest(test: LoadTest) {
  return {
    test_id: test.id,
    status: test.status,
    failure: test.failure,
    scenario: test.scenario,
    method: test.method,
    endpoint: test.path,
    concurrent_users: test.users,
    duration_seconds: test.durationS,
    ramp_up_time: test.rampUpS,
    requests_max: test.requestsMax,
    started_at: isoTime(test.startedAt),
    estimated_completion: isoTime((test.loadedAt ?? test.startedAt) + test.durationS * SECOND_MS),
    ended_at: test.endedAt === null ? null : isoTime(test.endedAt),
    version: test.version,
    cpus: test.cpus,
    results: resultsOf(test),
  };
}

function resultsOf({ figures }: LoadTest) {
  if (figures === null) return null;
  const { requests, succeeded, elapsedMs } = figures;
  return {
    total_requests: requests,
    successful_requests: succeeded,
    failed_requests: requests - succeeded,
    refused_by_status: figures.refusedByStatus,
    broken_connections: figures.broken,
    avg_response_time: figures.meanMs,
    p50_response_time: figures.p50Ms,
    p95_response_time: figures.p95Ms,
    p99_response_time: figures.p99Ms,
    max_response_time: figures.maxMs,
    requests_per_second: perSecond(requests, elapsedMs),
    successful_per_second: perSecond(succeeded, elapsedMs),
    elapsed_seconds: elapsedMs / SECOND_MS,
  };
}

function perSecond(count: number, elapsedMs: number): number | null {
  return elapsedMs === 0 ? null : Number(((count / elapsedMs) * SECOND_MS).toFixed(1));
}

/** What it came to with each scenario: the best test that was completed, and the latest. */
export function presentBenchmarks(tests: readonly LoadTest[]) {
  const completed = tests.filter(({ status }) => status === "completed").map(presentLoadTest);
  const byScenario = Map.groupBy(completed, ({ scenario }) => scenario);
  const benchmarks = [...byScenario].map(([scenario, all]) => ({
    scenario,
    endpoint: all[0]?.endpoint ?? "",
    tests: all.length,
    latest: all[0],
    best: all.reduce((best, one) => (rateOf(one) > rateOf(best) ? one : best)),
  }));
  return { benchmarks, history: tests.map(presentLoadTest) };
}

function rateOf({ results }: ReturnType<typeof presentLoadTest>): number {
  return results?.successful_per_second ?? 0;
}
