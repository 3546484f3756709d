import { hostname } from "node:os";
import { composeTracing } from "../src/api/tracing.ts";
import { Presence } from "../src/engine/presence.ts";
import { Worker } from "../src/engine/worker.ts";
import { createTake } from "../src/mailbox/deliver.ts";
import { eventsWithMail, mailboxBacklog } from "../src/mailbox/waiting.ts";
import { gaugeMailboxes, gaugePools } from "../src/ops/gauges.ts";
import { IdSource } from "../src/ops/id-source.ts";
import { createLog } from "../src/ops/log.ts";
import { Metrics } from "../src/ops/metrics.ts";
import { observeTurns } from "../src/ops/observe-turns.ts";
import { configOrExit, warnOfSlips } from "../src/ops/read-config.ts";
import { startRoleServer } from "../src/ops/role-server.ts";
import { runRole } from "../src/ops/shutdown.ts";
import { createPool } from "../src/store/database.ts";
import { Listener } from "../src/store/listener.ts";
import { MAIL_CHANNEL, notifyOutcomes, OPERATOR_CHANNEL, readMailNotice } from "../src/store/notices.ts";
import { dueActors, markActivations, recordAttempt, takeBackMarks } from "../src/store/sql/actors.ts";
import { TurnConnection } from "../src/store/turn-connection.ts";
import { endStuckTurns } from "../src/store/watchdog.ts";
import { leaveWorkers, reportWorker, tellAwake } from "../src/store/workers.ts";

/** The booking role: takes the turns of the actors. Any number of these processes may run. */
const DUE_MAX = 1_000;
const STUCK_TURNS = { turnMs: 5_000, unreadMs: 1_500 };
const POOL_MAX = 4;

const config = configOrExit(process.env);
const log = createLog({ role: "booking", level: config.LOG_LEVEL });
// A parent has said it already.
if (process.send === undefined) warnOfSlips(process.env, log);
const url = config.DATABASE_URL;
if (url === null)
  throw new Error("DATABASE_URL is needed: a worker has no database of its own (npm start has)");

const metrics = new Metrics();
const pool = createPool({ url, name: "evently-worker", max: POOL_MAX, log });
const take = createTake();
const ids = new IdSource();
const { tracing, close: closeTracing } = await composeTracing({ config, role: "booking", url, metrics, log });
const connections = Array.from({ length: config.TURN_CONNECTIONS }, () => new TurnConnection({ url, take }));

const worker = new Worker(
  {
    transactions: connections,
    marks: {
      begin: (eventIds) => markActivations(pool, eventIds),
      attempt: (eventId, id) => recordAttempt(pool, eventId, id),
      takeBack: (eventIds, attempted) => takeBackMarks(pool, eventIds, attempted),
    },
    notice: {
      publish: (ranges) => {
        if (ranges.length > 0)
          notifyOutcomes(pool, ranges).catch(() => log.debug({}, "an outcome notice was lost"));
      },
    },
    ids,
    observe: observeTurns(metrics),
    traced: (turn) => tracing.turns.tell(turn),
    onFault: (error, eventIds) => {
      metrics.turnFaults.inc();
      log.warn({ events: eventIds.length, error: String(error) }, "a turn failed and left no trace");
    },
    eventsWithMail: () => eventsWithMail(pool),
    dueEvents: () => dueActors(pool, DUE_MAX),
    endStuckTurns: () => endStuckTurns(pool, STUCK_TURNS),
    onStuck: (turns) => log.error({ turns }, "turns held an actor for too long and were ended"),
  },
  {
    batchMax: config.TURN_BATCH_MAX,
    sharedBatchMax: config.TURN_EVENT_BATCH_MAX,
    turnEventsMax: config.TURN_EVENTS_MAX,
    sweepIntervalMs: config.SWEEP_INTERVAL_MS,
    activationsMax: config.ACTIVATIONS_MAX,
    activationIdleMs: config.ACTIVATION_IDLE_MS,
  },
);
const self = { id: ids.newId(), name: `${hostname()}-${process.pid}`, port: null as number | null };
const presence = new Presence({
  report: (now) => reportWorker(pool, self, now),
  tell: (actors) => tellAwake(pool, self.id, actors),
  leave: () => leaveWorkers(pool, self.id),
  worker,
  onFault: (error) => log.warn({ error: String(error) }, "this worker could not report itself"),
});
const listener = new Listener({
  url,
  name: "evently-worker-listen",
  log,
  channels: {
    [MAIL_CHANNEL]: (payload) => worker.hint(readMailNotice(payload)),
    [OPERATOR_CHANNEL]: () => void presence.look(),
  },
  onConnected: () => worker.hint(null),
});

gaugePools(metrics, { worker: pool });
metrics.gauge("evently_activations", "Actors awake in this process", () => worker.activations.size);
gaugeMailboxes(metrics, () => mailboxBacklog(pool));

await listener.start();
worker.start();
const { server, port } = await startRoleServer({
  host: config.HOST,
  port: config.WORKER_PORT,
  isReady: () =>
    pool.query("select 1").then(
      () => true,
      () => false,
    ),
  metrics,
  metricsToken: config.METRICS_TOKEN,
});
self.port = port;
await presence.start();
runRole({
  log,
  shutdownMsMax: config.SHUTDOWN_MS_MAX,
  steps: [
    { name: "presence", close: () => presence.close() },
    { name: "notices", close: () => listener.close() },
    { name: "turns", close: () => worker.close() },
    {
      name: "turn connections",
      close: () => Promise.all(connections.map((connection) => connection.close())),
    },
    { name: "metrics server", close: () => void server.close() },
    { name: "traces", close: closeTracing },
    { name: "pool", close: () => pool.end() },
  ],
});
log.info({ port }, "booking worker is ready");
process.send?.({ type: "ready", port });
