import { composeCashier, composeProviders } from "../src/api/payments.ts";
import { composePost } from "../src/api/post.ts";
import { startBoss } from "../src/mailbox/boss.ts";
import { loadConfig } from "../src/ops/config.ts";
import { IdSource } from "../src/ops/id-source.ts";
import { createLog } from "../src/ops/log.ts";
import { Metrics } from "../src/ops/metrics.ts";
import { startRoleServer } from "../src/ops/role-server.ts";
import { runRole } from "../src/ops/shutdown.ts";
import { notificationSink } from "../src/outbox/notification-sink.ts";
import { paymentSink } from "../src/outbox/payment-sink.ts";
import { Relay } from "../src/outbox/relay.ts";
import { createPool } from "../src/store/database.ts";
import { Listener } from "../src/store/listener.ts";
import { OUTCOME_CHANNEL } from "../src/store/notices.ts";
import { withClaimed } from "../src/store/outbox-queue.ts";
import { addPaymentTasks } from "../src/store/payment-tasks.ts";
import { purgeExpired } from "../src/store/purge.ts";
import { saveNotifications } from "../src/store/queries/notifications.ts";
import { paymentFigures } from "../src/store/queries/payment-gauges.ts";
import { readLedger } from "../src/store/sql/ledger.ts";

/** The effects role: carries what turns owe to the world out of the outbox, pays, and clears away what has expired. */
const POOL_MAX = 6;
const PURGE_INTERVAL_MS = 600_000;

const config = loadConfig(process.env);
const log = createLog({ role: "effects", level: config.LOG_LEVEL });
const url = config.DATABASE_URL;
if (url === null)
  throw new Error("DATABASE_URL is needed: a worker has no database of its own (npm start has)");

const metrics = new Metrics();
const pool = createPool({ url, name: "evently-effects", max: POOL_MAX, log });
const boss = await startBoss(pool, log);
const post = composePost({ config, pool, boss, metrics });
const { providers } = await composeProviders({ config, pool, log });
const cashier = composeCashier({ pool, post, metrics, providers, ids: new IdSource(), log });
const relay = new Relay({
  withClaimed: (max, work) => withClaimed(pool, max, work),
  readLedger: (ranges) => readLedger(pool, ranges),
  sinks: {
    notification: notificationSink((notifications) => saveNotifications(pool, notifications)),
    payment: paymentSink((tasks) => addPaymentTasks(pool, tasks).then(() => cashier.hint())),
  },
  observe: ({ sink, ok, ranges }) => metrics.outbox.inc({ sink, result: ok ? "ok" : "failed" }, ranges),
  log,
});
const listener = new Listener({
  url,
  name: "evently-effects-listen",
  log,
  channels: { [OUTCOME_CHANNEL]: () => relay.hint() },
  onConnected: () => relay.hint(),
});
const purge = setInterval(() => {
  purgeExpired(pool).catch((error) =>
    log.warn({ error: String(error) }, "expired rows could not be cleared away"),
  );
}, PURGE_INTERVAL_MS);

metrics.pool(pool);
metrics.money(() => paymentFigures(pool));
await listener.start();
relay.start();
cashier.start();
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
    { name: "notices", close: () => listener.close() },
    { name: "relay", close: () => relay.close() },
    { name: "cashier", close: () => cashier.close() },
    { name: "accepts", close: () => post.drained() },
    { name: "pg-boss", close: () => boss.stop({ graceful: false }) },
    { name: "metrics server", close: () => void server.close() },
    { name: "pool", close: () => pool.end() },
  ],
});
log.info({ port }, "effects worker is ready");
process.send?.({ type: "ready", port });
