/** What a page is about, for its metrics. */
export type PageKind = "event" | "list" | "popular" | "seats";

/** A page as it is sent, any number of times. */
export interface Page {
  readonly etag: string;
  /** JSON. */
  readonly body: Buffer;
  /** Of a list: rows on this page, and in all. 0 elsewhere. */
  readonly count: number;
  readonly total: number;
}

/** A page as it was read just now, and when it stops being true. */
export interface PageRead extends Page {
  /** An invalidation of any of these makes it old. */
  readonly tags: readonly string[];
  /** Unix milliseconds at which the clock alone changes it; null: never. */
  readonly goodUntilMs: number | null;
  /** False: of its kind anybody can think up any number, so that it answers who waits for it and nobody else. */
  readonly isKept: boolean;
}

export interface Asked {
  readonly kind: PageKind;
  readonly key: string;
  /** Reads it from the database. */
  readonly read: () => Promise<PageRead>;
}

export interface Answer {
  readonly page: Page;
  /** It was not read for this request, nor for one at the same time. */
  readonly cached: boolean;
}

/** Where an answer came from; `aging` is memory, with a read in the background. */
export type Source = "memory" | "aging" | "shared" | "redis" | "database";
