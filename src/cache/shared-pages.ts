import type { Page, PageRead } from "./page.ts";

/** What was found out before a page is read. */
export interface Looked {
  /** When, in microseconds of Redis's clock: a page that is read after this is as new as this. */
  readonly atUs: string;
  readonly found: { readonly page: PageRead; readonly ageMs: number } | null;
}

/** The commands of a Redis that has the scripts of `shared-scripts.ts`. */
export interface PageCommands {
  readonly isReady: boolean;
  lookAtPage(key: string): Promise<readonly [Buffer, Buffer | null, Buffer | null, Buffer | null]>;
  keepPage(
    key: string,
    ...args: readonly [atUs: string, freshMs: string, tags: string, head: string, body: Buffer]
  ): Promise<unknown>;
  dropTags(tags: readonly string[], keepMs: string): Promise<unknown>;
}

export interface SharedPagesOptions {
  readonly commands: PageCommands;
  readonly circuit: {
    readonly isOpen: boolean;
    allows(): boolean;
    worked(): void;
    failed(): void;
  };
  /** Pages older than this are not taken from here. */
  readonly freshMs: number;
  /** No page outlives its invalidation by more than this. */
  readonly staleMsMax: number;
  readonly observe: { asked(result: "hit" | "miss" | "failed" | "skipped"): void };
  /** Monotonic milliseconds. */
  readonly nowMs?: () => number;
}

/** Larger pages stay where they were made: sending them to and fro costs more than making them. */
const PAGE_BYTES_MAX = 256 * 1_024;
const US_PER_MS = 1_000;

type Head = Pick<PageRead, "etag" | "count" | "total" | "goodUntilMs">;

/**
 * Pages that all processes share. A page is kept with the time, on Redis's own clock, at which its read began, and is
 * good until a tag of it is dropped after that: whoever hears of an outcome drops its tags before it asks for anything
 * else. What cannot be asked or told within a few milliseconds is done without; and because an invalidation may then
 * have been lost, nothing is taken from here until what was there has run out.
 */
export class SharedPages {
  readonly #options: SharedPagesOptions;
  readonly #nowMs: () => number;
  #distrustedUntilMs = 0;

  constructor(options: SharedPagesOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  /** Whether pages are taken from here at the moment. */
  get isTrusted(): boolean {
    const { commands, circuit } = this.#options;
    return commands.isReady && !circuit.isOpen && this.#nowMs() >= this.#distrustedUntilMs;
  }

  /** @returns null where Redis is not to be asked or does not answer in time. */
  async look(key: string): Promise<Looked | null> {
    const { commands, observe } = this.#options;
    if (this.#nowMs() < this.#distrustedUntilMs || !this.#mayAsk()) {
      observe.asked("skipped");
      return null;
    }
    const answer = await this.#asking(() => commands.lookAtPage(key));
    // An invalidation that failed meanwhile leaves in doubt what this one found.
    if (answer === null || this.#nowMs() < this.#distrustedUntilMs) {
      observe.asked("failed");
      return null;
    }
    const [atUs, begunUs, head, body] = answer;
    const at = atUs.toString();
    if (begunUs === null || head === null || body === null) {
      observe.asked("miss");
      return { atUs: at, found: null };
    }
    observe.asked("hit");
    const ageMs = Math.max(0, (Number(at) - Number(begunUs.toString())) / US_PER_MS);
    return { atUs: at, found: { page: pageFrom(head, body), ageMs } };
  }

  /** Nobody waits for it: a page that is not kept is read again. */
  keep(key: string, page: PageRead, { atUs }: Looked): void {
    const { commands, freshMs } = this.#options;
    if (page.body.length > PAGE_BYTES_MAX || !this.#mayAsk()) return;
    const { etag, count, total, goodUntilMs, tags } = page;
    const head = JSON.stringify([{ etag, count, total, goodUntilMs } satisfies Head, tags]);
    void this.#asking(() =>
      commands.keepPage(key, atUs, String(Math.floor(freshMs)), tags.join(" "), head, page.body),
    );
  }

  /** Tells Redis; what it cannot be told makes this process distrust what is there. */
  drop(tags: readonly string[]): void {
    const { commands, staleMsMax } = this.#options;
    if (!this.#mayAsk()) {
      this.#distrust();
      return;
    }
    void this.#asking(() => commands.dropTags(tags, String(2 * staleMsMax))).then((answer) => {
      if (answer === null) this.#distrust();
    });
  }

  #mayAsk(): boolean {
    const { commands, circuit } = this.#options;
    return commands.isReady && circuit.allows();
  }

  #distrust(): void {
    this.#distrustedUntilMs = this.#nowMs() + this.#options.staleMsMax;
  }

  async #asking<T>(ask: () => Promise<T>): Promise<T | null> {
    const { circuit } = this.#options;
    try {
      const answer = await ask();
      circuit.worked();
      return answer;
    } catch {
      circuit.failed();
      return null;
    }
  }
}

function pageFrom(head: Buffer, body: Buffer): PageRead {
  const [facts, tags] = JSON.parse(head.toString()) as [Head, string[]];
  const page: Page & Head = { ...facts, body };
  return { ...page, tags, isKept: true };
}
