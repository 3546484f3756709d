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
      help: "Age of the oldest envelope that may be decided: bookings of paused sales wait on purpose; 0 where there is none",
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

/** How far analytics are behind. @param read how long ago they were caught up, in milliseconds */
export function gaugeAnalytics(metrics: Metrics, read: () => Promise<number>): void {
  metrics.gauge(
    "evently_analytics_lag_seconds",
    "How long ago everything that had been decided was added up; +Inf while a rebuild goes on",
    async () => (await read()) / 1_000,
  );
}

interface Pool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max: number };
}

/** Connections of a process's pools, by pool and state. */
export function gaugePools(metrics: Metrics, pools: Readonly<Record<string, Pool>>): void {
  new Gauge({
    name: "evently_pool_connections",
    help: "Database connections of this process, by pool and state: total, idle, max, and requests waiting for one",
    labelNames: ["pool", "state"] as const,
    registers: [metrics.registry],
    collect() {
      for (const [pool, { totalCount, idleCount, waitingCount, options }] of Object.entries(pools)) {
        this.set({ pool, state: "total" }, totalCount);
        this.set({ pool, state: "idle" }, idleCount);
        this.set({ pool, state: "waiting" }, waitingCount);
        this.set({ pool, state: "max" }, options.max);
      }
    },
  });
}

/** Gauges of one label that share a read per scrape; where it fails, nothing is shown rather than something old. */
export function labelledGauge<Row>(
  metrics: Metrics,
  label: string,
  read: () => Promise<readonly Row[]>,
  gauge: {
    readonly name: string;
    readonly help: string;
    readonly of: (row: Row) => { readonly label: string; readonly value: number | null };
  },
): void {
  new Gauge({
    name: gauge.name,
    help: gauge.help,
    labelNames: [label],
    registers: [metrics.registry],
    async collect() {
      this.reset();
      const rows = await read().catch(() => []);
      for (const { label: of, value } of rows.map(gauge.of))
        if (value !== null) this.set({ [label]: of }, value);
    },
  });
}

/** Gauges that share one read per scrape. */
export function gaugesOf<Figures>(
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
