import type { Point } from "../../../src/ops/points.ts";

/** Where a booking's request may be caught in an API process, by the words of the list. */
export const ACCEPT_POINTS = {
  parsed: "request.parsed",
  authenticated: "request.authenticated",
  keysReserved: "accept.keysReserved",
  acceptSent: "accept.sent",
  acceptCommitted: "accept.committed",
  answered: "request.answered",
} as const satisfies Readonly<Record<string, Point>>;

/** Where a turn may be caught in a worker. Envelopes are settled by the statement that fetches them. */
export const TURN_POINTS = {
  locked: "turn.locked",
  fetched: "turn.fetched",
  decided: "turn.decided",
  written: "turn.written",
  commitSent: "turn.commitSent",
  committed: "turn.committed",
} as const satisfies Readonly<Record<string, Point>>;

/** The product's point of that name. @throws where there is none */
export function pointNamed(name: string): Point {
  const all: Readonly<Record<string, Point>> = { ...ACCEPT_POINTS, ...TURN_POINTS };
  const point = all[name];
  if (point === undefined) throw new Error(`invariant: ${name} is no step of a booking`);
  return point;
}
