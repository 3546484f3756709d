import { createHash } from "node:crypto";
import type { ChannelName } from "./channel.ts";

/** Something that one person is to be told. */
export interface Telling {
  readonly userId: string;
  /** `password_changed`, `event_update`, …; see KINDS for those with rules of their own. */
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  /** As the API shows it; no secrets. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** The event it is about. */
  readonly eventId?: string | null;
  /** Used first instead of what the person or the kind prefers; what the person switched off stays off. */
  readonly channels?: readonly ChannelName[];
}

/** Tells people something: written down at once, carried by the effects process. */
export interface Notifier {
  /** @returns the notification's id (UUIDv7). @throws Fault "StoreUnavailable" where it could not be written down. */
  tell(telling: Telling): Promise<string>;
}

/** A notification to be written down, with how it is to be carried. */
export interface NewNotification {
  readonly id: string;
  readonly userId: string;
  readonly eventId: string | null;
  /** The ledger number of the decision it tells of. */
  readonly seq: number | null;
  readonly type: string;
  readonly title: string;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly broadcastId: string | null;
  /** Null: what the person or the kind prefers. */
  readonly channels: readonly ChannelName[] | null;
  /** Where what it tells of is traced: a W3C `traceparent`. */
  readonly trace?: string | undefined;
}

/**
 * The id of what is told of one decision, or by one broadcast: a UUIDv7 made of when and what, so that telling it again
 * finds the row that is there. Two things of one millisecond keep the order of `counter` (the ledger number).
 */
export function notificationIdOf(parts: {
  readonly createdAt: number;
  readonly counter: number;
  readonly what: string;
}): string {
  const time = Math.floor(parts.createdAt).toString(16).padStart(12, "0");
  const counter = (parts.counter & 0xfff).toString(16).padStart(3, "0");
  const digest = createHash("md5").update(parts.what).digest("hex");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-8${digest.slice(0, 3)}-${digest.slice(3, 15)}`;
}
