import { composeProjector } from "../src/api/analytics.ts";
import { composeCourier } from "../src/api/courier.ts";
import { composeBooksWatch, gaugeInstallation } from "../src/api/effects-gauges.ts";
import { composeNotifications } from "../src/api/effects-notifications.ts";
import { composeForecasts } from "../src/api/forecasts.ts";
import { composeOutbox } from "../src/api/outbox.ts";
import { composeCashier, composeProviders } from "../src/api/payments.ts";
import { composePost } from "../src/api/post.ts";
import { composeAutopilot } from "../src/api/pricing.ts";
import { composeTracing } from "../src/api/tracing.ts";
import { startBoss } from "../src/mailbox/boss.ts";
import { findQueued } from "../src/mailbox/find-queued.ts";
import { IdSource } from "../src/ops/id-source.ts";
import { createLog } from "../src/ops/log.ts";
import { Metrics } from "../src/ops/metrics.ts";
import { configOrExit, warnOfSlips } from "../src/ops/read-config.ts";
import { startRoleServer } from "../src/ops/role-server.ts";
import { Rush } from "../src/ops/rush.ts";
import { runRole } from "../src/ops/shutdown.ts";
import { paymentSink } from "../src/outbox/payment-sink.ts";
import { createPool } from "../src/store/database.ts";
import { Listener } from "../src/store/listener.ts";
import { DELIVERY_CHANNEL, OUTCOME_CHANNEL, readOutcomeNotice, TOLD_CHANNEL } from "../src/store/notices.ts";
import { addPaymentTasks } from "../src/store/payment-tasks.ts";
import { purgeExpired } from "../src/store/purge.ts";
import { timePool } from "../src/store/query-times.ts";
import { createReads } from "../src/store/reads.ts";

/** The effects role: carries what turns owe to the world out of the outbox, pays, and clears away what has expired. */
const POOL_MAX = 10;
const PURGE_INTERVAL_MS = 600_000;

const config = configOrExit(process.env);
const log = createLog({ role: "effects", level: config.LOG_LEVEL });
// A parent has said it already.
if (process.send === undefined) warnOfSlips(process.env, log);
const url = config.DATABASE_URL;
if (url === null)
  throw new Error("DATABASE_URL is needed: a worker has no database of its own (npm start has)");

const metrics = new Metrics();
const pool = createPool({ url, name: "evently-effects", max: POOL_MAX, log });
const { tracing, close: closeTracing } = await composeTracing({ config, role: "effects", url, metrics, log });
timePool(pool, tracing.watchStatements);
const boss = await startBoss(pool, log);
const post = composePost({ config, pool, metrics, tracing: tracing.accepts });
const { providers } = await composeProviders({ config, pool, log });
const cashier = composeCashier({
  pool,
  post,
  metrics,
  providers,
  ids: new IdSource(),
  tracing: tracing.shared,
  log,
});
const autopilot = composeAutopilot({ pool, post, metrics, ids: new IdSource(), log });
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
const courier = composeCourier({ config, pool, metrics, ids: new IdSource(), log });
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
const forecasts = composeForecasts({ pool, newId: () => new IdSource().newId(), rush, log });
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
  isReady: () =>
    pool.query("select 1").then(
      () => true,
      () => false,
    ),
  metrics,
  metricsToken: config.METRICS_TOKEN,
});
runRole({
  log,
  shutdownMsMax: config.SHUTDOWN_MS_MAX,
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
});
log.info({ port }, "effects worker is ready");
process.send?.({ type: "ready", port });
