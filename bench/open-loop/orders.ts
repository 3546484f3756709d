import type { BenchUser } from "../lib/users.ts";
import type { OpenOrder, RequestKind } from "./messages.ts";

/**
 * How long answers are waited for when nothing is sent any more: longer than the product lets a request wait where nobody
 * asked it to wait otherwise. A quick run has no time for that.
 */
const GRACE_MS = { full: 6_000, quick: 1_500 } as const;

/** The one request that every variant understands: one ticket. */
export const BOOKING: RequestKind = {
  method: "POST",
  path: "/api/v1/bookings",
  body: JSON.stringify({ event_id: "{event}", quantity: 1 }),
  weight: 1,
  isBooking: true,
};

/** Bookings at a rate; the time, the windows and the connections are the caller's. */
export function bookingOrder(options: {
  readonly users: readonly BenchUser[];
  readonly eventIds: readonly string[];
  readonly prefer: "wait" | "respond-async";
  readonly ratePerS: number;
  readonly seed: number;
  /** Default: full. */
  readonly length?: keyof typeof GRACE_MS;
}): Omit<OpenOrder, "type" | "port" | "windows" | "warmUpMs" | "windowMs" | "connectionsMax"> {
  const { users, eventIds, prefer, ratePerS, seed, length = "full" } = options;
  return {
    ratePerS,
    seed,
    eventIds,
    tokens: users.map(({ token }) => token),
    kinds: [BOOKING],
    headers: prefer === "wait" ? {} : { prefer },
    graceMs: GRACE_MS[length],
    patienceMs: null,
  };
}
