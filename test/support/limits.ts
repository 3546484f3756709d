import { composeLimits, type Limits } from "../../src/api/limits.ts";
import { loadConfig } from "../../src/ops/config.ts";
import { Metrics } from "../../src/ops/metrics.ts";

/** The real limits for an application in the test's own process: by default so high that nobody meets them. */
export function limitsOf(env: Readonly<Record<string, string>> = { RATE_LIMITS: "all=1000000/60" }): Limits {
  return composeLimits(loadConfig(env), new Metrics());
}
