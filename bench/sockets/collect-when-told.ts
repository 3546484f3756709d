import type { Collected, CollectOrder } from "./api-memory.ts";

/**
 * Loaded into the API process that the sockets are measured on, before its own program: collects all garbage when the
 * benchmark says so, and tells what is left. Without it a heap's size says when it was last collected, not what it holds.
 */
process.on("message", (order: CollectOrder) => {
  if (order.type !== "collect") return;
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ type: "collected", rss, heapUsed, external } satisfies Collected);
});
