import type { Line, Unpersisted } from "./lines.ts";

const SAMPLE_MS = 100;

/** Looks at a line of confirmed bookings from time to time, and keeps the worst that it saw. */
export class Stake {
  readonly #read: Line["unpersisted"];
  #timer: NodeJS.Timeout | undefined;
  #most: Unpersisted | null = null;

  constructor(line: Line | null) {
    this.#read = line?.unpersisted ?? null;
  }

  /** The most bookings, and the oldest, that it saw; null where there was nothing to look at. */
  get most(): Unpersisted | null {
    return this.#most;
  }

  watch(): void {
    if (this.#read !== null) this.#timer = setInterval(() => void this.#look(), SAMPLE_MS);
  }

  leave(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const now = await this.#read?.().catch(() => null);
    if (now === null || now === undefined) return;
    this.#most = worstOf([this.#most, now]);
  }
}

/** The worst of several looks; null where there was none. */
export function worstOf(seen: readonly (Unpersisted | null)[]): Unpersisted | null {
  const present = seen.filter((one) => one !== null);
  if (present.length === 0) return null;
  return {
    count: Math.max(...present.map(({ count }) => count)),
    ms: Math.max(...present.map(({ ms }) => ms)),
  };
}
