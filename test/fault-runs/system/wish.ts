import type pg from "pg";
import type { RoleName } from "../../support/system.ts";

/** What a run needs of the system. What is not said is as in `DEFAULTS`. */
export interface SystemWish {
  /** Processes of each role. */
  readonly apis?: number;
  readonly workers?: number;
  readonly effects?: number;
  /** Environment of every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Environment of single ones, over `env`: `at` counts from 0 within the role. */
  readonly envOf?: (role: RoleName, at: number) => Readonly<Record<string, string>>;
  /** Modules that single ones load first, absolute paths or file URLs. */
  readonly preloadsOf?: (role: RoleName, at: number) => readonly string[];
  /**
   * Where its database lies. `shared`: a server that all runs share, nothing may hurt it. `own`: a durable one (fsync
   * on) that may be killed and comes back; kept for the next run with the same settings. `once`: the same,
   * for this run alone and thrown away after it.
   */
  readonly postgres?: "shared" | "own" | "once";
  /** Server settings of an own PostgreSQL, such as `{ max_connections: "30" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The files of a PostgreSQL that is there `once` lie on a volume of their own that holds so much. */
  readonly volumeBytes?: number;
  /** Folder of an older version of the product: the run begins with its schema, and with processes out of it. */
  readonly olderVersion?: string;
  /** Every connection between two processes goes through a proxy that can delay, cut and reset it. */
  readonly hasProxies?: boolean;
  /** Changes the empty, migrated database before any process is started. */
  readonly prepare?: (db: pg.Pool) => Promise<void>;
  /** A Redis of its own, which the API processes use. */
  readonly hasRedis?: boolean;
}

export const DEFAULTS = {
  apis: 1,
  workers: 2,
  effects: 1,
  postgres: "shared",
} as const satisfies SystemWish;
