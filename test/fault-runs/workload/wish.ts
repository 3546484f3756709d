import type { Queryable } from "../../../src/store/database.ts";
import type { HistoryWriter } from "../history/history-writer.ts";
import type { EventName, IntentKind } from "./mix.ts";

/** What a run wants of its clients. What is not said is as in `DEFAULTS`, or as the seed has it. */
export interface WorkloadWish {
  /** Clients that send requests, one at a time each. */
  readonly clients?: number;
  /** Sockets that listen. */
  readonly listeners?: number;
  /** A client rests up to so long before each thing it does. */
  readonly thinkMsMax?: number;
  /** A client gives up waiting for a reply after so long. */
  readonly requestMsMax?: number;
  /** Weights in place of the seed's, of about 100 in all; 0: never. */
  readonly kinds?: Partial<Readonly<Record<IntentKind, number>>>;
  readonly events?: Partial<Readonly<Record<EventName, number>>>;
}

export const DEFAULTS = { clients: 16, listeners: 4, thinkMsMax: 10, requestMsMax: 2_500 } as const;

export interface WorkloadOptions {
  readonly seed: number;
  readonly wish: WorkloadWish;
  readonly history: HistoryWriter;
  /** Base addresses of API processes of the moment, such as http://127.0.0.1:3000; asked for every request. */
  readonly apis: () => readonly string[];
  /** For people and the test provider's secret: set-up only. */
  readonly db: Queryable;
  /** The JWT_SECRET of all processes. */
  readonly jwtSecret: string;
  /** Whether an effects worker runs; without one no payment comes to an end, and nobody tries. */
  readonly canPay: boolean;
}

/** A person of a run. */
export interface Person {
  readonly userId: string;
  readonly token: string;
}
