import type pg from "pg";
import type { LedgerRange } from "../engine/ports.ts";
import { presentOutcomes } from "../http/presenters/outcome.ts";
import type { Telling } from "../notifications/notifier.ts";
import type { Config } from "../ops/config.ts";
import { gaugeWebhooks } from "../ops/gauges.ts";
import type { IdSource } from "../ops/id-source.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import { createNotifier } from "../store/notifications/notifier.ts";
import { oldestUndelivered } from "../store/webhooks/attempts.ts";
import {
  claimWebhookCursors,
  prepareWebhookCursors,
  readStretch,
  renewWebhookClaims,
} from "../store/webhooks/cursors.ts";
import {
  beginWebhookMessage,
  releaseWebhookCursor,
  skipWebhookEntries,
  webhookDelivered,
  webhookFailed,
} from "../store/webhooks/results.ts";
import { Courier, LEASE_MS } from "../webhooks/courier.ts";
import { Delivery } from "../webhooks/delivery.ts";
import type { CourierStore, DisabledEndpoint } from "../webhooks/ports.ts";
import { composeSending } from "./webhooks.ts";

/** What brings outcomes to endpoints, in an effects process. */
export function composeCourier(options: {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly metrics: Metrics;
  readonly ids: IdSource;
  readonly log: Log;
}): {
  readonly start: () => void;
  readonly noticed: (ranges: readonly LedgerRange[]) => void;
  readonly close: () => Promise<void>;
} {
  const { config, pool, metrics, ids, log } = options;
  const notifier = createNotifier(pool, () => ids.newId());
  const { guard, sender } = composeSending(config);
  const store = courierStore(pool);
  const delivery = new Delivery({
    store,
    sender,
    present: presentOutcomes,
    newId: () => ids.newId(),
    now: Date.now,
    dice: Math.random,
    leaseMs: LEASE_MS,
    observe: ({ result, outcomes }) => {
      metrics.webhookAttempts.inc({ result });
      if (result === "delivered") metrics.webhookOutcomes.inc(outcomes);
    },
    tellDisabled: (endpoint) => {
      const { endpointId: webhook_id, reason } = endpoint;
      log.warn({ webhook_id, reason }, "a webhook was disabled");
      notifier
        .tell(disabledNews(endpoint))
        .catch((error) => log.warn({ webhook_id, error: String(error) }, "its owner could not be told"));
    },
  });
  gaugeWebhooks(metrics, () => oldestUndelivered(pool));
  const courier = new Courier({ store, delivery, log });
  return {
    start: () => courier.start(),
    noticed: (ranges) => courier.hint(ranges.map(({ eventId }) => eventId)),
    close: async () => {
      await courier.close();
      guard.close();
    },
  };
}

const WHY = {
  gone: "it answered 410 Gone",
  failing: "it has not taken a message for three days",
} as const;

/** What the owner of a disabled endpoint is told, so that they can mend it and switch it on again. */
function disabledNews({ endpointId, ownerId, url, reason }: DisabledEndpoint): Telling {
  return {
    userId: ownerId,
    kind: "webhook_disabled",
    title: "A webhook was switched off",
    text: `Your webhook ${url} gets no more messages, because ${WHY[reason]}. Nothing is lost: switched on again, it goes on where it stopped.`,
    data: { webhook_id: endpointId, url, reason },
  };
}

function courierStore(pool: pg.Pool): CourierStore {
  return {
    prepare: () => prepareWebhookCursors(pool),
    claim: (wanted) => claimWebhookCursors(pool, wanted),
    renew: (claims, leaseMs) => renewWebhookClaims(pool, claims, leaseMs),
    read: (eventId, fromSeq, max) => readStretch(pool, eventId, fromSeq, max),
    begin: (claim, toSeq) => beginWebhookMessage(pool, claim, toSeq),
    skip: (claim, scannedSeq) => skipWebhookEntries(pool, claim, scannedSeq),
    delivered: (claim, attempted, leaseMs) => webhookDelivered(pool, claim, attempted, leaseMs),
    failed: (claim, attempted, failure) => webhookFailed(pool, claim, attempted, failure),
    release: (claim) => releaseWebhookCursor(pool, claim),
  };
}
