import { type Channel, channel } from "node:diagnostics_channel";

/**
 * Steps of the product at which a fault run may stop or kill a process, in the order in which they are reached. Each
 * is a diagnostics channel `evently:<point>`; in production nobody subscribes, and telling costs the look at a flag.
 */
const POINTS = [
  /** The API knows who asks. Every request with a good token. */
  "request.authenticated",
  /** The body of a request for tickets is read and checked; nothing was sent to the database for it. */
  "request.parsed",
  /** The idempotency keys of a batch of accepts are inserted, in a transaction that is still open. */
  "accept.keysReserved",
  /** The envelopes and the COMMIT of a batch of accepts are on the wire; neither is answered. */
  "accept.sent",
  /** The COMMIT of a batch of accepts is answered; none of the requests is. */
  "accept.committed",
  /** The last byte of a reply was handed to the system. Every request. */
  "request.answered",
  /** A turn holds at least one actor's row and took nothing yet. */
  "turn.locked",
  /** A turn has taken its envelopes out of the mailbox, and there are some. */
  "turn.fetched",
  /** Every outcome of a turn is known; nothing of it was sent. */
  "turn.decided",
  /** The writes of a turn are on the wire. */
  "turn.written",
  /** So is its COMMIT, which is not answered. */
  "turn.commitSent",
  /** The COMMIT of a turn is answered; nobody was told of its outcomes. */
  "turn.committed",
] as const;

export type Point = (typeof POINTS)[number];

/** The name of a point's channel. */
export function channelNameOf(point: Point): string {
  return `evently:${point}`;
}

/** Whether a text names a point. */
export function isPoint(text: string): text is Point {
  return (POINTS as readonly string[]).includes(text);
}

const CHANNELS = Object.fromEntries(POINTS.map((point) => [point, channel(channelNameOf(point))])) as Record<
  Point,
  Channel<unknown, unknown>
>;

/** Tells whoever listens that this process has come to a point. */
export function reached(point: Point): void {
  const told = CHANNELS[point];
  if (told.hasSubscribers) told.publish(point);
}
