/** What a terminal would obey is shown as a question mark: names come from whoever made an event. */
const CONTROL = /[\p{Cc}\p{Cf}]/gu;

/** Rows under their headings, as wide as they need to be. */
export function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [heads, ...rows].map((cells) => cells.map((cell) => String(cell).replaceAll(CONTROL, "?")));
  const widths = heads.map((_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0)));
  const isNumber = heads.map((_, at) => rows.length > 0 && rows.every((row) => typeof row[at] === "number"));
  return lines
    .map((cells) =>
      cells
        .map((cell, at) => (isNumber[at] ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const UNITS = [
  { ms: 86_400_000, name: "d" },
  { ms: 3_600_000, name: "h" },
  { ms: 60_000, name: "min" },
  { ms: 1_000, name: "s" },
] as const;

/** A time in the unit that fits it, such as `3.2 s`. */
export function duration(ms: number): string {
  const unit = UNITS.find((one) => ms >= one.ms);
  if (unit === undefined) return `${Math.round(ms)} ms`;
  const count = ms / unit.ms;
  return `${count < 10 ? Math.round(count * 10) / 10 : Math.round(count)} ${unit.name}`;
}

export function shortTime(at: Date): string {
  return at.toISOString().slice(0, 19).replace("T", " ");
}

/** Text on one line, cut where it is long. */
export function shortened(text: string, lengthMax: number): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1)}…`;
}
