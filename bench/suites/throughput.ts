import { renderBenchChart } from "../lib/bench-chart.ts";
import { renderReport } from "../lib/bench-report.ts";
import { runBench } from "../lib/bench-run.ts";
import { isPeer } from "../lib/contestants.ts";
import type { Report } from "../lib/results.ts";
import type { Suite } from "./suite.ts";

/** How many bookings a second are decided, by the product and by other ways to book: closed loop. */
export const throughput: Suite<Report> = {
  name: "throughput",
  title: "Throughput: bookings decided a second, beside other ways to book",
  help: "closed loop: decided a second, beside other ways to book",
  file: "results",
  notWhenQuick: null,
  run: runBench,
  render: renderReport,
  charts: (report) => ({ "results.svg": renderBenchChart(report) }),
  // What a peer does not keep is a finding: the report prints it, and it fails nothing.
  violations: ({ results, sell_out }) =>
    [...results, ...sell_out.map((one) => ({ ...one, scenario: "sell-out", setting: "as-is" }))]
      .filter(({ variant }) => !isPeer(variant))
      .flatMap(({ variant, scenario, setting, violations }) =>
        violations.map((violation) => `${variant}, ${scenario}, ${setting}: ${violation}`),
      ),
};
