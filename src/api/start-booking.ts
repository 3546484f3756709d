import { hostname } from "node:os";
import type pg from "pg";
import type { EventId } from "../domain/ids.ts";
import { Presence } from "../engine/presence.ts";
import { Worker } from "../engine/worker.ts";
import { createTake } from "../mailbox/deliver.ts";
import { eventsWithMail, mailboxBacklog } from "../mailbox/waiting.ts";
import type { Config } from "../ops/config.ts";
import { gaugeMailboxes, gaugePools } from "../ops/gauges.ts";
import { IdSource } from "../ops/id-source.ts";
import type { Log } from "../ops/log.ts";
import { Metrics } from "../ops/metrics.ts";
import { observeTurns } from "../ops/observe-turns.ts";
import type { StartedRole } from "../ops/role.ts";
import { startRoleServer } from "../ops/role-server.ts";
import { createPool, isReachable } from "../store/database.ts";
import { Listener } from "../store/listener.ts";
import { MAIL_CHANNEL, notifyOutcomes, OPERATOR_CHANNEL, readMailNotice } from "../store/notices.ts";
import {
  dueActors,
  markActivations,
  pausedAmong,
  recordAttempt,
  takeBackMarks,
} from "../store/sql/actors.ts";
import { TurnConnection } from "../store/turn-connection.ts";
import { endStuckTurns } from "../store/watchdog.ts";
import { leaveWorkers, reportWorker, tellAwake } from "../store/workers.ts";
import { composeTracing } from "./tracing.ts";

const DUE_MAX = 1_000;
const STUCK_TURNS = { turnMs: 5_000, unreadMs: 1_000 };
const POOL_MAX = 4;

/** The booking role: takes the turns of the actors. Any number of these processes may run. */
export async function startBooking(config: Config, log: Log, url: string): Promise<StartedRole> {
  const metrics = new Metrics();
  const pool = createPool({ url, name: "evently-worker", max: POOL_MAX, log });
  const take = createTake();
  const ids = new IdSource();
  const { tracing, close: closeTracing } = await composeTracing({
    config,
    role: "booking",
    url,
    metrics,
    log,
  });
  const connections = Array.from(
    { length: config.TURN_CONNECTIONS },
    () => new TurnConnection({ url, take }),
  );

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
      eventsWithMail: () => decidableMail(pool),
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
  gaugeMailboxes(metrics, () => backlog(pool));

  await listener.start();
  worker.start();
  const { server, port } = await startRoleServer({
    host: config.HOST,
    port: config.WORKER_PORT,
    isReady: () => isReachable(pool),
    metrics,
    metricsToken: config.METRICS_TOKEN,
  });
  self.port = port;
  await presence.start();
  return {
    port,
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
  };
}

/** What waits; bookings of paused sales count, but are not told as late. */
async function backlog(pool: pg.Pool) {
  const waiting = await eventsWithMail(pool);
  const paused = await pausedAmong(
    pool,
    waiting.map(({ eventId }) => eventId),
  );
  return await mailboxBacklog(pool, [...paused]);
}

/** Events with mail, but for those whose bookings wait until their sale goes on: looking at these would change nothing. */
async function decidableMail(pool: pg.Pool): Promise<EventId[]> {
  const waiting = await eventsWithMail(pool);
  const patient = waiting.filter(({ hasUrgent }) => !hasUrgent).map(({ eventId }) => eventId);
  const paused = patient.length === 0 ? null : await pausedAmong(pool, patient);
  return waiting.filter(({ eventId }) => paused?.has(eventId) !== true).map(({ eventId }) => eventId);
}
