import { createHash } from "node:crypto";
import type pg from "pg";
import type { PricingDesk } from "../http/pricing-desk.ts";
import type { Post } from "../mailbox/post.ts";
import type { IdSource } from "../ops/id-source.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import { WorkLoop } from "../ops/work-loop.ts";
import { type AutopilotPorts, type PricingRun, runAutopilot } from "../pricing/autopilot.ts";
import { orFault } from "../store/faults.ts";
import { eventsOnSale, readPricedEvents } from "../store/pricing/priced-events.ts";
import { claimPricingRuns, endPricingRun, lastPricingRun } from "../store/pricing/runs.ts";
import { writePricingSettings } from "../store/pricing/settings.ts";
import { sendOrFault } from "./post.ts";

/** What the API reads and keeps about prices. */
export function composePricingDesk(pool: pg.Pool): PricingDesk {
  return {
    priced: (eventIds) => orFault(() => readPricedEvents(pool, eventIds)),
    onSale: (page) => orFault(() => eventsOnSale(pool, page)),
    writeSettings: (asked) => orFault(() => writePricingSettings(pool, asked)),
    lastRun: (eventId) => orFault(() => lastPricingRun(pool, eventId)),
  };
}

/** Runs under way at once. */
const RUNS_MAX = 10;
const LEASE_MS = 30_000;
const IDLE_MS = 5_000;

/** The autopilot of an effects worker. Any number of them share the runs between them. */
export function composeAutopilot(options: {
  readonly pool: pg.Pool;
  readonly post: Post;
  readonly metrics: Metrics;
  readonly ids: IdSource;
  readonly log: Log;
}): { start(): void; hint(): void; close(): Promise<void> } {
  const { pool, post, metrics, ids, log } = options;
  const ports: AutopilotPorts = {
    now: Date.now,
    read: async (eventId) => (await readPricedEvents(pool, [eventId]))[0] ?? null,
    send: async (eventId, command, once) => {
      const digest = createHash("sha256").update(once).digest();
      const key = { digest, fingerprint: digest };
      const { type } = await sendOrFault(post, metrics, { eventId, command, key });
      if (type !== "accepted" && type !== "replayed") throw new Error(`a price was not accepted: ${type}`);
    },
    end: (run, after) => endPricingRun(pool, run, after),
  };
  return new WorkLoop(async () => {
    const newIds = Array.from({ length: RUNS_MAX }, () => ids.commandId());
    const runs = await claimPricingRuns(pool, { newIds, leaseMs: LEASE_MS }).catch((error) => {
      log.warn({ error: String(error) }, "runs of the autopilot cannot be read; trying again");
      return [];
    });
    await Promise.all(runs.map((run) => runOne(ports, run, log)));
    return runs.length === RUNS_MAX ? 0 : IDLE_MS;
  });
}

async function runOne(ports: AutopilotPorts, run: PricingRun, log: Log): Promise<void> {
  // Not ended, it is claimed again once its lease is over, with the same command.
  await runAutopilot(ports, run).catch((error) =>
    log.warn({ event_id: run.eventId, error: String(error) }, "an autopilot's run failed; it is tried again"),
  );
}
