import { startBoss } from "../mailbox/boss.ts";
import { findQueued } from "../mailbox/find-queued.ts";
import type { Config } from "../ops/config.ts";
import { IdSource } from "../ops/id-source.ts";
import type { Log } from "../ops/log.ts";
import { Metrics } from "../ops/metrics.ts";
import type { StartedRole } from "../ops/role.ts";
import { startRoleServer } from "../ops/role-server.ts";
import { Rush } from "../ops/rush.ts";
import { paymentSink } from "../outbox/payment-sink.ts";
import { createPool, isReachable, PLANNED_ANEW } from "../store/database.ts";
import { Listener } from "../store/listener.ts";
import { DELIVERY_CHANNEL, OUTCOME_CHANNEL, readOutcomeNotice, TOLD_CHANNEL } from "../store/notices.ts";
import { addPaymentTasks } from "../store/payment-tasks.ts";
import { purgeExpired } from "../store/purge.ts";
import { timePool } from "../store/query-times.ts";
import { createReads } from "../store/reads.ts";
import { composeProjector } from "./analytics.ts";
import { composeCourier } from "./courier.ts";
import { composeBooksWatch, gaugeInstallation } from "./effects-gauges.ts";
import { composeNotifications } from "./effects-notifications.ts";
import { composeForecasts } from "./forecasts.ts";
import { composeOutbox } from "./outbox.ts";
import { composeCashier, composeProviders } from "./payments.ts";
import { composePost } from "./post.ts";
import { composeAutopilot } from "./pricing.ts";
import { composeTracing } from "./tracing.ts";

const POOL_MAX = 10;
const PURGE_INTERVAL_MS = 600_000;

/** The effects role: carries what turns owe to the world out of the outbox, pays, adds up, and clears away what has expired. */
export async function startEffects(config: Config, log: Log, url: string): Promise<StartedRole> {
  const metrics = new Metrics();
  const ids = new IdSource();
  const pool = createPool({ url, name: "evently-effects", max: POOL_MAX, log, settings: PLANNED_ANEW });
  const { tracing, close: closeTracing } = await composeTracing({
    config,
    role: "effects",
    url,
    metrics,
    log,
  });
  timePool(pool, tracing.watchStatements);
  const boss = await startBoss(pool, log);
  const post = composePost({ config, pool, metrics, tracing: tracing.accepts });
  const { providers } = await composeProviders({ config, pool, log });
  const cashier = composeCashier({
    pool,
    post,
    metrics,
    providers,
    ids,
    tracing: tracing.shared,
    log,
  });
  const autopilot = composeAutopilot({ pool, post, metrics, ids, log });
  const reads = createReads({
    pool,
    findQueued: (eventId, commandId) => findQueued(boss, pool, eventId, commandId),
  });
  const rush = new Rush();
  const notifications = await composeNotifications({
    config,
    pool,
    reads,
    metrics,
    rush,
    tracing: tracing.shared,
    log,
  });
  const courier = composeCourier({ config, pool, metrics, ids, log });
  const outbox = composeOutbox({
    pool,
    metrics,
    rush,
    tracing: tracing.shared,
    log,
    sinks: {
      notification: notifications.sink,
      payment: paymentSink((tasks) => addPaymentTasks(pool, tasks).then(() => cashier.hint())),
    },
  });
  const projector = composeProjector({ pool, metrics, rush, log });
  const listener = new Listener({
    url,
    name: "evently-effects-listen",
    log,
    channels: {
      [OUTCOME_CHANNEL]: (payload) => {
        const ranges = readOutcomeNotice(payload);
        rush.note(ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0));
        outbox.hint();
        courier.noticed(ranges);
        projector.hint();
      },
      [DELIVERY_CHANNEL]: () => notifications.hint(),
      [TOLD_CHANNEL]: notifications.told,
    },
    onConnected: () => outbox.hint(),
  });
  const purge = setInterval(() => {
    Promise.all([purgeExpired(pool), notifications.purge(), projector.purge()]).catch((error) =>
      log.warn({ error: String(error) }, "expired rows could not be cleared away"),
    );
  }, PURGE_INTERVAL_MS);

  const books = composeBooksWatch({ config, databaseUrl: url, pool, log });
  gaugeInstallation(metrics, pool);
  const forecasts = composeForecasts({ pool, newId: () => ids.newId(), rush, log });
  await listener.start();
  outbox.start();
  cashier.start();
  autopilot.start();
  courier.start();
  projector.start();
  notifications.start();
  books.start();
  forecasts.start();
  const { server, port } = await startRoleServer({
    host: config.HOST,
    port: config.EFFECTS_PORT,
    isReady: () => isReachable(pool),
    metrics,
    metricsToken: config.METRICS_TOKEN,
  });
  return {
    port,
    steps: [
      { name: "purge", close: () => clearInterval(purge) },
      { name: "audit", close: () => books.close() },
      { name: "forecasts", close: () => forecasts.close() },
      { name: "outbox", close: () => outbox.close() },
      { name: "notifications", close: () => notifications.close() },
      { name: "notices", close: () => listener.close() },
      { name: "webhooks", close: () => courier.close() },
      { name: "analytics", close: () => projector.close() },
      { name: "autopilot", close: () => autopilot.close() },
      { name: "cashier", close: () => cashier.close() },
      { name: "accepts", close: () => post.drained() },
      { name: "pg-boss", close: () => boss.stop({ graceful: false }) },
      { name: "metrics server", close: () => void server.close() },
      { name: "traces", close: closeTracing },
      { name: "pool", close: () => pool.end() },
    ],
  };
}
