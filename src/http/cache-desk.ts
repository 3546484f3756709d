import type { Pages } from "./pages.ts";

/** How the layers of caches do. Ratios are 0 to 1, null before anything was asked. */
export interface CacheFigures {
  readonly memory: { readonly hitRatio: number | null; readonly entries: number; readonly bytes: number };
  /** Null where none is configured; its figures are null while it does not answer. */
  readonly redis: {
    readonly isTrusted: boolean;
    readonly hitRatio: number | null;
    readonly entries: number | null;
    readonly bytes: number | null;
  } | null;
  readonly database: { readonly hitRatio: number | null; readonly bytes: number };
  /** Pages by where they came from, since this process began. */
  readonly reads: Readonly<Record<"memory" | "aging" | "shared" | "redis" | "database", number>>;
  readonly invalidations: number;
  readonly overtaken: number;
}

/** What admins do with the cache of pages. */
export interface CacheDesk {
  readonly pages: Pages;
  /** At most a second old. */
  figures(): Promise<CacheFigures>;
  /** In every process, and in Redis. */
  invalidate(tags: readonly string[]): Promise<void>;
}
