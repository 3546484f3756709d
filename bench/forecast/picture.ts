import { type ChartLine, type LinePanel, renderLineChart } from "../../src/charts/line-chart.ts";
import { linearScale, type Scale } from "../../src/charts/scales.ts";
import { accuracyOf, type Compared } from "../../src/forecast/accuracy.ts";
import type { Origin } from "../../src/forecast/backtest.ts";
import { type Contestant, PRODUCT, YARDSTICK } from "./contest.ts";
import type { Tried } from "./report.ts";

/** Origins of which an error is shown together. */
const SMOOTH_ORIGINS = 56;
const TICKS_MAX = 6;
const PERCENT = 100;

const TONES = ["main", "faint", "plain", "second"] as const;

/** What was forecast and what came, and how far each method was off over time, as an SVG document. */
export function drawBacktest(
  tried: Tried,
  dates: readonly string[],
  contestants: readonly Contestant[],
): string {
  const product = contestants.find(({ method }) => method === PRODUCT)!;
  return renderLineChart({
    title: `Forecasts of ${tried.column}, ${tried.horizonDays} days ahead`,
    subtitle: `${tried.data}, ${tried.from} to ${tried.to}: every origin a day later, nothing seen of what comes after it`,
    panels: [countsPanel(product, tried, dates), errorsPanel(contestants, dates)],
  });
}

/** Whole weeks side by side; days where the horizon has no week. */
function countsPanel({ origins }: Contestant, { horizonDays }: Tried, dates: readonly string[]): LinePanel {
  const hasWeeks = origins.some(({ weeks }) => weeks.length > 0);
  const shown = origins
    .filter((_, at) => at % horizonDays === 0)
    .map(({ at, days, weeks }) => ({ at, of: (hasWeeks ? weeks : days)[0]! }));
  const line = (label: string, tone: ChartLine["tone"], value: (of: Compared) => number | undefined) => ({
    label,
    tone,
    points: shown.flatMap(({ at, of }) => {
      const y = value(of);
      return y === undefined ? [] : [{ x: at, y }];
    }),
  });
  const lines = [
    line("80 % from", "second", ({ range }) => range?.interval80.lower),
    line("80 % to", "second", ({ range }) => range?.interval80.upper),
    line("forecast", "main", ({ point }) => point),
    line("came", "plain", ({ actual }) => actual),
  ];
  return {
    heading: hasWeeks
      ? "Weeks: expected the day before, and what came"
      : "Days: expected the day before, and what came",
    axis: "first day forecast",
    x: dateScale(origins, dates),
    y: scaleOf(lines),
    lines,
  };
}

function errorsPanel(contestants: readonly Contestant[], dates: readonly string[]): LinePanel {
  const lines = contestants.map(({ method, origins }, at) => ({
    label: method,
    tone: method === YARDSTICK ? ("faint" as const) : TONES[at % TONES.length]!,
    points: origins.flatMap(({ at: x }, index) => {
      if (index + 1 < SMOOTH_ORIGINS) return [];
      const last = origins.slice(index + 1 - SMOOTH_ORIGINS, index + 1);
      const { wape } = accuracyOf(last.flatMap(({ days }) => days));
      return wape === null ? [] : [{ x, y: wape * PERCENT }];
    }),
  }));
  return {
    heading: `WAPE by day over the last ${SMOOTH_ORIGINS} origins, percent`,
    axis: "first day forecast",
    x: dateScale(contestants[0]!.origins, dates),
    y: scaleOf(lines),
    lines,
  };
}

function scaleOf(lines: readonly { readonly points: readonly { readonly y: number }[] }[]): Scale {
  return linearScale(Math.max(1, ...lines.flatMap(({ points }) => points.map(({ y }) => y))));
}

/** Days by their index, named by their date. */
function dateScale(origins: readonly Origin[], dates: readonly string[]): Scale {
  const first = origins[0]!.at;
  const span = Math.max(1, origins.at(-1)!.at - first);
  const step = Math.max(1, Math.ceil(span / (TICKS_MAX - 1)));
  const ticks = Array.from({ length: Math.floor(span / step) + 1 }, (_, at) => first + at * step);
  return {
    place: (value) => (value - first) / span,
    ticks: ticks.map((value) => ({ value, label: dates[value]! })),
  };
}
