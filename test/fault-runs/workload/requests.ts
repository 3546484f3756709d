import { signTestCallback, TEST_SIGNATURE_HEADER } from "../../../src/payments/test-callback.ts";
import type { Book, Callback, Cancel, Op, Probe } from "../history/op.ts";

/** An HTTP request as it goes out. */
export interface Outgoing {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** From the root of the API process. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What requests need to know of a run. */
export interface Credentials {
  /** @returns the access token of somebody; the organizer's for null */
  readonly tokenOf: (user: string | null) => string;
  /** What the test provider signs by. */
  readonly providerSecret: () => string;
}

const BASE = "/api/v1";
/** Old by any clock: F7 has one that is an hour behind. */
const OLD_MS = 3 * 3_600_000;

/** How an operation is asked for. */
export function requestOf(op: Op, credentials: Credentials): Outgoing {
  const as = (user: string | null, key: string | null = null) => ({
    authorization: `Bearer ${credentials.tokenOf(user)}`,
    ...(key === null ? {} : { "idempotency-key": key }),
  });
  switch (op.type) {
    case "book":
    case "probe": {
      const prefer = op.type === "book" && op.isAsync ? { prefer: "respond-async" } : {};
      return json("POST", "/bookings", { ...as(op.user, op.key), ...prefer }, wishOf(op));
    }
    case "look":
      return bare("GET", `/bookings/${op.booking}`, as(op.user));
    case "confirm":
      return json(
        "POST",
        `/bookings/${op.booking}/confirm`,
        as(op.user, op.key),
        op.token === null ? {} : { payment_token: op.token },
      );
    case "checkout":
      return json("POST", `/payments/initiate/${op.booking}`, as(op.user, op.key), {});
    case "page":
      return bare("POST", `/payments/test/test_${op.payment}/${op.outcome}`, {});
    case "lookPayment":
      return bare("GET", `/bookings/${op.booking}/payment`, as(op.user));
    case "callback":
      return callback(op, credentials.providerSecret());
    case "cancel":
      return cancel(op, as(op.user, op.key));
    case "transfer":
      return json("POST", `/bookings/${op.booking}/transfer`, as(op.user, op.key), { to_user_id: op.to });
    case "joinWaitlist":
      return json("POST", `/waitlist/${op.event}/join`, as(op.user, op.key), { quantity: op.quantity });
    case "leaveWaitlist":
      return bare("DELETE", `/waitlist/${op.event}/user/${op.user}`, as(op.user, op.key));
    case "lookWaitlist":
      return bare("GET", `/waitlist/${op.event}/user/${op.user}`, as(op.user));
    case "capacity":
      return json("PUT", `/events/${op.event}`, as(null, op.key), {
        price_tiers: [{ tier: op.tier, capacity: op.capacity }],
        ...(op.isMeant ? { confirm: true } : {}),
      });
    case "read":
      return bare("GET", `/events/${op.event}`, {});
    default:
      return op satisfies never;
  }
}

function json(
  method: Outgoing["method"],
  path: string,
  headers: Readonly<Record<string, string>>,
  body: object,
): Outgoing {
  const typed = { ...headers, "content-type": "application/json" };
  return { method, path: BASE + path, headers: typed, body: JSON.stringify(body) };
}

function bare(method: Outgoing["method"], path: string, headers: Readonly<Record<string, string>>): Outgoing {
  return { method, path: BASE + path, headers, body: null };
}

function wishOf(op: Book | Probe): object {
  const asked = { event_id: op.event, quantity: op.quantity };
  if (op.type === "probe") return asked;
  return {
    ...asked,
    ...(op.tier === null ? {} : { tier: op.tier }),
    ...(op.seats === null ? {} : { seat_ids: op.seats }),
    ...(op.bestAvailable ? { best_available: true } : {}),
    ...(op.waitlistIfFull ? { waitlist_if_full: true } : {}),
  };
}

function cancel({ booking, quantity }: Cancel, headers: Readonly<Record<string, string>>): Outgoing {
  return quantity === null
    ? bare("DELETE", `/bookings/${booking}`, headers)
    : json("PUT", `/bookings/${booking}/cancel`, headers, { quantity });
}

/** A report of the test provider, genuine or not. */
function callback(op: Callback, secret: string): Outgoing {
  const { result, amountMinor, forgery } = op;
  const body = JSON.stringify({
    id: op.callback,
    payment_id: op.payment,
    booking_id: op.booking,
    event_id: op.event,
    provider_ref: `test_${op.payment}`,
    result:
      result === "captured"
        ? { type: result, amount_minor: amountMinor }
        : result === "declined"
          ? { type: result, reason: "The card was declined" }
          : { type: result },
  });
  const nowMs = Date.now();
  const signature =
    forgery === "wrong-secret"
      ? signTestCallback("a-secret-that-is-not-the-provider's", body, nowMs)
      : forgery === "old"
        ? signTestCallback(secret, body, nowMs - OLD_MS)
        : forgery === "other-body"
          ? signTestCallback(secret, body.replace(op.callback, "another"), nowMs)
          : signTestCallback(secret, body, nowMs);
  const headers = {
    "content-type": "application/json",
    ...(forgery === "unsigned" ? {} : { [TEST_SIGNATURE_HEADER.toLowerCase()]: signature }),
  };
  return { method: "POST", path: `${BASE}/payments/webhook/test`, headers, body };
}
