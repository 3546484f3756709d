import { type ChartLine, type LinePanel, renderLineChart } from "../charts/line-chart.ts";
import { whole } from "../charts/numbers.ts";
import { linearScale, type Scale } from "../charts/scales.ts";
import { fromMinor } from "../domain/money.ts";
import type { RehearsalResult, RuleResult, Series } from "./result.ts";
import { lasted, RULE_WORDS } from "./words.ts";

/** Reasons that have lines of their own; the others share one. */
const REASONS_SHOWN_MAX = 3;
const TONES = ["main", "plain", "faint", "second"] as const;

/** Steps of time axes that people read easily, in milliseconds. */
const TIME_STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 28_800_000, 43_200_000, 86_400_000,
  172_800_000, 345_600_000, 604_800_000, 1_209_600_000, 2_592_000_000, 7_776_000_000, 31_536_000_000,
] as const;
const TIME_TICKS_MAX = 6;

/** A picture of a rehearsal as an SVG document: line, refusals, what is left, and revenue, over time. */
export function renderRehearsal(result: RehearsalResult): string {
  const [first] = result.rules;
  const panels = first === undefined ? [] : panelsOf(result, first);
  const { event, demand } = result;
  const who = demand.source === "file" ? "a stated demand" : `the recorded demand × ${demand.times}`;
  return renderLineChart({
    title: `${event.name}: a rehearsal`,
    subtitle: `${whole(demand.requests - demand.latent)} requests, ${who}, seed ${demand.seed}`,
    panels,
  });
}

function panelsOf({ rules, event: { currency } }: RehearsalResult, first: RuleResult): LinePanel[] {
  const word = RULE_WORDS[first.rule];
  const { series } = first;
  if (series.granted.length === 0) return [];
  const line =
    series.line === null
      ? []
      : [panel(`People in line (${word})`, first, [lineOf("in line", "main", series.line, series)])];
  return [
    ...line,
    panel(`Requests by what they came to (${word})`, first, reasonLines(series)),
    panel(
      `Tickets that are left`,
      first,
      byRule(rules, ({ free }) => free),
    ),
    panel(
      `Revenue, refunds taken off (${currency})`,
      first,
      byRule(rules, ({ revenueMinor }) => revenueMinor.map((minor) => fromMinor(minor, currency))),
    ),
  ];
}

function panel(heading: string, { series }: RuleResult, lines: readonly ChartLine[]): LinePanel {
  const highest = Math.max(1, ...lines.flatMap(({ points }) => points.map(({ y }) => y)));
  return {
    heading,
    x: timeScale(series.stepMs * series.granted.length),
    y: linearScale(highest),
    axis: `since the first request; ${Math.round(series.share * 100)} % of them lie within`,
    lines,
  };
}

/** Values of a series against the time since the first rule's first request, at the end of each step. */
function lineOf(
  label: string,
  tone: ChartLine["tone"],
  values: readonly number[],
  { stepMs }: Pick<Series, "stepMs">,
): ChartLine {
  return { label, tone, points: values.map((y, at) => ({ x: (at + 1) * stepMs, y })) };
}

function reasonLines(series: Series): ChartLine[] {
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const reasons = Object.entries(series.refused).toSorted(([, a], [, b]) => total(b) - total(a));
  const shown = reasons.slice(0, REASONS_SHOWN_MAX - 1);
  const others = reasons.slice(REASONS_SHOWN_MAX - 1);
  const rest: [string, readonly number[]][] =
    others.length > 1
      ? [
          [
            "other refusals",
            series.granted.map((_, at) => total(others.map(([, values]) => values[at] ?? 0))),
          ],
        ]
      : others;
  return [["tickets or a place to wait", series.granted] as const, ...shown, ...rest].map(
    ([label, values], at) => lineOf(label, TONES[at] ?? "second", running(values), series),
  );
}

function running(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}

function byRule(rules: readonly RuleResult[], read: (series: Series) => readonly number[]): ChartLine[] {
  return rules.map(({ rule, series }, at) =>
    lineOf(RULE_WORDS[rule], TONES[at] ?? "second", read(series), series),
  );
}

function timeScale(spanMs: number): Scale {
  const step = TIME_STEPS.find((size) => spanMs / size <= TIME_TICKS_MAX) ?? spanMs / TIME_TICKS_MAX;
  const ticks = Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, at) => at * step);
  return {
    place: (value) => Math.min(1, value / spanMs),
    ticks: ticks.map((value) => ({
      value,
      label: value < 1_000 && value > 0 ? `${value} ms` : lasted(value),
    })),
  };
}
