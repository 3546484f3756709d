/** Where progress is written: a terminal, or anything that takes lines. */
export interface Screen {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
}

const TTY_INTERVAL_MS = 80;
const LINE_INTERVAL_MS = 1_000;
const BAR_COLUMNS = 24;
const ERASE_LINE = "\r\x1b[2K";

/** A bar of `columns` characters, `share` (0 to 1) of it filled, in eighths of a character. */
export function bar(share: number, columns: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * columns * 8);
  const rest = eighths % 8 === 0 ? "" : " ▏▎▍▌▋▊▉"[eighths % 8]!;
  return `${"█".repeat(Math.floor(eighths / 8))}${rest}`.padEnd(columns, "░");
}

/**
 * One thing that is under way: a line that redraws itself on a terminal, a plain line every second elsewhere.
 * Nothing is drawn on a null screen.
 */
export class Progress {
  readonly #screen: Screen | null;
  readonly #label: string;
  readonly #intervalMs: number;
  #drawnMs: number;

  constructor(screen: Screen | null, label: string) {
    this.#screen = screen;
    this.#label = label.padEnd(10);
    this.#intervalMs = screen?.isTTY === true ? TTY_INTERVAL_MS : LINE_INTERVAL_MS;
    this.#drawnMs = screen?.isTTY === true ? 0 : performance.now();
  }

  /** Draws if it is time to. `share` is 0 to 1; `note` is made only when drawn. */
  update(share: number, note: () => string): void {
    const nowMs = performance.now();
    if (this.#screen === null || nowMs - this.#drawnMs < this.#intervalMs) return;
    this.#drawnMs = nowMs;
    this.#draw(this.#screen, share, note());
  }

  /** What came of it, which stays on the screen. */
  finish(note: string): void {
    const erase = this.#screen?.isTTY === true ? ERASE_LINE : "";
    this.#screen?.write(`${erase}  ${this.#label} ${note}\n`);
  }

  #draw(screen: Screen, share: number, note: string): void {
    const line = `  ${this.#label} ${bar(share, BAR_COLUMNS)}  ${note}`;
    if (screen.isTTY) screen.write(`${ERASE_LINE}${line.slice(0, screen.columns - 1)}`);
    else screen.write(`  ${this.#label} ${note}\n`);
  }
}
