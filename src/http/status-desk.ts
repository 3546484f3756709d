import type { RateLimits } from "../ops/rate-limits.ts";
import type { LimitFigures } from "./limits/statistics.ts";

interface ReplicaFigures {
  readonly id: string;
  readonly state: string | null;
  readonly isSynchronous: boolean;
  readonly lagMs: number | null;
  readonly lagBytes: number | null;
}

interface MailboxFigures {
  readonly queues: number;
  readonly withMail: number;
  readonly waiting: number;
  readonly oldestMs: number;
  readonly deepest: readonly {
    readonly eventId: string;
    readonly waiting: number;
    readonly oldestMs: number;
  }[];
}

export interface PoolFigures {
  readonly name: string;
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
  readonly max: number;
}

/** How the database is, and this process's way to it. */
export interface DatabaseFigures {
  readonly version: string;
  readonly connectionsMax: number;
  readonly connections: readonly { readonly state: string; readonly count: number }[];
  readonly replicas: readonly ReplicaFigures[];
  readonly databaseBytes: number;
  readonly hitRatio: number | null;
  readonly averageTransactionMs: number | null;
  readonly deadlocks: number;
  readonly oldestTransactionMs: number;
  readonly xminAge: number;
  readonly frozenAge: number;
  readonly deadRows: readonly { readonly table: string; readonly count: number }[];
  readonly pools: readonly PoolFigures[];
  readonly mailboxes: MailboxFigures;
  readonly deadLetters: number;
}

/** What the limits of this process did, and what they grant now. */
export interface LimitStatus extends LimitFigures {
  readonly limits: RateLimits;
  /** Of the limits that adapt. */
  readonly factor: number;
}

/** What an operator asks about the database and about limits. */
export interface StatusDesk {
  /** At most a second old. @throws Fault "StoreUnavailable" where the database cannot be asked. */
  database(): Promise<DatabaseFigures>;
  limits(): LimitStatus;
}
