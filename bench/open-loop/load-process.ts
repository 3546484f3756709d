import type { OpenMessage, OpenOrder } from "./messages.ts";
import { OpenLoad } from "./open-load.ts";

/** The open-loop generator, a process of its own: what it takes of the processor can be told, and it is disturbed by nothing. */
function tell(message: OpenMessage): void {
  process.send?.(message);
}

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
