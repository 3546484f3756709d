import type { Log } from "../ops/log.ts";
import type { Channel, DeliveryResult } from "./channel.ts";
import type { ClaimedDelivery } from "./delivery.ts";

/** A channel that has not answered by then has failed. */
const DELIVER_MS_MAX = 60_000;

/** One attempt to bring a notification to its person. Never rejects: what a channel throws is a failure like others. */
export async function attempt(
  { message, recipient, attempt: number, attemptsBefore }: ClaimedDelivery,
  channel: Channel,
  { attemptsMax, log }: { readonly attemptsMax: number; readonly log: Log },
): Promise<DeliveryResult> {
  if (recipient === null) return { type: "refused", reason: "the account is not active" };
  const { expires_at: until } = message.data;
  if (isOver(until)) return { type: "refused", reason: `too late: it was good until ${until}` };
  // Its earlier attempts ended with their process, every one of them.
  if (number - attemptsBefore > attemptsMax) {
    return { type: "failed", reason: "no attempt came to an end", retryAfterMs: null };
  }
  let timer: NodeJS.Timeout | undefined;
  const lateness = new Promise<DeliveryResult>((resolve) => {
    timer = setTimeout(() => resolve(NO_ANSWER), DELIVER_MS_MAX);
  });
  const answer = channel.deliver(message, recipient).catch((error: unknown) => {
    log.error({ channel: channel.name, error: String(error) }, "a channel has a bug");
    return { type: "failed", reason: String(error), retryAfterMs: null } as const;
  });
  return await Promise.race([answer, lateness]).finally(() => clearTimeout(timer));
}

const NO_ANSWER: DeliveryResult = {
  type: "failed",
  reason: `no answer within ${DELIVER_MS_MAX / 1_000} s`,
  retryAfterMs: null,
};

function isOver(expiresAt: unknown): expiresAt is string {
  return typeof expiresAt === "string" && Date.parse(expiresAt) < Date.now();
}
