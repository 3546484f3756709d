import type { EventId } from "../domain/ids.ts";
import type { Acceptance, Letter } from "./accept.ts";

type Full = Extract<Acceptance, { readonly type: "full" }>;

interface FullLine {
  readonly answer: Full;
  /** Until when nobody need ask again. */
  readonly untilMs: number;
}

/** It is worth asking again once so much of a full line is decided … */
const SHARE_DECIDED = 0.05;
/** … and not sooner or later than this, whatever its pace was. */
const KNOWN_MS_MIN = 20;
const KNOWN_MS_MAX = 1_000;
const LINES_MAX = 1_000;

/**
 * Remembers for a moment which mailboxes were found full. Bookings for them are turned away without a transaction, so that
 * those who come too late for one event do not slow down the others.
 */
export class FullLines {
  readonly #now: () => number;
  readonly #lines = new Map<EventId, FullLine>();

  /** @param now a clock that never goes back, milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * What a letter is answered: as remembered, or by asking. What was remembered is not remembered anew: while many ask all the
   * time, nobody would ever look whether there is room again.
   */
  async answered(letter: Letter, ask: () => Promise<Acceptance>): Promise<Acceptance> {
    const known = this.#answerTo(letter);
    if (known !== null) return known;
    const answer = await ask();
    this.#note(letter, answer);
    return answer;
  }

  /** Null where it has to be asked. Never about anything but bookings. */
  #answerTo({ eventId, command }: Pick<Letter, "eventId" | "command">): Full | null {
    if (this.#lines.size === 0 || command.type !== "BookTickets") return null;
    const line = this.#lines.get(eventId);
    if (line === undefined) return null;
    if (this.#now() < line.untilMs) return line.answer;
    this.#lines.delete(eventId);
    return null;
  }

  #note({ eventId, command }: Pick<Letter, "eventId" | "command">, answer: Acceptance): void {
    if (answer.type !== "full" || command.type !== "BookTickets") return;
    const { waiting, decidedPerSecond: perS } = answer;
    const decidedMs = perS === null || perS <= 0 ? 0 : (SHARE_DECIDED * waiting * 1_000) / perS;
    const knownMs = Math.min(KNOWN_MS_MAX, Math.max(KNOWN_MS_MIN, decidedMs));
    const [oldest] = this.#lines.size < LINES_MAX ? [] : this.#lines.keys();
    if (oldest !== undefined) this.#lines.delete(oldest);
    this.#lines.set(eventId, { answer, untilMs: this.#now() + knownMs });
  }
}
