import type { DeliveryCount } from "../../domain/notification-views.ts";
import { CHANNELS } from "../../notifications/channel.ts";

type Counts = Record<DeliveryCount["status"], number>;

function countsOf(counts: readonly DeliveryCount[], channel: string): Counts {
  const of = (status: DeliveryCount["status"]) =>
    counts.find((row) => row.channel === channel && row.status === status)?.count ?? 0;
  return {
    queued: of("queued"),
    delivered: of("delivered"),
    logged: of("logged"),
    failed: of("failed"),
    refused: of("refused"),
    unreachable: of("unreachable"),
    dead: of("dead"),
  };
}

/**
 * What each figure counts; `sent` is `delivered` + `retrying` + `failed`.
 * - `sent`: given to who carries it, at least once
 * - `delivered`: taken by an open socket, a mail server, a push service or an SMS provider
 * - `failed`: sent, and came to an end without being delivered: `refused` for good, or `dead` after all attempts
 * - `retrying`: sent, failed so far, and tried again
 * - `queued`: not tried yet
 * - `unreachable`: never sent, because this way does not lead to the person: no open socket, no telephone
 * - `logged`: never sent, because the channel is not configured; it was written to the log instead
 */
function presentChannel({ queued, delivered, logged, failed: retrying, unreachable, ...bad }: Counts) {
  const failed = bad.refused + bad.dead;
  return {
    sent: delivered + retrying + failed,
    delivered,
    failed,
    unreachable,
    logged,
    queued,
    retrying,
    ...bad,
  };
}

/** How many deliveries stand how, by channel. */
export function presentCounts(counts: readonly DeliveryCount[]) {
  return Object.fromEntries(CHANNELS.map((channel) => [channel, presentChannel(countsOf(counts, channel))]));
}

/**
 * What was counted, by channel and in all. `delivery_rate`: `delivered` of `delivered` + `failed`, null before the first;
 * what was never sent, being unreachable or logged, counts as neither.
 */
export function presentStats(counts: readonly DeliveryCount[]): Record<string, unknown> {
  const channels = presentCounts(counts);
  const sum = (of: (channel: ReturnType<typeof presentChannel>) => number) =>
    Object.values(channels).reduce((total, channel) => total + of(channel), 0);
  const delivered = sum((channel) => channel.delivered);
  const ended = delivered + sum((channel) => channel.failed);
  return {
    total_sent: sum(({ sent }) => sent),
    total_delivered: delivered,
    total_unreachable: sum(({ unreachable }) => unreachable),
    total_logged: sum(({ logged }) => logged),
    delivery_rate: ended === 0 ? null : delivered / ended,
    channels,
  };
}
