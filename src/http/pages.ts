/** What a page is about. */
type PageKind = "event" | "list" | "popular" | "seats";

/** A page that everybody is shown the same, as it is sent. */
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
  /** See `page-tags.ts`. */
  readonly tags: readonly string[];
  /** Unix milliseconds at which the clock alone changes it; null: never. */
  readonly goodUntilMs: number | null;
  /** False: of its kind anybody can think up any number, so that it answers who waits for it and nobody else. */
  readonly isKept: boolean;
}

export interface ShownPage {
  readonly page: Page;
  /** It was not read for this request, nor for one at the same time. */
  readonly cached: boolean;
}

/**
 * Pages for everybody, read at most once for all who ask at the same time. Nothing personal, nothing that only some may
 * see, and nothing that a decision rests on.
 */
export interface Pages {
  /** @param asked `key`: two pages that differ in anything have different ones @throws what `read` throws */
  page(asked: {
    readonly kind: PageKind;
    readonly key: string;
    readonly read: () => Promise<PageRead>;
  }): Promise<ShownPage>;
}

/** Every page as it is now. */
export const UNCACHED: Pages = {
  page: async ({ read }) => ({ page: await read(), cached: false }),
};
