import { takePriority } from "../../src/ops/priority.ts";
import { takeRealTime } from "../../src/ops/real-time.ts";
import type { OpenMessage, OpenOrder } from "./messages.ts";
import { OpenLoad } from "./open-load.ts";

/**
 * The open-loop generator, a process of its own: what it takes of the processor can be told, and it is disturbed by nothing.
 * Elsewhere it would have a machine to itself. How late it sends and reads is part of every latency, so it goes first where
 * it may, before an API process in real time as well; what it takes of the processor stays the same.
 */
const REAL_TIME_LEVEL = 2;
const PRIORITY = -10;

function tell(message: OpenMessage): void {
  process.send?.(message);
}

// Where it may not, its lag is in the results.
if (!takeRealTime(REAL_TIME_LEVEL)) takePriority(PRIORITY);
process.on("message", (order: OpenOrder) => {
  new OpenLoad(order, (at) => tell({ type: "boundary", at })).run().then(
    (seen) => tell({ type: "done", seen }),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
tell({ type: "ready", port: 0 });
