import type { AuditReport } from "./audit-database.ts";
import type { Finding } from "./findings.ts";

const LINE_WIDTH = 110;
const INDENT = 7;

/** A report that a person can read: per difference which event, which ledger number, who says what, what it means. */
export function reportText(report: AuditReport): string {
  const byEvent = Map.groupBy(report.listed, ({ eventId }) => eventId);
  const parts = [...byEvent].map(([eventId, findings]) => {
    const known = report.names[eventId];
    const title = known === undefined ? "" : ` (number ${known.number}, “${known.name}”)`;
    return [`Event ${eventId}${title}`, ...findings.map(paragraph)].join("\n");
  });
  const leftOut = report.differences - report.listed.length;
  if (leftOut > 0) parts.push(`${several(leftOut, "more difference")} like these: not listed.`);
  return `${[...parts, verdictOf(report)].join("\n\n")}\n`;
}

function paragraph({ area, seq, subject, says, means }: Finding): string {
  const width = Math.max(...Object.keys(says).map((by) => by.length));
  const voices = Object.entries(says).map(
    ([by, what]) => `${" ".repeat(INDENT)}${by.padEnd(width)}   ${what}`,
  );
  const number = seq === null ? "" : `, ledger number ${seq}`;
  return [`  ✗ ${area}: ${subject}${number}`, ...voices, ...wrapped(means)].join("\n");
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = " ".repeat(INDENT - 2);
  for (const [at, word] of `→ ${text}`.split(" ").entries()) {
    if (line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = " ".repeat(INDENT);
    }
    line += at === 0 || line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}

function verdictOf({ events, entries, bookings, keys, differences, ...rest }: AuditReport): string {
  const seconds = (rest.durationMs / 1_000).toFixed(1);
  const isClean = differences === 0;
  const looked =
    `${several(entries, "decision")} of ${several(events, "event")} ${isClean ? "decided again" : "read"}, ` +
    `${several(bookings, "booking")} and ${several(keys, "idempotency key")} looked at, in ${seconds} s`;
  return isClean
    ? `The books are clean: ${looked}.`
    : `${several(differences, "difference")} in ${several(rest.eventsWithDifferences, "event")}: ${looked}.`;
}

export function several(count: number, what: string): string {
  return `${counted(count)} ${what}${count === 1 ? "" : "s"}`;
}

export function counted(count: number): string {
  return count.toLocaleString("en-US");
}
