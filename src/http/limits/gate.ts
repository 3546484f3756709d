/** A key's window as it was when somebody came in or was refused. */
export interface Window {
  readonly used: number;
  readonly points: number;
}

interface Line {
  /** Whoever came and is neither refused nor done. */
  people: number;
  inside: number;
  readonly waiting: (() => void)[];
}

/**
 * Lets no more people try at once than may still fail: a thousand guesses sent together are not all let in before the first
 * of them is known to be wrong, and nobody is refused because of others who may yet be right. Who finds all places taken
 * waits until somebody inside is done.
 *
 *   enter ──place free──▶ inside ──right: place free again | wrong: counted, place gone──▶ leave
 *     │─all taken──▶ waiting ──somebody left──▶ enter
 *     └─window used up──▶ refused, and so is everybody who waits
 */
export class Gate<W extends Window> {
  readonly #lines = new Map<string, Line>();
  readonly #look: (key: string) => Promise<W>;

  constructor(look: (key: string) => Promise<W>) {
    this.#look = look;
  }

  /** @returns null once inside; then `leave` must follow. Else the window that is used up. */
  async enter(key: string): Promise<W | null> {
    const line = this.#lines.get(key) ?? { people: 0, inside: 0, waiting: [] };
    this.#lines.set(key, line);
    line.people += 1;
    for (;;) {
      const window = await this.#look(key);
      if (window.used >= window.points) {
        this.#gone(key, line);
        return window;
      }
      if (window.used + line.inside < window.points) {
        line.inside += 1;
        return null;
      }
      await new Promise<void>((go) => line.waiting.push(go));
    }
  }

  /** Somebody inside is done; a failure has been counted before. */
  leave(key: string): void {
    const line = this.#lines.get(key);
    if (line === undefined) throw new Error("invariant: nobody is inside who could leave");
    line.inside -= 1;
    this.#gone(key, line);
  }

  #gone(key: string, line: Line): void {
    line.people -= 1;
    if (line.people === 0) this.#lines.delete(key);
    else line.waiting.shift()?.();
  }
}
