/** Line and paragraph separators, control characters, byte order marks, and what turns the direction of text around. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;
const BREAKS = /\r\n?|[\n\u0085\u2028\u2029]/u;
const PARAGRAPHS_MAX = 40;

/** At most `lengthMax` UTF-16 units, none of them half a character; what was cut off shows as "…". */
export function cut(text: string, lengthMax: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= lengthMax) return whole;
  // A pair that was cut in two leaves a lone surrogate behind, which toWellFormed would show.
  const kept = whole.slice(0, lengthMax - 1).replace(/[\ud800-\udbff]$/, "");
  return `${kept.trimEnd()}…`;
}

/**
 * Text that somebody gave, as one line: nothing in it can begin another line or header, or make its surroundings
 * read differently from how they are written.
 */
export function oneLine(text: string, lengthMax: number): string {
  return cut(text.toWellFormed().replace(UNSEEN, " ").replace(/ {2,}/g, " ").trim(), lengthMax);
}

/** The lines of a text that are not empty, each as `oneLine` has it. */
export function linesOf(text: string, lengthMax: number): string[] {
  return cut(text, lengthMax)
    .split(BREAKS)
    .map((line) => oneLine(line, lengthMax))
    .filter((line) => line !== "")
    .slice(0, PARAGRAPHS_MAX);
}
