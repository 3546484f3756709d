/** The colours of the project's charts. */
export const INK = "#1f2933";
export const FAINT = "#e4e7eb";
export const QUIET = "#616e7c";
export const MAIN = "#0b7285";

export interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly fill: string;
  readonly weight?: number;
  readonly anchor?: "middle" | "end";
}

/** An SVG text element. */
export function text(style: TextStyle, content: string): string {
  const anchor = style.anchor === undefined ? "" : ` text-anchor="${style.anchor}"`;
  const weight = style.weight === undefined ? "" : ` font-weight="${style.weight}"`;
  return `<text x="${at(style.x)}" y="${at(style.y)}" font-size="${style.size}" fill="${style.fill}"${anchor}${weight}>${escapeXml(content)}</text>`;
}

/** A coordinate with at most one decimal. */
export function at(value: number): string {
  return Number(value.toFixed(1)).toString();
}

/** A white document of a size, with title and subtitle above its parts. */
export function svgDocument(
  { width, height }: { readonly width: number; readonly height: number },
  { title, subtitle }: { readonly title: string; readonly subtitle: string },
  parts: readonly string[],
): string {
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif" role="img" aria-label="${escapeXml(title)}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text({ x: 24, y: 34, size: 19, weight: 600, fill: INK }, title),
    text({ x: 24, y: 56, size: 12.5, fill: QUIET }, subtitle),
    ...parts,
    "</svg>",
  ].join("\n")}\n`;
}

function escapeXml(content: string): string {
  return content.replace(
    /[&<>"]/g,
    (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char]!,
  );
}
