import { at, INK, QUIET, svgDocument, text } from "../../src/charts/svg.ts";
import type { Frame } from "./cpu-profile.ts";

const WIDTH = 1_200;
const MARGIN = 24;
const TOP = 100;
const ROW = 17;
/** Narrower frames are left out, with all that they called. */
const WIDTH_MIN = 0.6;
/** A name is written where so much of it has room; the others tell theirs when they are pointed at. */
const LETTER_WIDTH = 6.1;
const PAINT = { own: "#8ed1d8", library: "#f4c98a", node: "#dfe4ea" } as const satisfies Record<
  Frame["kind"],
  string
>;

/** A flame graph (Gregg 2016): callers below, what they call above; width is processor time, colour whose code it is. */
export function renderFlames(
  root: Frame,
  heading: { readonly title: string; readonly subtitle: string },
): string {
  const scale = (WIDTH - 2 * MARGIN) / Math.max(1, root.us);
  const rows: string[][] = [];
  place(root, { x: MARGIN, depth: 0, scale, total: root.us, rows });
  const height = TOP + rows.length * ROW + MARGIN;
  const drawn = rows.flatMap((row, depth) => {
    const y = height - MARGIN - (depth + 1) * ROW;
    return row.length === 0 ? [] : [`<g transform="translate(0 ${at(y)})">${row.join("")}</g>`];
  });
  const legend = text(
    { x: MARGIN, y: 80, size: 12, fill: QUIET },
    "blue-green: the project's own code; orange: libraries; grey: Node, V8 and the system",
  );
  return svgDocument({ width: WIDTH, height }, heading, [legend, ...drawn]);
}

interface Place {
  readonly x: number;
  readonly depth: number;
  readonly scale: number;
  readonly total: number;
  readonly rows: string[][];
}

function place(frame: Frame, { x, depth, scale, total, rows }: Place): void {
  const width = frame.us * scale;
  if (width < WIDTH_MIN) return;
  const row = rows[depth] ?? [];
  rows[depth] = row;
  row.push(drawn(frame, x, width, total));
  let left = x;
  for (const child of [...frame.children.values()].sort((a, b) => b.us - a.us)) {
    place(child, { x: left, depth: depth + 1, scale, total, rows });
    left += child.us * scale;
  }
}

function drawn({ name, kind, us }: Frame, x: number, width: number, total: number): string {
  const share = ((us / total) * 100).toFixed(1);
  const letters = Math.floor((width - 6) / LETTER_WIDTH);
  const label =
    letters < 4 ? "" : text({ x: x + 3, y: ROW - 5, size: 11, fill: INK }, name.slice(0, letters));
  const title = `<title>${name.replace(/[&<>]/g, " ")}, ${share} %</title>`;
  return `<g><rect x="${at(x)}" width="${at(Math.max(0.4, width - 0.4))}" height="${ROW - 1}" fill="${PAINT[kind]}"/>${label}${title}</g>`;
}
