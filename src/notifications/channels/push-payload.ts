import type { Message } from "../channel.ts";
import { kindOf } from "../kinds.ts";
import { linesOf, oneLine } from "../templates/plain.ts";

/** Push services take 4,096 bytes of ciphertext (RFC 8030, 7.2), of which encryption takes some. */
export const PAYLOAD_BYTES_MAX = 3_072;
const TITLE_LENGTH_MAX = 120;
const TEXT_LENGTH_MAX = 600;
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** How long a push is worth showing, and whether it may wake somebody's telephone (RFC 8030, 5.2 and 5.3). */
export interface PushManner {
  readonly ttlS: number;
  readonly urgency: "low" | "normal" | "high";
}

const USUAL: PushManner = { ttlS: DAY_S, urgency: "normal" };
const MANNERS: Partial<Readonly<Record<ReturnType<typeof kindOf>, PushManner>>> = {
  booking_pending: { ttlS: HOUR_S, urgency: "high" },
  payment_failed: { ttlS: HOUR_S, urgency: "high" },
  waitlist_promoted: { ttlS: HOUR_S, urgency: "high" },
  event_cancelled: { ttlS: 3 * DAY_S, urgency: "high" },
  system_alert: { ttlS: HOUR_S, urgency: "high" },
  waitlist_joined: { ttlS: DAY_S, urgency: "low" },
  refund_settled: { ttlS: 3 * DAY_S, urgency: "low" },
};

/** By kind; what has a deadline is not shown after it. */
export function mannerOf({ kind, data }: Message, nowMs: number): PushManner {
  const manner = MANNERS[kindOf(kind)] ?? USUAL;
  const deadlineMs = typeof data.expires_at === "string" ? Date.parse(data.expires_at) : Number.NaN;
  if (Number.isNaN(deadlineMs)) return manner;
  const leftS = Math.floor((deadlineMs - nowMs) / 1_000);
  return { ...manner, ttlS: Math.min(Math.max(leftS, 0), 7 * DAY_S) };
}

/**
 * What a browser's service worker gets, as JSON of at most 3 kB:
 * `{notification_id, type, title, message, event_id, data, created_at}`. Where that is too much, `data` is `{}`.
 */
export function payloadOf(message: Message): string {
  const { notificationId, kind, title, text, eventId, data, createdAt } = message;
  const shown = {
    notification_id: notificationId,
    type: kindOf(kind) === "other" ? oneLine(kind, TITLE_LENGTH_MAX) : kind,
    title: oneLine(title, TITLE_LENGTH_MAX),
    message: oneLine(linesOf(text, TEXT_LENGTH_MAX).join(" "), TEXT_LENGTH_MAX),
    event_id: eventId,
    data,
    created_at: new Date(createdAt).toISOString(),
  };
  const whole = JSON.stringify(shown);
  return Buffer.byteLength(whole) <= PAYLOAD_BYTES_MAX ? whole : JSON.stringify({ ...shown, data: {} });
}
