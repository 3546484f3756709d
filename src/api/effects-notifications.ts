import type pg from "pg";
import { createResetTokens } from "../identity/reset-tokens.ts";
import { Broadcaster } from "../notifications/broadcaster.ts";
import { Dispatcher } from "../notifications/dispatcher.ts";
import { type NewNotification, notificationIdOf } from "../notifications/notifier.ts";
import { WebsocketChannel } from "../notifications/websocket-channel.ts";
import type { Config } from "../ops/config.ts";
import { gaugeDeliveries } from "../ops/gauges.ts";
import { GuardedFetch } from "../ops/guarded-fetch.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { Rush } from "../ops/rush.ts";
import {
  type CancelledEvent,
  type NotificationSinkPorts,
  notificationSink,
} from "../outbox/notification-sink.ts";
import type { Sink } from "../outbox/relay.ts";
import { notifyTell, readToldNotice, TOLD_PER_NOTICE_MAX } from "../store/notices.ts";
import {
  advanceBroadcast,
  broadcastToWaiting,
  claimBroadcast,
  peopleOf,
} from "../store/notifications/broadcasts.ts";
import { claimDeliveries, releaseDeliveries, renewDeliveries } from "../store/notifications/deliveries.ts";
import { createNotificationCards } from "../store/notifications/event-cards.ts";
import { purgeNotifications } from "../store/notifications/purge.ts";
import { saveNotifications } from "../store/notifications/save.ts";
import { recordVerdicts } from "../store/notifications/verdicts.ts";
import { deliveryFigures } from "../store/queries/notifications.ts";
import type { createReads } from "../store/reads.ts";
import type { SharedWork } from "../tracing/shared-work.ts";
import { composeChannels, vapidKeys } from "./channels.ts";
import { composeTickets } from "./tickets.ts";
import { composeTokenKeys } from "./token-keys.ts";

export interface EffectsNotificationOptions {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly reads: ReturnType<typeof createReads>;
  readonly metrics: Metrics;
  readonly rush: Rush;
  readonly tracing: SharedWork;
  readonly log: Log;
}

/** Everything of an effects worker that brings notifications to people. */
export async function composeNotifications(options: EffectsNotificationOptions) {
  const { config, pool, metrics, rush, tracing, log } = options;
  const websocket = new WebsocketChannel({
    ask: (told) => notifyTell(pool, told),
    askedMax: TOLD_PER_NOTICE_MAX,
  });
  const { channels, printer, fetch, closeKeys } = await composeCarriers(options);
  const dispatcher = new Dispatcher({
    channels: [websocket, ...channels],
    claim: (channel, max, leaseMs) => claimDeliveries(pool, channel, { max, leaseMs }),
    renew: (deliveries, leaseMs) => renewDeliveries(pool, deliveries, leaseMs),
    release: (deliveries) => releaseDeliveries(pool, deliveries),
    record: (verdicts) => recordVerdicts(pool, verdicts),
    observe: ({ delivery, status }) => metrics.deliveries.inc({ channel: delivery.channel, result: status }),
    rush,
    tracing,
    log,
  });
  const save = (notifications: readonly NewNotification[]) =>
    dispatcher.handOver(notifications.length, (claim) => saveNotifications(pool, notifications, claim));
  const broadcaster = new Broadcaster({
    claim: (leaseMs) => claimBroadcast(pool, leaseMs),
    people: (broadcast, after, max) => peopleOf(pool, broadcast, { after, max }),
    save,
    advance: (broadcast, toldUntil, leaseMs) => advanceBroadcast(pool, broadcast, { toldUntil, leaseMs }),
    log,
  });
  gaugeDeliveries(metrics, () => deliveryFigures(pool));
  const hint = () => {
    dispatcher.hint();
    broadcaster.hint();
  };
  return {
    sink: composeSink(pool, { save, onBroadcast: () => broadcaster.hint() }),
    /** Something was written down that is to be carried. */
    hint,
    /** API processes had sockets for these. */
    told: (payload: string) => websocket.told(readToldNotice(payload)),
    purge: () => purgeNotifications(pool, config.NOTIFICATION_KEEP_DAYS),
    start: () => {
      dispatcher.start();
      broadcaster.start();
    },
    close: async () => {
      await broadcaster.close();
      await dispatcher.close();
      await printer.close();
      fetch.close();
      closeKeys();
    },
  };
}

async function composeCarriers({ config, pool, reads, tracing, log }: EffectsNotificationOptions) {
  const { documents, printer } = composeTickets({ config, pool, reads });
  const { keys, close: closeKeys } = await composeTokenKeys(config, pool);
  const resetTokens = createResetTokens(keys);
  const fetch = new GuardedFetch({ allowPrivate: config.WEBHOOK_ALLOW_PRIVATE });
  const channels = composeChannels({
    config,
    log,
    vapid: await vapidKeys({ config, pool }),
    fetch,
    traceHeaders: () => tracing.outgoing(),
    documentsOf: (bookingId) => documents.documentsOf(bookingId),
    eventOf: (eventId) => reads.eventCard(eventId),
    resetTokenOf: (resetId) => resetTokens.tokenOf(resetId),
  });
  return { channels, printer, fetch, closeKeys };
}

function composeSink(
  pool: pg.Pool,
  { save, onBroadcast }: { readonly save: NotificationSinkPorts["save"]; readonly onBroadcast: () => void },
): Sink {
  return notificationSink({
    cards: createNotificationCards(pool),
    save,
    tellWaiting: async (cancelled) => {
      await broadcastToWaiting(pool, cancellationOf(cancelled));
      onBroadcast();
    },
  });
}

/** What those are told who waited; those who had bookings are told by their cancellations. */
function cancellationOf({ eventId, name, at }: CancelledEvent) {
  return {
    id: notificationIdOf({ createdAt: at, counter: 0, what: `event_cancelled${eventId}` }),
    eventId,
    createdBy: null,
    type: "event_cancelled",
    title: `Cancelled: ${name}`,
    text: `${name} is cancelled, and so is its waitlist.`,
    data: { event_name: name },
    channels: null,
    createdAt: at,
  };
}
