import Router, { type RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import { LOAD_TEST_LIMITS, requestsMaxOf, scenarioAt, scenarioNamed } from "../../load-tests/scenarios.ts";
import { ApiError } from "../errors.ts";
import type { LoadTestDesk } from "../load-test-desk.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { otherNamesOf } from "../names.ts";
import { presentBenchmarks, presentLoadTest } from "../presenters/load-test.ts";
import { succeed } from "../reply.ts";
import { startLoadTestBody } from "../schemas/load-tests.ts";
import type { AppState } from "../state.ts";
import { malformed, parseBody, uuidParam } from "../validate.ts";

type Context = RouterContext<AppState>;

export interface LoadTestRoutesOptions {
  readonly loadTests: LoadTestDesk;
  readonly readBody: Middleware<AppState>;
}

export const START_NAMES = otherNamesOf(startLoadTestBody);

/** Load tests, for admins. */
export function loadTestRoutes(options: LoadTestRoutesOptions): Router<AppState> {
  const routes = new LoadTestRoutes(options);
  return new Router<AppState>()
    .post("/load-test/start", options.readBody, (ctx) => routes.start(ctx))
    .get("/load-test/status/:testId", (ctx) => routes.status(ctx))
    .get("/load-test/benchmarks", (ctx) => routes.benchmarks(ctx));
}

class LoadTestRoutes {
  readonly #desk: LoadTestDesk;

  constructor(options: LoadTestRoutesOptions) {
    this.#desk = options.loadTests;
  }

  async start(ctx: Context): Promise<void> {
    const asked = parseBody(startLoadTestBody, ctx.request.body, START_NAMES);
    if (!this.#desk.isEnabled) {
      throw new ApiError(
        "LOAD_TESTS_DISABLED",
        "Load tests are switched off here; LOAD_TESTS switches them on",
      );
    }
    const { scenario: name, endpoint = "" } = asked;
    const scenario = name === undefined ? scenarioAt(endpoint) : scenarioNamed(name);
    const requestsMax = requestsMaxOf(scenario);
    if ((asked.requests_max ?? 0) > requestsMax) {
      throw malformed(
        "requests_max",
        `must be at most ${LOAD_TEST_LIMITS.bookingsMax} where each books a ticket`,
      );
    }
    const test = await this.#desk.start({
      scenario,
      users: asked.concurrent_users ?? scenario.connections,
      durationS: asked.duration_seconds,
      rampUpS: asked.ramp_up_time,
      requestsMax: asked.requests_max ?? requestsMax,
      startedBy: principalOf(ctx).userId,
    });
    if (test === "running") throw new ApiError("LOAD_TEST_RUNNING", "A load test is running; one at a time");
    if (test === "unreachable") {
      throw new ApiError(
        "LOAD_TESTS_DISABLED",
        "This server cannot be asked on its own machine: HOST names another address",
      );
    }
    const shown = presentLoadTest(test);
    ctx.set("Location", `/api/v1/load-test/status/${shown.test_id}`);
    const { test_id, status, estimated_completion } = shown;
    succeed(ctx, 202, shown, { test_id, status, estimated_completion });
  }

  async status(ctx: Context): Promise<void> {
    const test = await this.#desk.find(uuidParam(ctx.params, "testId"));
    if (test === null) throw new ApiError("LOAD_TEST_NOT_FOUND", "Load test not found");
    succeed(ctx, 200, presentLoadTest(test));
  }

  async benchmarks(ctx: Context): Promise<void> {
    succeed(ctx, 200, presentBenchmarks(await this.#desk.latest()));
  }
}
