import type pg from "pg";
import { Projector } from "../analytics/projector.ts";
import { VisitCounter } from "../analytics/visit-counter.ts";
import type { AnalyticsDesk } from "../http/analytics-desk.ts";
import type { CacheDesk } from "../http/cache-desk.ts";
import type { DeskPorts } from "../http/desk.ts";
import type { AnsweredRequest } from "../http/middleware/tracing.ts";
import { gaugeAnalytics } from "../ops/gauges.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { Rush } from "../ops/rush.ts";
import { eventReads } from "../store/analytics/event-reads.ts";
import { exportRows } from "../store/analytics/exports.ts";
import { analyticsLag } from "../store/analytics/lag.ts";
import { createProjection } from "../store/analytics/projection.ts";
import { scopeReads } from "../store/analytics/reads.ts";
import { addCounted } from "../store/analytics/tallies.ts";
import { orFault } from "../store/faults.ts";

/** Pages of one event, on each surface that has them; on the last one events are called by their numbers. */
const EVENT_PAGE = /^(?:\/api(?:\/v1)?\/events\/:id|\/events\/:event_id)$/;
const NEW_BOOKING = /^(?:\/api(?:\/v1)?)?\/bookings$/;

/** What an API process shows of analytics, and what of them it counts itself. */
export function composeAnalytics(options: {
  readonly pool: pg.Pool;
  readonly cache: Pick<CacheDesk, "figures">;
  readonly log: Log;
}) {
  const { pool, cache, log } = options;
  const visits = new VisitCounter({ save: (counted) => addCounted(pool, counted), now: Date.now, log });
  visits.start();
  let [answered, elapsedMs] = [0, 0];
  const desk: AnalyticsDesk = {
    reads: faulting({ ...scopeReads(pool), ...eventReads(pool) }),
    performance: async () => ({
      responseMs: answered === 0 ? null : elapsedMs / answered,
      cacheHitRatio: hitRatioOf((await cache.figures()).reads),
    }),
    rows: (name, asked) => exportRows(pool, name, asked),
  };
  return {
    desk,
    /** Told of every request. */
    answered(request: Pick<AnsweredRequest, "method" | "route" | "path" | "status" | "elapsedMs">): void {
      const { method, route, path, status } = request;
      answered += 1;
      elapsedMs += request.elapsedMs;
      if (method === "GET" && (status === 200 || status === 304) && EVENT_PAGE.test(route)) {
        const id = path.replace(/\/+$/, "").split("/").at(-1) ?? "";
        visits.viewed(route.endsWith(":event_id") ? Number(id) : id.toLowerCase());
      } else if (status === 429 && method === "POST" && NEW_BOOKING.test(route)) {
        // Nobody reads the body of a request above the limit.
        visits.turnedAway(null, "RateLimited", 0);
      }
    },
    /** Told what became of every letter at the accept. */
    accepted({ eventId, command }: Letter, acceptance: Acceptance): void {
      if (command.type !== "BookTickets") return;
      if (acceptance.type === "refused")
        visits.turnedAway(eventId, acceptance.refusal.reason, command.quantity);
      if (acceptance.type === "full") visits.turnedAway(eventId, "LineFull", command.quantity);
    },
    close: () => visits.close(),
  };
}

type Letter = Parameters<DeskPorts["send"]>[0];
type Acceptance = Awaited<ReturnType<DeskPorts["send"]>>;

/** Of the pages that were asked for, those that nobody had to read for. */
function hitRatioOf(reads: Readonly<Record<string, number>>): number | null {
  const all = Object.values(reads).reduce((sum, count) => sum + count, 0);
  return all === 0 ? null : (all - (reads.database ?? 0)) / all;
}

/** The same reads, each with the faults that the API knows how to answer. */
function faulting<Reads extends object>(reads: Reads): Reads {
  return Object.fromEntries(
    Object.entries(reads).map(([name, read]) => [
      name,
      (...asked: unknown[]) => orFault(() => (read as (...asked: unknown[]) => Promise<unknown>)(...asked)),
    ]),
  ) as Reads;
}

/** What adds up what is decided, in an effects process. */
export function composeProjector(options: {
  readonly pool: pg.Pool;
  readonly metrics: Metrics;
  readonly rush: Rush;
  readonly log: Log;
}): Pick<Projector, "start" | "hint" | "close"> & { readonly purge: () => Promise<void> } {
  const { pool, metrics, rush, log } = options;
  const store = createProjection(pool);
  gaugeAnalytics(metrics, () => analyticsLag(pool));
  const projector = new Projector({
    store,
    rush,
    log,
    observe: ({ entries }) => metrics.analyticsEntries.inc(entries),
  });
  return {
    start: () => projector.start(),
    hint: () => projector.hint(),
    close: () => projector.close(),
    purge: () => store.purge(),
  };
}
