import type { Asked, PageRead, Source } from "../../src/cache/page.ts";
import { PageCache } from "../../src/cache/page-cache.ts";
import type { SharedPages } from "../../src/cache/shared-pages.ts";
import { TagClock } from "../../src/cache/tag-clock.ts";

export const STALE_MS_MAX = 1_000;

export function pageOf(text: string, more: Partial<PageRead> = {}): PageRead {
  const body = Buffer.from(text);
  return {
    etag: `"${text}"`,
    body,
    count: 0,
    total: 0,
    tags: ["t"],
    goodUntilMs: null,
    isKept: true,
    ...more,
  };
}

/** A cache with clocks of its own; `reads` are where its answers came from. */
export class CacheUnderTest {
  readonly clock = new TagClock();
  readonly sources: Source[] = [];
  overtaken = 0;
  renewed = 0;
  nowMs = 0;
  dice = 0;
  readonly cache: PageCache;

  constructor(options: { shared?: SharedPages; staleMsMax?: number; bytesMax?: number } = {}) {
    this.cache = new PageCache({
      clock: this.clock,
      shared: options.shared ?? null,
      staleMsMax: options.staleMsMax ?? STALE_MS_MAX,
      bytesMax: options.bytesMax ?? 1_048_576,
      observe: {
        read: (_, source) => this.sources.push(source),
        renewing: () => {
          this.renewed += 1;
        },
        overtaken: () => {
          this.overtaken += 1;
        },
      },
      nowMs: () => this.nowMs,
      dice: () => this.dice,
    });
  }

  async text(read: Asked["read"], key = "k"): Promise<string> {
    const { page } = await this.cache.page({ kind: "event", key, read });
    return page.body.toString();
  }
}

/** A read that ends when it is told to. */
export class HeldRead {
  #end: (page: PageRead | Error) => void = () => undefined;
  begun = 0;

  readonly read = (): Promise<PageRead> => {
    this.begun += 1;
    return new Promise((resolve, reject) => {
      this.#end = (page) => (page instanceof Error ? reject(page) : resolve(page));
    });
  };

  end(page: PageRead | Error): void {
    this.#end(page);
  }
}
