import { getPriority, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import autocannon from "autocannon";
import type { LoadFigures, LoadLane, LoadOrder } from "./ports.ts";
import { Tally } from "./tally.ts";

/**
 * The process that asks, in a closed loop: each connection sends its next request when the last is answered. It is told
 * once what to ask, says every half second how far it is, and ends with its parent.
 */
export type LoadReport =
  | { readonly type: "progress"; readonly figures: LoadFigures }
  | { readonly type: "done"; readonly figures: LoadFigures };

const PROGRESS_MS = 500;
const STOP_CHECK_MS = 20;
const STEPS_MAX = 20;
const TIMEOUT_S = 20;
/** What a connection is given to come back when all is over. */
const STOP_MS_MAX = 5_000;

async function load(order: LoadOrder): Promise<void> {
  const tally = new Tally();
  const endMs = performance.now() + order.durationMs;
  const told = setInterval(() => tell({ type: "progress", figures: tally.figures() }), PROGRESS_MS);
  const started: autocannon.Instance[] = [];
  for (const [at, lanes] of stepsOf(order).entries()) {
    if (at > 0) await sleep(order.rampUpMs / stepsOf(order).length);
    started.push(connect(order, lanes, tally));
  }
  while (performance.now() < endMs && tally.requests < order.requestsMax) await sleep(STOP_CHECK_MS);
  const figures = tally.figures();
  await stopped(started);
  clearInterval(told);
  tell({ type: "done", figures });
}

/** The connections, in the order in which they join: all at once where there is no ramp. */
function stepsOf({ lanes, rampUpMs }: LoadOrder): LoadLane[][] {
  const steps = rampUpMs === 0 ? 1 : Math.min(STEPS_MAX, lanes.length);
  return Array.from({ length: steps }, (_, at) => lanes.filter((_lane, nth) => nth % steps === at));
}

function connect(order: LoadOrder, lanes: readonly LoadLane[], tally: Tally): autocannon.Instance {
  let next = 0;
  const options: autocannon.Options = {
    url: order.origin,
    method: order.method,
    connections: lanes.length,
    // It is this process that says when it is over.
    duration: Math.ceil(order.durationMs / 1_000) + TIMEOUT_S,
    timeout: TIMEOUT_S,
    setupClient: (client) => {
      const { token, path, body } = lanes[next++ % lanes.length] as LoadLane;
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      // All that the connection sends; `setRequest` would be the first only, the others go to `/`.
      client.setRequests([{ method: order.method, path, headers, ...(body === null ? {} : { body }) }]);
      client.on("response", (status, _bytes, ms) => tally.answered(status, ms));
    },
  };
  // The callback keeps autocannon from making the instance a promise; what is told is our own tally.
  const instance = autocannon(options, () => {});
  instance.on("reqError", () => tally.broke());
  return instance;
}

async function stopped(instances: readonly autocannon.Instance[]): Promise<void> {
  const done = instances.map((one) => new Promise<void>((resolve) => one.once("done", () => resolve())));
  for (const one of instances) one.stop();
  await Promise.race([Promise.all(done), sleep(STOP_MS_MAX)]);
}

function tell(report: LoadReport): void {
  process.send?.(report);
}

// Its parent, whom it asks, goes first where it may; this does not. Where the parent stepped back, this stays there with it:
// to come forward again is root's.
if (getPriority() < 0) setPriority(0);
// What ends it is its parent's end.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
process.on("disconnect", () => process.exit());
process.on("message", (order: LoadOrder) => {
  load(order).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
