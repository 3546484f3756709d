/** What the process of the listeners is asked to do. One thing at a time; each is answered. */
export type AudienceOrder =
  | {
      /** Connects a client for each token and has it follow the event. */
      readonly type: "open";
      readonly port: number;
      readonly eventId: string;
      readonly tokens: readonly string[];
    }
  /** Tells what was heard, once nothing is heard any more. */
  | { readonly type: "tell" }
  /** Has some clients, by place, ask for what they missed behind a ledger number. */
  | { readonly type: "catch-up"; readonly clients: readonly number[]; readonly afterSeq: number }
  /** Closes all clients. */
  | { readonly type: "close" };

/** How the connecting went. */
export interface Opened {
  readonly connected: number;
  /** Why the others are not, and how many of them. */
  readonly refused: Readonly<Record<string, number>>;
  readonly tookMs: number;
  /** What the first client was told of the event when it began to follow it. */
  readonly event: { readonly seq: number; readonly available: number } | null;
}

/** Figures of the event that a client heard; `atMs` is of `monotonicMs`. */
export type FigureHeard = readonly [client: number, seq: number, available: number, atMs: number];
/** A push about a client's own booking. */
export type OwnHeard = readonly [client: number, seq: number, atMs: number];

export interface Heard {
  readonly figures: readonly FigureHeard[];
  readonly own: readonly OwnHeard[];
  /** Other pushes, by name. */
  readonly others: Readonly<Record<string, number>>;
  /** Clients whose connection ended by itself. */
  readonly lost: number;
}

/** What the server said that a client missed: ledger numbers of pushes about its own bookings. */
export interface CaughtUp {
  readonly client: number;
  readonly seqs: readonly number[];
  /** Why it did not come to an end, or null. */
  readonly failure: string | null;
}

export type AudienceMessage =
  | { readonly type: "ready"; readonly port: 0 }
  | { readonly type: "opened"; readonly opened: Opened }
  | { readonly type: "heard"; readonly heard: Heard }
  | { readonly type: "caught-up"; readonly caughtUp: readonly CaughtUp[] }
  | { readonly type: "closed" };
