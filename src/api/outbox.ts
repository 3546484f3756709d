import type pg from "pg";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { Rush } from "../ops/rush.ts";
import { Relay, type Sink } from "../outbox/relay.ts";
import { withClaimed } from "../store/outbox-queue.ts";
import { readLedger } from "../store/sql/ledger.ts";
import type { SharedWork } from "../tracing/shared-work.ts";

/** News take a third of the time, and wait for the end of a rush; payments cannot wait. */
const REST = {
  notification: { restPerWork: 2, canWait: true },
  payment: { restPerWork: 0, canWait: false },
} as const;
type SinkName = keyof typeof REST;

/** The relays of the effects process, one for each sink. */
export function composeOutbox(options: {
  readonly pool: pg.Pool;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly sinks: Readonly<Record<SinkName, Sink>>;
  readonly rush: Rush;
  readonly tracing: SharedWork;
}): { readonly hint: () => void; readonly start: () => void; readonly close: () => Promise<void> } {
  const { pool, metrics, log, sinks, rush, tracing } = options;
  const relays = (Object.keys(sinks) as SinkName[]).map(
    (name) =>
      new Relay({
        name,
        sink: sinks[name],
        rest: { restPerWork: REST[name].restPerWork, rush: REST[name].canWait ? rush : null },
        withClaimed: (asked, work) => withClaimed(pool, asked, work),
        readLedger: (ranges) => readLedger(pool, ranges),
        observe: ({ sink, ok, ranges }) => metrics.outbox.inc({ sink, result: ok ? "ok" : "failed" }, ranges),
        tracing,
        log,
      }),
  );
  return {
    hint: () => {
      for (const relay of relays) relay.hint();
    },
    start: () => {
      for (const relay of relays) relay.start();
    },
    close: async () => {
      await Promise.all(relays.map((relay) => relay.close()));
    },
  };
}
