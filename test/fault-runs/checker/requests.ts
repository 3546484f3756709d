import { createHash } from "node:crypto";
import type { Attempt } from "../history/history-reader.ts";
import type { Op } from "../history/op.ts";
import type { Evidence, KeptKey } from "./evidence.ts";

/** What a client wants once: all attempts with one key of one person at one route, or one attempt without a key. */
export interface Request {
  readonly key: string | null;
  readonly attempts: readonly Attempt[];
  /** The key as it is stored; null where there is none, or nothing was accepted under it. */
  readonly kept: KeptKey | null;
  /** How it is called in a report. */
  readonly name: string;
}

/** A route as a request's key is scoped by it, behind the surface's base. */
interface Route {
  readonly method: string;
  readonly path: string;
  readonly user: string;
}

/** Null where an operation has no key by its nature. `capacity` is keyed too, by an organizer whom a history does not name. */
function routeOf(op: Op): Route | null {
  switch (op.type) {
    case "book":
    case "probe":
      return { method: "POST", path: "/bookings", user: op.user };
    case "confirm":
      return { method: "POST", path: `/bookings/${op.booking}/confirm`, user: op.user };
    case "checkout":
      return { method: "POST", path: `/payments/initiate/${op.booking}`, user: op.user };
    case "cancel":
      return op.quantity === null
        ? { method: "DELETE", path: `/bookings/${op.booking}`, user: op.user }
        : { method: "PUT", path: `/bookings/${op.booking}/cancel`, user: op.user };
    case "transfer":
      return { method: "POST", path: `/bookings/${op.booking}/transfer`, user: op.user };
    case "joinWaitlist":
      return { method: "POST", path: `/waitlist/${op.event}/join`, user: op.user };
    case "leaveWaitlist":
      return { method: "DELETE", path: `/waitlist/${op.event}/user/${op.user}`, user: op.user };
    case "capacity":
      return { method: "PUT", path: `/events/${op.event}`, user: "" };
    case "look":
    case "lookPayment":
    case "page":
    case "callback":
    case "lookWaitlist":
    case "read":
      return null;
    default:
      return op satisfies never;
  }
}

/** What a request says, without what is no part of its body: two attempts are the same request where these are equal. */
export function payloadOf(op: Op): string {
  switch (op.type) {
    case "book": {
      const { event, quantity, tier, seats, bestAvailable, waitlistIfFull } = op;
      return JSON.stringify({ event, quantity, tier, seats, bestAvailable, waitlistIfFull });
    }
    case "probe":
      return JSON.stringify({ event: op.event, quantity: op.quantity });
    case "confirm":
      return JSON.stringify({ token: op.token });
    case "cancel":
      return JSON.stringify({ quantity: op.quantity });
    case "transfer":
      return JSON.stringify({ to: op.to });
    case "joinWaitlist":
      return JSON.stringify({ quantity: op.quantity });
    case "capacity":
      return JSON.stringify({ tier: op.tier, capacity: op.capacity, isMeant: op.isMeant });
    default:
      return "";
  }
}

/** All requests of a history, in the order of their first attempts. Operations that are never keyed are left out. */
export function requestsOf({ history, keys, terms }: Evidence): Request[] {
  const kept = new Map(keys.map((key) => [key.digest, key]));
  const groups = new Map<string, { key: string | null; route: Route; attempts: Attempt[] }>();
  for (const attempt of history.attempts) {
    const { op, id } = attempt.invoke;
    const route = routeOf(op);
    if (route === null) continue;
    const key = "key" in op ? op.key : null;
    const { user, method, path } = route;
    const name = key === null ? `operation ${id}` : `${user}\n${method}\n${terms.basePath}${path}\n${key}`;
    const group = groups.get(name) ?? { key, route, attempts: [] };
    groups.set(name, group);
    group.attempts.push(attempt);
  }
  return [...groups].map(([name, { key, route, attempts }]) => ({
    key,
    attempts,
    kept: key === null ? null : (kept.get(digestOf(name)) ?? null),
    name: key === null ? name : `${route.method} ${route.path} with key ${key}`,
  }));
}

function digestOf(scopedKey: string): string {
  const [user = "", method = "", path = "", ...key] = scopedKey.split("\n");
  return createHash("sha256")
    .update(`${user}\n${method}\n${path.toLowerCase()}\n${key.join("\n")}`)
    .digest("hex");
}
