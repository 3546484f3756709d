/** One kind of request in a mix. */
export interface RequestKind {
  readonly method: "GET" | "POST" | "PUT";
  /** `{event}` stands for one of the events, `{booking}` for a booking that the same user was confirmed before. */
  readonly path: string;
  /** May contain `{event}`. */
  readonly body: string | null;
  /** How often it is sent compared to the others. */
  readonly weight: number;
  /** Whether its answer tells about a booking's decision: its latencies are what is measured. */
  readonly isBooking: boolean;
}

/** What the open-loop generator is asked to do. */
export interface OpenOrder {
  readonly type: "open-load";
  readonly port: number;
  /** Requests per second, on average. */
  readonly ratePerS: number;
  readonly seed: number;
  /** Access tokens of users, who take turns. */
  readonly tokens: readonly string[];
  readonly eventIds: readonly string[];
  readonly kinds: readonly RequestKind[];
  readonly headers: Readonly<Record<string, string>>;
  /** Requests that are sent and answered but not counted. */
  readonly warmUpMs: number;
  readonly windowMs: number;
  readonly windows: number;
  /** How long answers are waited for when nothing is sent any more. */
  readonly graceMs: number;
  readonly connectionsMax: number;
  /** After how long a request gives up for which there is no connection; null: never. */
  readonly patienceMs: number | null;
}

/** What became of the requests that were to be sent within one window. Histograms are encoded: `LatencyHistogram`. */
export interface WindowSeen {
  readonly offered: number;
  /** From the intended time of sending: to 201 for a booking, to 202, to another answer of 4xx or 5xx, to a 2xx of another kind. */
  readonly decided: string;
  readonly accepted: string;
  readonly refused: string;
  /** The same refusals from the time at which they were really sent: what the server took to refuse. */
  readonly refusedSinceSent: string;
  readonly other: string;
  /** Of bookings, and of other requests, that had no answer until the end: how long they had waited by then. */
  readonly unanswered: string;
  readonly otherUnanswered: string;
  /** From the intended time until the generator came to it: what the generator itself was late. */
  readonly lag: string;
  readonly refusedByCode: Readonly<Record<string, number>>;
  readonly broken: number;
  readonly gaveUp: number;
  /** At the end of the window: requests without an answer, those of them without a connection, connections. */
  readonly inFlight: number;
  readonly waiting: number;
  readonly connections: number;
}

export interface OpenSeen {
  readonly windows: readonly WindowSeen[];
  /** Bookings answered 202: id, when the request was to be sent (`monotonicMs`), and in which window that was. */
  readonly acceptedBookings: readonly (readonly [id: string, intendedMs: number, window: number])[];
  /** Share of one core that the generator used while it counted. */
  readonly coreShare: number;
}

/** `boundary`: counting begins (0), or that many windows are over. `done`: all is over. */
export type OpenMessage =
  | { readonly type: "ready"; readonly port: 0 }
  | { readonly type: "boundary"; readonly at: number }
  | { readonly type: "done"; readonly seen: OpenSeen };
