import type { Broken } from "../variant.ts";

export const DROPPED_RETRY: Broken = {
  name: "dropped-retry",
  breaks: "A worker whose turn failed never comes back to its events.",
  caughtBy: "I15",
  edits: [
    {
      file: "src/engine/drain.ts",
      find: "ports.onFault(error, eventIds); catalog.failed(eventIds);",
      replace: "ports.onFault(error, eventIds);",
      times: 1,
    },
  ],
};
