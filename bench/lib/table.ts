/** A column: its heading, and whether its cells stand left (words) or right (numbers). */
export interface Column {
  readonly heading: string;
  readonly align: "left" | "right";
}

/** An aligned plain-text table, one line a row, without a trailing line break. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, at) =>
    Math.max(column.heading.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map((column, at) => pad(cells[at] ?? "", widths[at]!, column.align))
      .join("  ")
      .trimEnd();
  const headings = columns.map((column) => column.heading);
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(headings), rule, ...rows.map(line)].join("\n");
}

function pad(text: string, width: number, align: Column["align"]): string {
  return align === "left" ? text.padEnd(width) : text.padStart(width);
}
