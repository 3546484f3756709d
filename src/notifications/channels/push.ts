import { ECDH } from "node:crypto";
import webpush from "web-push";
import {
  type GuardedFetch,
  GuardedFetchError,
  type GuardedReply,
  type GuardedRequest,
} from "../../ops/guarded-fetch.ts";
import { retryAfterMs } from "../../ops/retry-after.ts";
import type { Channel, DeliveryResult, Message, PushSubscription, Recipient } from "../channel.ts";
import { ruleOf } from "../kinds.ts";
import { mannerOf, payloadOf } from "./push-payload.ts";
import type { VapidKeys } from "./vapid.ts";

export interface PushOptions {
  /** Endpoints are addresses that clients name: they are reached through the guard alone. */
  readonly fetch: Pick<GuardedFetch, "send">;
  readonly vapid: VapidKeys;
  /** Whom a push service may write to about these pushes: `mailto:` or https (RFC 8292, 2.1). */
  readonly subject: string;
  readonly now: () => number;
  readonly timeoutMs?: number;
}

const PUSH_MS_MAX = 10_000;
/** Of one person; more are not asked. */
const SUBSCRIPTIONS_MAX = 20;
/** RFC 8291, 2: an uncompressed P-256 point, and 16 bytes of secret. */
const POINT_BYTES = 65;
const AUTH_BYTES_MIN = 16;

/** What became of a push to one subscription. */
type Attempt =
  | { readonly type: "taken"; readonly ref: string | null }
  | { readonly type: "gone"; readonly reason: string; readonly subscription: PushSubscription }
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "failed"; readonly reason: string; readonly retryAfterMs: number | null };

/** Web Push (RFC 8030) to all browsers of a person, encrypted for each (RFC 8291). */
export class PushChannel implements Channel {
  readonly name = "push";
  readonly #options: PushOptions;

  /** @throws where the keys or the subject are such that no push could be signed. */
  constructor(options: PushOptions) {
    const { publicKey, privateKey } = options.vapid;
    webpush.getVapidHeaders("https://push.example", options.subject, publicKey, privateKey, "aes128gcm");
    this.#options = options;
  }

  async deliver(message: Message, { pushSubscriptions }: Recipient): Promise<DeliveryResult> {
    if (ruleOf(message.kind).isInternal === true)
      return { type: "unreachable", reason: "this kind is told by e-mail only" };
    if (pushSubscriptions.length === 0)
      return { type: "unreachable", reason: "no browser is subscribed to pushes" };
    const payload = payloadOf(message);
    const asked = pushSubscriptions.slice(0, SUBSCRIPTIONS_MAX);
    return sumOf(await Promise.all(asked.map((subscription) => this.#push(message, payload, subscription))));
  }

  async #push(message: Message, payload: string, subscription: PushSubscription): Promise<Attempt> {
    if (!isUsable(subscription)) return { type: "gone", reason: "the keys are not usable", subscription };
    try {
      const request = this.#requestOf(message, payload, subscription);
      return attemptOf(await this.#options.fetch.send(request), subscription, this.#options.now());
    } catch (error) {
      if (!(error instanceof GuardedFetchError)) throw error;
      const reason = `the push service was not reached: ${error.message}`;
      return error.kind === "refused"
        ? { type: "refused", reason }
        : { type: "failed", reason, retryAfterMs: null };
    }
  }

  #requestOf(
    message: Message,
    payload: string,
    { endpoint, p256dh, auth }: PushSubscription,
  ): GuardedRequest {
    const { vapid, subject, now, timeoutMs = PUSH_MS_MAX } = this.#options;
    const { ttlS, urgency } = mannerOf(message, now());
    const keys = { p256dh, auth };
    const { headers, body } = webpush.generateRequestDetails({ endpoint, keys }, payload, {
      vapidDetails: { subject, ...vapid },
      TTL: ttlS,
      urgency,
      // A repeated attempt replaces the first one where that was taken after all.
      topic: message.notificationId.replaceAll("-", ""),
    });
    return { url: endpoint, method: "POST", headers, body: body ?? "", timeoutMs };
  }
}

/** Whether anything can be encrypted for a subscription: keys that are none were made by no browser. */
function isUsable({ endpoint, p256dh, auth }: PushSubscription): boolean {
  if (!URL.canParse(endpoint) || Buffer.from(auth, "base64url").length < AUTH_BYTES_MIN) return false;
  try {
    ECDH.convertKey(p256dh, "prime256v1", "base64url", "hex", "compressed");
    return Buffer.from(p256dh, "base64url").length === POINT_BYTES;
  } catch {
    return false;
  }
}

/** RFC 8030, 5, 7.3 and 8.4. */
function attemptOf(reply: GuardedReply, subscription: PushSubscription, nowMs: number): Attempt {
  const { status, headers } = reply;
  if (status >= 200 && status < 300) return { type: "taken", ref: headers.location ?? null };
  const reason = `the push service answered ${status}`;
  if (status === 404 || status === 410) return { type: "gone", reason, subscription };
  if (status !== 429 && status < 500) return { type: "refused", reason };
  return { type: "failed", reason, retryAfterMs: retryAfterMs(headers["retry-after"], nowMs) };
}

/** One browser that got it is enough; one that may get it later is worth trying again for. */
function sumOf(attempts: readonly Attempt[]): DeliveryResult {
  const gone = attempts.flatMap((attempt) => (attempt.type === "gone" ? [attempt.subscription] : []));
  const lost = gone.length === 0 ? {} : { gone };
  const taken = attempts.find((attempt) => attempt.type === "taken");
  if (taken !== undefined) return { type: "delivered", ref: taken.ref, ...lost };
  const failed = attempts.filter((attempt) => attempt.type === "failed");
  const [first] = failed;
  if (first !== undefined) return { ...first, retryAfterMs: soonestOf(failed), ...lost };
  const reason = attempts.flatMap((attempt) => ("reason" in attempt ? [attempt.reason] : []));
  return { type: "refused", reason: [...new Set(reason)].join("; "), ...lost };
}

function soonestOf(failed: readonly { readonly retryAfterMs: number | null }[]): number | null {
  const known = failed.flatMap(({ retryAfterMs: ms }) => (ms === null ? [] : [ms]));
  return known.length === 0 ? null : Math.min(...known);
}
