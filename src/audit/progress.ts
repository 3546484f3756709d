import type { AuditProgress } from "./audit-database.ts";
import { counted, several } from "./report.ts";

const BAR_WIDTH = 30;
const DRAW_PAUSE_MS = 100;
const LINE_PAUSE_MS = 5_000;

/** Where progress is shown. */
export interface Screen {
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** Shows how far an audit is: a bar on a terminal, a line now and then elsewhere. */
export class ProgressDisplay {
  readonly #screen: Screen;
  readonly #startedMs = performance.now();
  #shownMs: number;

  constructor(screen: Screen) {
    this.#screen = screen;
    this.#shownMs = screen.isTerminal ? Number.NEGATIVE_INFINITY : this.#startedMs;
  }

  show(progress: AuditProgress): void {
    const nowMs = performance.now();
    const { isTerminal } = this.#screen;
    if (nowMs - this.#shownMs < (isTerminal ? DRAW_PAUSE_MS : LINE_PAUSE_MS)) return;
    this.#shownMs = nowMs;
    const perSecond = Math.round((progress.entries * 1_000) / Math.max(1, nowMs - this.#startedMs));
    const line = lineOf(progress, perSecond);
    this.#screen.write(isTerminal ? `\r\x1b[K${barOf(shareOf(progress))} ${line}` : `${line}\n`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#screen.isTerminal) this.#screen.write("\r\x1b[K");
  }
}

function lineOf(progress: AuditProgress, perSecond: number): string {
  const { events, eventsAll, entries, findings } = progress;
  const share = `${Math.floor(shareOf(progress) * 100)}`.padStart(3);
  return (
    `${share} %  ${counted(events)} of ${counted(eventsAll)} events, ${counted(entries)} decisions, ` +
    `${counted(perSecond)}/s, ${several(findings, "difference")}`
  );
}

/** An event costs something of its own, however short its ledger is. */
function shareOf({ events, eventsAll, entries, entriesAll }: AuditProgress): number {
  const eventCost = 50;
  const all = entriesAll + eventsAll * eventCost;
  return all === 0 ? 1 : Math.min(1, (entries + events * eventCost) / all);
}

function barOf(share: number): string {
  const done = Math.round(share * BAR_WIDTH);
  return `${"█".repeat(done)}${"░".repeat(BAR_WIDTH - done)}`;
}
