/** What the load generator is asked to do. */
export interface LoadOrder {
  readonly type: "load";
  readonly url: string;
  /** One connection each: who books there, and what. */
  readonly connections: readonly { readonly token: string; readonly body: string }[];
  /** Requests that are made and answered but not counted. */
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Whether every request carries an Idempotency-Key of its own. */
  readonly keyed: boolean;
}

/** What was seen within the measured window alone. */
export interface LoadSeen {
  /** Answers with a 2xx status. */
  readonly succeeded: number;
  /** Answers with another status, by status. */
  readonly refusedByStatus: Readonly<Record<string, number>>;
  /** Connections that broke or timed out, warm-up included. */
  readonly broken: number;
  readonly windowMs: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** `started`: the measured window begins now. `ended`: it is over, the load goes on. `done`: so is the load. */
export type LoadMessage =
  | { readonly type: "ready"; readonly port: 0 }
  | { readonly type: "started" }
  | { readonly type: "ended"; readonly seen: LoadSeen }
  | { readonly type: "done" };
