import { whole } from "../../src/charts/numbers.ts";
import { at, FAINT, INK, MAIN, QUIET, svgDocument, text } from "../../src/charts/svg.ts";
import { ticksFor } from "../../src/charts/ticks.ts";

/** One bar: what it stands for and how long it is. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** `main`: the bar that the picture is about. `hollow`: a bound, not a contestant. */
  readonly tone: "main" | "plain" | "hollow";
}

/** Bars under one heading; all panels of a chart share one axis. */
export interface Panel {
  readonly heading: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 880;
const LABELS_WIDTH = 170;
const RIGHT_MARGIN = 90;
const TOP = 74;
const HEADING_HEIGHT = 34;
const BAR_HEIGHT = 20;
const BAR_STEP = 27;
const PANEL_GAP = 14;
const AXIS_HEIGHT = 58;

const PAINT = {
  main: `fill="${MAIN}"`,
  plain: 'fill="#9fb3c8"',
  hollow: 'fill="#ffffff" stroke="#9fb3c8" stroke-dasharray="4 3"',
} as const satisfies Record<Bar["tone"], string>;

/**
 * A chart of horizontal bars as an SVG document: panels below each other on one linear axis that starts at zero,
 * each bar with its figure.
 */
export function renderChart(options: {
  readonly title: string;
  readonly subtitle: string;
  readonly axis: string;
  readonly panels: readonly Panel[];
}): string {
  const highest = Math.max(1, ...options.panels.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const ticks = ticksFor(highest);
  const scale = (WIDTH - LABELS_WIDTH - RIGHT_MARGIN) / ticks.at(-1)!;
  const bottom = TOP + options.panels.reduce((sum, panel) => sum + heightOf(panel), 0);
  let y = TOP;
  const panels = options.panels.map((panel) => {
    const drawn = renderPanel(panel, y, scale);
    y += heightOf(panel);
    return drawn;
  });
  const height = bottom + AXIS_HEIGHT;
  return svgDocument({ width: WIDTH, height }, options, [
    ...ticks.map((tick) => renderTick(tick, scale, bottom)),
    ...panels,
    text({ x: LABELS_WIDTH, y: bottom + 44, size: 12.5, fill: QUIET }, options.axis),
  ]);
}

function heightOf(panel: Panel): number {
  return HEADING_HEIGHT + panel.bars.length * BAR_STEP + PANEL_GAP;
}

function renderTick(tick: number, scale: number, bottom: number): string {
  const x = LABELS_WIDTH + tick * scale;
  const line = `<line x1="${at(x)}" x2="${at(x)}" y1="${TOP}" y2="${bottom}" stroke="${FAINT}"/>`;
  return line + text({ x, y: bottom + 20, size: 12, fill: QUIET, anchor: "middle" }, whole(tick));
}

function renderPanel(panel: Panel, top: number, scale: number): string {
  const heading = text({ x: 24, y: top + 22, size: 14, weight: 600, fill: INK }, panel.heading);
  const bars = panel.bars.map((bar, index) => renderBar(bar, top + HEADING_HEIGHT + index * BAR_STEP, scale));
  return [heading, ...bars].join("\n");
}

function renderBar(bar: Bar, y: number, scale: number): string {
  const width = Math.max(1, bar.value * scale);
  const weight = bar.tone === "main" ? 600 : 400;
  const middle = y + BAR_HEIGHT / 2 + 4.5;
  return [
    text({ x: LABELS_WIDTH - 10, y: middle, size: 13, fill: INK, anchor: "end", weight }, bar.label),
    `<rect x="${LABELS_WIDTH}" y="${y}" width="${at(width)}" height="${BAR_HEIGHT}" rx="2" ${PAINT[bar.tone]}/>`,
    text({ x: LABELS_WIDTH + width + 7, y: middle, size: 13, fill: INK, weight }, whole(bar.value)),
  ].join("");
}
