import type { Op } from "./op.ts";

/**
 * A history is JSON lines: what clients did and heard, in the order in which they wrote it down. All times are
 * milliseconds of the one client process's monotonic clock, never of the product.
 */
export type Entry = Invoke | Done | Note;

/** Written before the request is sent. */
export interface Invoke {
  readonly type: "invoke";
  readonly id: number;
  readonly at: number;
  readonly client: number;
  readonly op: Op;
}

/**
 * Written when its answer is there. `ok`: 2xx, a 202 too, which promises a decision. `fail`: it surely had no effect.
 * `info`: it may or may not have had one. An `invoke` without any is `info` as well.
 */
export interface Done {
  readonly type: "ok" | "fail" | "info";
  readonly id: number;
  readonly at: number;
  /** Null where no answer came. */
  readonly status: number | null;
  /** The error's code of the API, or of the network. */
  readonly code: string | null;
  readonly body: Told;
}

/** What of an answer a checker needs; what the answer does not say is not there. */
export interface Told {
  readonly booking?: string;
  readonly reference?: string;
  /** Of a booking, payment or waitlist entry: the state in the API's words. */
  readonly state?: string;
  readonly quantity?: number;
  /** Ids of seats, sorted. */
  readonly seats?: readonly string[];
  readonly totalAmount?: number;
  readonly refundAmount?: number;
  /** Unix ms, of the product's clock. */
  readonly expiresAt?: number;
  readonly payment?: string;
  /** Entry in a waitlist. */
  readonly entry?: string;
  readonly position?: number;
  /** Booking that this one stands in for. */
  readonly replaces?: string;
  /** Of an event: the ledger number it was read at. */
  readonly seq?: number;
  readonly version?: number;
  readonly capacity?: number;
  readonly available?: number;
  readonly sold?: number;
  /** Whether an event's page says that it was kept. */
  readonly isCached?: boolean;
  /** `Idempotency-Replayed`. */
  readonly isReplayed?: true;
  readonly retryAfterS?: number;
  /** SHA-256 of the reply's `data`, shortened: equal replies have equal ones. */
  readonly digest?: string;
  /** What became of a call-back: accepted, duplicate, ignored. */
  readonly receipt?: string;
  /** Why a queued booking was refused. */
  readonly rejection?: string;
}

/** What clients and the harness saw besides. */
export type Note = { readonly type: "note"; readonly at: number } & NoteFacts;

export type NoteFacts =
  /** The system of a run: what the workload made before it began. */
  | { readonly what: "event"; readonly event: string; readonly kind: string; readonly facts: EventFacts }
  | { readonly what: "faultFired"; readonly fault: string; readonly point: string; readonly details: string }
  | { readonly what: "healed"; readonly fault: string; readonly details: string }
  | { readonly what: "processStarted"; readonly role: string; readonly pid: number; readonly url: string }
  | { readonly what: "processEnded"; readonly role: string; readonly pid: number; readonly why: string }
  /** From here on a listener has to hear of everything behind `fromSeq`, or to catch up on it. */
  | ({ readonly what: "listening"; readonly fromSeq: number } & Listener)
  | ({ readonly what: "push"; readonly name: string; readonly seq: number } & Listener & PushFacts)
  | ({ readonly what: "disconnected"; readonly why: string } & Listener)
  /** `complete`: what comes later than `seq` is pushed. */
  | ({ readonly what: "caughtUp"; readonly afterSeq: number; readonly seq: number } & Listener & {
        readonly complete: boolean;
      })
  /** When all was healed and decided, it asked for what it had missed and did not get all of it in time. */
  | ({ readonly what: "leftBehind" } & Listener)
  /** Clients of the workload take nothing new from now on, and have asked for everything open. */
  | { readonly what: "workloadEnded"; readonly details: string }
  | { readonly what: "remark"; readonly details: string };

/** An event as the workload made it. */
export interface EventFacts {
  readonly capacity: number;
  readonly tiers: readonly string[];
  readonly isSeated: boolean;
  readonly requiresPayment: boolean;
  /** Null: as many as they like. */
  readonly ticketsPerUserMax: number | null;
  readonly holdTtlMs: number;
  readonly offerTtlMs: number;
}

/** A socket of one person that follows one event. A reconnected one has another `connection`. */
export interface Listener {
  readonly listener: number;
  readonly connection: number;
  readonly user: string;
  readonly event: string;
}

export interface PushFacts {
  /** Figures of an event count what happened since this number; null for a push to one person. */
  readonly fromSeq: number | null;
  readonly booking: string | null;
  readonly state: string | null;
  /** It came in an answer to `catch_up`. */
  readonly isCaughtUp: boolean;
}
