import type { ChannelName, DeliveryResult, Message, PushSubscription, Recipient } from "./channel.ts";

/**
 * How a delivery stands.
 *
 *   queued ──▶ delivered | logged | refused | unreachable
 *      │──▶ failed ──(tried again)──▶ any of them
 *      │       └──▶ dead ──(by hand)──▶ queued
 *      └──▶ dead
 */
export type DeliveryStatus =
  | "queued"
  | "delivered"
  | "logged"
  | "failed"
  | "refused"
  | "unreachable"
  | "dead";

/** These have brought it to the person, as far as anybody can know. */
export const REACHED: readonly DeliveryStatus[] = ["delivered", "logged"];
/** These are still being worked on. */
export const UNDECIDED: readonly DeliveryStatus[] = ["queued", "failed"];

/** A delivery that is claimed for a while. */
export interface ClaimedDelivery {
  readonly channel: ChannelName;
  /** From 1; it is also the proof of the claim: a later claim has a later number. */
  readonly attempt: number;
  /** Of these attempts, those that were over when somebody had it tried anew. */
  readonly attemptsBefore: number;
  readonly message: Message;
  /** Null where the person may not be told any more: the account is not active. */
  readonly recipient: Recipient | null;
  /** Where what it tells of is traced: a W3C `traceparent`. */
  readonly trace?: string | undefined;
}

/** Which deliveries are claimed as they are written down, for their first attempt. */
export interface FirstClaim {
  readonly channels: readonly ChannelName[];
  readonly leaseMs: number;
}

/** What is written down about an attempt. */
export interface Verdict {
  readonly delivery: ClaimedDelivery;
  readonly status: DeliveryStatus;
  /** When it is tried again; null: never. */
  readonly againInMs: number | null;
  readonly ref: string | null;
  readonly error: string | null;
  readonly gone: readonly PushSubscription[];
}

export interface RetryLimits {
  /** Attempts after which a delivery is a dead letter. */
  readonly attemptsMax: number;
  readonly retryMs: number;
  readonly retryMsMax: number;
}

/** Twelve attempts over about an hour: 2 s, 4 s, 8 s, … with some of it left to chance. */
export const RETRY: RetryLimits = { attemptsMax: 12, retryMs: 2_000, retryMsMax: 1_800_000 };

/** However long a carrier asks for, somebody wants to know within a day. */
const RETRY_AFTER_MS_MAX = 3_600_000;
const ERROR_LENGTH_MAX = 500;

const NO_END = { againInMs: null, ref: null, error: null } as const;

/**
 * What a result means for its delivery.
 * @param dice 0 … 1: pauses are between half and all of their length, so that what failed together does not come together
 */
export function verdictOf(
  delivery: ClaimedDelivery,
  result: DeliveryResult,
  { dice, limits = RETRY }: { readonly dice: number; readonly limits?: RetryLimits },
): Verdict {
  const gone = "gone" in result ? (result.gone ?? []) : [];
  switch (result.type) {
    case "delivered":
      return { ...NO_END, gone, delivery, status: "delivered", ref: result.ref };
    case "logged":
      return { ...NO_END, gone, delivery, status: "logged" };
    case "unreachable":
    case "refused":
      return { ...NO_END, gone, delivery, status: result.type, error: short(result.reason) };
    case "failed":
      return failed(delivery, result, { dice, limits });
    default:
      return result satisfies never;
  }
}

function failed(
  delivery: ClaimedDelivery,
  { reason, retryAfterMs, gone = [] }: Extract<DeliveryResult, { readonly type: "failed" }>,
  { dice, limits }: { readonly dice: number; readonly limits: RetryLimits },
): Verdict {
  const tries = delivery.attempt - delivery.attemptsBefore;
  const error = short(reason);
  if (tries >= limits.attemptsMax) return { ...NO_END, gone, delivery, status: "dead", error };
  const pauseMs = Math.min(limits.retryMsMax, limits.retryMs * 2 ** (tries - 1)) * (0.5 + dice / 2);
  const askedMs = Math.min(RETRY_AFTER_MS_MAX, retryAfterMs ?? 0);
  return {
    ...NO_END,
    gone,
    delivery,
    status: "failed",
    againInMs: Math.ceil(Math.max(pauseMs, askedMs)),
    error,
  };
}

function short(reason: string): string {
  return reason.slice(0, ERROR_LENGTH_MAX).toWellFormed().replaceAll("\0", "");
}
