import type { Scale } from "./scales.ts";
import { at, FAINT, INK, MAIN, QUIET, svgDocument, text } from "./svg.ts";

/** One line of a panel, named at its right end. */
export interface ChartLine {
  readonly label: string;
  /** `main`, `second`: what the picture is about. `plain`, `faint`: what it is compared to. */
  readonly tone: keyof typeof PAINT;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Lines on axes of their own, under one heading. */
export interface LinePanel {
  readonly heading: string;
  readonly x: Scale;
  readonly y: Scale;
  /** What the horizontal axis shows. */
  readonly axis: string;
  readonly lines: readonly ChartLine[];
}

const WIDTH = 880;
const LEFT = 64;
const RIGHT_MARGIN = 210;
const PLOT_WIDTH = WIDTH - LEFT - RIGHT_MARGIN;
const TOP = 78;
const HEADING_HEIGHT = 30;
const PLOT_HEIGHT = 190;
const AXIS_HEIGHT = 62;
const LABEL_STEP = 16;

const PAINT = {
  main: { stroke: MAIN, dash: "" },
  second: { stroke: MAIN, dash: ' stroke-dasharray="6 4"' },
  plain: { stroke: "#d9822b", dash: "" },
  faint: { stroke: "#829ab1", dash: "" },
} as const;

/** A chart of lines as an SVG document: panels below each other. */
export function renderLineChart(options: {
  readonly title: string;
  readonly subtitle: string;
  readonly panels: readonly LinePanel[];
}): string {
  const panelHeight = HEADING_HEIGHT + PLOT_HEIGHT + AXIS_HEIGHT;
  const height = TOP + options.panels.length * panelHeight;
  const panels = options.panels.map((panel, index) => renderPanel(panel, TOP + index * panelHeight));
  return svgDocument({ width: WIDTH, height }, options, panels);
}

function renderPanel(panel: LinePanel, top: number): string {
  const plotTop = top + HEADING_HEIGHT;
  const bottom = plotTop + PLOT_HEIGHT;
  return [
    text({ x: 24, y: top + 16, size: 14, weight: 600, fill: INK }, panel.heading),
    ...panel.x.ticks.map((tick) =>
      renderColumn(LEFT + panel.x.place(tick.value) * PLOT_WIDTH, plotTop, tick.label),
    ),
    ...panel.y.ticks.map((tick) => renderRow(bottom - panel.y.place(tick.value) * PLOT_HEIGHT, tick.label)),
    text({ x: LEFT, y: bottom + 38, size: 12.5, fill: QUIET }, panel.axis),
    ...panel.lines.map((line) => renderLine(panel, line, bottom)),
    ...renderLabels(panel, bottom),
  ].join("\n");
}

function renderColumn(x: number, plotTop: number, label: string): string {
  const bottom = plotTop + PLOT_HEIGHT;
  const line = `<line x1="${at(x)}" x2="${at(x)}" y1="${plotTop}" y2="${bottom}" stroke="${FAINT}"/>`;
  return line + text({ x, y: bottom + 17, size: 12, fill: QUIET, anchor: "middle" }, label);
}

function renderRow(y: number, label: string): string {
  const line = `<line x1="${LEFT}" x2="${LEFT + PLOT_WIDTH}" y1="${at(y)}" y2="${at(y)}" stroke="${FAINT}"/>`;
  return line + text({ x: LEFT - 8, y: y + 4, size: 12, fill: QUIET, anchor: "end" }, label);
}

function renderLine(panel: LinePanel, { tone, points }: ChartLine, bottom: number): string {
  const places = points.map((point) => {
    const { x, y } = placeOf(panel, point, bottom);
    return `${at(x)},${at(y)}`;
  });
  const { stroke, dash } = PAINT[tone];
  return `<polyline points="${places.join(" ")}" fill="none" stroke="${stroke}" stroke-width="2"${dash}/>`;
}

/** Names at the ends of the lines, moved apart where ends lie together. */
function renderLabels(panel: LinePanel, bottom: number): string[] {
  const ends = panel.lines
    .filter(({ points }) => points.length > 0)
    .map(({ label, tone, points }) => ({ label, tone, y: placeOf(panel, points.at(-1)!, bottom).y }))
    .toSorted((a, b) => a.y - b.y);
  let lowest = Number.NEGATIVE_INFINITY;
  return ends.map(({ label, tone, y }) => {
    lowest = Math.max(y, lowest + LABEL_STEP);
    const style = { x: LEFT + PLOT_WIDTH + 10, y: lowest + 4, size: 12.5, fill: PAINT[tone].stroke };
    return text({ ...style, weight: tone === "main" ? 600 : 400 }, label);
  });
}

function placeOf(panel: LinePanel, point: { readonly x: number; readonly y: number }, bottom: number) {
  return {
    x: LEFT + panel.x.place(point.x) * PLOT_WIDTH,
    y: bottom - panel.y.place(point.y) * PLOT_HEIGHT,
  };
}
