import type pg from "pg";
import { BooksWatch } from "../ops/books-watch.ts";
import type { Config } from "../ops/config.ts";
import { gaugeMoney, gaugePools } from "../ops/gauges.ts";
import { gaugeBooks, gaugeOutbox, gaugeStock } from "../ops/installation-gauges.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import { gaugePostgres } from "../ops/postgres-gauges.ts";
import { claimAudit, lastAudit, saveAudit } from "../store/books-audit.ts";
import { databaseStatus } from "../store/queries/database-status.ts";
import { paymentFigures } from "../store/queries/payment-gauges.ts";
import { deadLetterCount, outboxFigures, stockFigures } from "../store/queries/sale-gauges.ts";

/** What an effects worker tells of the whole installation: one of few processes, and none that a buyer waits for. */
export function gaugeInstallation(metrics: Metrics, pool: pg.Pool): void {
  gaugePools(metrics, { effects: pool });
  gaugeMoney(metrics, () => paymentFigures(pool));
  gaugeStock(metrics, () => stockFigures(pool));
  gaugeOutbox(metrics, () => outboxFigures(pool));
  gaugePostgres(metrics, () => databaseStatus(pool));
  gaugeBooks(metrics, () => lastAudit(pool));
  metrics.gauge(
    "evently_dead_letters",
    "Commands that were set aside because they could not be decided; a person has to look at them",
    () => deadLetterCount(pool),
  );
}

/** Audits the books now and then; of several effects workers one does. */
export function composeBooksWatch(options: {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly log: Log;
}): BooksWatch {
  const { config, databaseUrl, pool, log } = options;
  return new BooksWatch({
    intervalMs: config.BOOKS_AUDIT_INTERVAL_S * 1_000,
    claim: (everyMs) => claimAudit(pool, everyMs),
    last: () => lastAudit(pool),
    save: (audit) => saveAudit(pool, audit),
    databaseUrl,
    log,
  });
}
