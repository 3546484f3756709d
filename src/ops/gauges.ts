import { Gauge } from "prom-client";
import type { Metrics } from "./metrics.ts";

/** Depth of all mailboxes and age of the oldest envelope. */
export function gaugeMailboxes(
  metrics: Metrics,
  read: () => Promise<{ readonly depth: number; readonly oldestMs: number }>,
): void {
  gaugesOf(metrics, read, [
    {
      name: "evently_mailbox_depth",
      help: "Envelopes waiting in all mailboxes",
      value: ({ depth }) => depth,
    },
    {
      name: "evently_mailbox_head_age_seconds",
      help: "Age of the oldest envelope in any mailbox; 0 when all are empty",
      value: ({ oldestMs }) => oldestMs / 1_000,
    },
  ]);
}

/** What an operator has to know about money. */
export function gaugeMoney(
  metrics: Metrics,
  read: () => Promise<{
    readonly withoutTicket: number;
    readonly refundsOwed: number;
    readonly refundsFailed: number;
    readonly oldestTaskMs: number;
  }>,
): void {
  gaugesOf(metrics, read, [
    {
      name: "evently_payments_captured_without_ticket",
      help: "Captured payments that are neither a ticket nor owed back; anything but 0 is a bug",
      value: ({ withoutTicket }) => withoutTicket,
    },
    {
      name: "evently_refunds_owed",
      help: "Refunds that are owed and not settled yet",
      value: ({ refundsOwed }) => refundsOwed,
    },
    {
      name: "evently_refunds_failed",
      help: "Refunds that a provider would not make; a person has to look at them",
      value: ({ refundsFailed }) => refundsFailed,
    },
    {
      name: "evently_payment_task_age_seconds",
      help: "How long the oldest question to a payment provider is overdue; 0 when none is",
      value: ({ oldestTaskMs }) => oldestTaskMs / 1_000,
    },
  ]);
}

/** How far the carrying of notifications is behind. */
export function gaugeDeliveries(
  metrics: Metrics,
  read: () => Promise<{ readonly oldestMs: number; readonly dead: number }>,
): void {
  gaugesOf(metrics, read, [
    {
      name: "evently_delivery_age_seconds",
      help: "How long the oldest delivery of a notification is overdue; 0 when none is",
      value: ({ oldestMs }) => oldestMs / 1_000,
    },
    {
      name: "evently_deliveries_dead",
      help: "Deliveries that were given up after their last attempt; a person has to look at them",
      value: ({ dead }) => dead,
    },
  ]);
}

/** How far webhooks are behind. @param read the age of the oldest outcome that one has not taken, in milliseconds */
export function gaugeWebhooks(metrics: Metrics, read: () => Promise<number>): void {
  metrics.gauge(
    "evently_webhook_backlog_seconds",
    "Age of the oldest outcome that an active webhook has not taken yet; 0 when there is none",
    async () => (await read()) / 1_000,
  );
}

/** Connections of a pool, by state. */
export function gaugePool(
  metrics: Metrics,
  pool: { readonly totalCount: number; readonly idleCount: number; readonly waitingCount: number },
): void {
  new Gauge({
    name: "evently_pool_connections",
    help: "Database connections of this process's pool, by state: total, idle, and requests waiting for one",
    labelNames: ["state"] as const,
    registers: [metrics.registry],
    collect() {
      this.set({ state: "total" }, pool.totalCount);
      this.set({ state: "idle" }, pool.idleCount);
      this.set({ state: "waiting" }, pool.waitingCount);
    },
  });
}

/** Gauges that share one read per scrape. */
function gaugesOf<Figures>(
  metrics: Metrics,
  read: () => Promise<Figures>,
  gauges: readonly {
    readonly name: string;
    readonly help: string;
    readonly value: (figures: Figures) => number;
  }[],
): void {
  let reading: Promise<Figures> | null = null;
  const shared = () => {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
  for (const { name, help, value } of gauges) metrics.gauge(name, help, async () => value(await shared()));
}
