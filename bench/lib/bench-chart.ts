import { type Bar, type Panel, renderChart } from "./chart.ts";
import type { Report } from "./results.ts";
import { SCENARIOS, SETTINGS, type Variant } from "./scenarios.ts";

function toneOf(variant: Variant): Bar["tone"] {
  if (variant === "evently") return "main";
  return variant === "ceiling" ? "hollow" : "plain";
}

/** The chart of a run. Single connections are left out where there is more: they are about latency. */
export function renderBenchChart(report: Report): string {
  const panels: Panel[] = SETTINGS.flatMap((setting) =>
    SCENARIOS.map((scenario) => ({
      heading: `${scenario.title} · ${setting.title}`,
      connections: scenario.connections,
      bars: report.results
        .filter((result) => result.setting === setting.name && result.scenario === scenario.name)
        .map(({ variant, decided_per_s }) => ({
          label: variant,
          value: decided_per_s,
          tone: toneOf(variant),
        })),
    })).filter(({ bars }) => bars.length > 0),
  ).filter(({ connections }, _at, all) => connections > 1 || all.every((other) => other.connections === 1));
  const { machine, versions } = report;
  return renderChart({
    title: "Bookings decided per second",
    subtitle: `${machine.cpu_model}, ${machine.cores} cores shared by load generator, servers and PostgreSQL ${versions.postgresql}; ${report.started_at.slice(0, 10)}`,
    axis: "decided bookings per second (ceiling: answers per second of a handler that books nothing)",
    panels,
  });
}
