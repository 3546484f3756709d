import { latency } from "./latency.ts";
import { overload } from "./overload.ts";
import { pages } from "./pages.ts";
import { queue } from "./queue.ts";
import { soak } from "./soak.ts";
import { sockets } from "./sockets.ts";
import type { Suite } from "./suite.ts";
import { throughput } from "./throughput.ts";
import { tracing } from "./tracing.ts";

/** The suites of `npm run bench`, in the order in which they run. A new one is a line here and a section in README.md. */
export const SUITES: readonly Suite<object>[] = [
  throughput,
  latency,
  overload,
  soak,
  pages,
  sockets,
  queue,
  tracing,
];
