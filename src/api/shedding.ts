import { monitorEventLoopDelay } from "node:perf_hooks";
import type pg from "pg";
import { SHEDDABLE, type SheddableClass } from "../http/shedding/load-classes.ts";
import type { LoadSignals, Signal } from "../http/shedding/pressure.ts";
import { Shedding, TICK_MS } from "../http/shedding/shedding.ts";
import type { Config } from "../ops/config.ts";
import type { Metrics } from "../ops/metrics.ts";
import { PoolLine } from "../ops/pool-line.ts";

const LOOP_RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;

/** What a signal is called in metrics. */
const REASON_OF = {
  loopDelayMs: "loop",
  acceptWaitMs: "accept",
  poolWaitMs: "pool",
} as const satisfies Record<Signal, string>;

/** What tells which part of a class is let in. */
const SHARE_OF = {
  entering: "evently_admitted_share_entering",
  listing: "evently_admitted_share_listing",
  page: "evently_admitted_share_page",
} as const satisfies Record<SheddableClass, string>;

export interface SheddingParts {
  readonly config: Pick<
    Config,
    | "SHED_LOOP_DELAY_MS"
    | "SHED_ACCEPT_WAIT_MS"
    | "SHED_POOL_WAIT_MS"
    | "MAILBOX_DEPTH_MAX"
    | "TURN_BATCH_MAX"
  >;
  readonly metrics: Metrics;
  /** What pages and lists are read with, and what bookings need. */
  readonly pools: { readonly pool: pg.Pool; readonly bookings: pg.Pool };
}

/** Turns requests away while this process is behind: measures four times a second how far. */
export function composeShedding({ config, metrics, pools }: SheddingParts) {
  let deepest = { now: 0, before: 0 };
  let awaited: { readonly waiting: number } = { waiting: 0 };
  const shedding = new Shedding({
    bounds: {
      loopDelayMs: config.SHED_LOOP_DELAY_MS,
      acceptWaitMs: config.SHED_ACCEPT_WAIT_MS,
      poolWaitMs: config.SHED_POOL_WAIT_MS,
    },
    isShortOfWork: () => Math.max(awaited.waiting, deepest.now, deepest.before) < config.TURN_BATCH_MAX,
    observe: (loadClass, signal) => metrics.shed.inc({ class: loadClass, reason: REASON_OF[signal] }),
  });
  const measured = new MeasuredLoad(pools);
  const ticking = setInterval(() => {
    shedding.tick(measured.look());
    deepest = { now: 0, before: deepest.now };
  }, TICK_MS).unref();
  gaugeShedding(metrics, shedding, measured);
  metrics.gauge(
    "evently_load_mailbox_fill",
    "Depth of the deepest mailbox that was posted to just now, as a part of MAILBOX_DEPTH_MAX: at 1 new bookings are turned away",
    () => Math.max(deepest.now, deepest.before) / config.MAILBOX_DEPTH_MAX,
  );
  return {
    sheds: shedding,
    /** A command got this place in line. */
    observeDepth(position: number) {
      deepest.now = Math.max(deepest.now, position);
    },
    /** Whom to ask how long commands wait to be accepted, and how many wait for their decision. */
    watch(post: { readonly waitedMs: number }, feed: { readonly waiting: number }) {
      measured.watchAccepts(post);
      awaited = feed;
    },
    close() {
      clearInterval(ticking);
      measured.close();
    },
  };
}

/** How far this process is behind, look by look. */
class MeasuredLoad {
  readonly #loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  readonly #pages: PoolLine;
  readonly #bookings: PoolLine;
  #post: { readonly waitedMs: number } | null = null;
  #lookedMs = performance.now();
  #signals: LoadSignals = { loopDelayMs: 0, acceptWaitMs: 0, poolWaitMs: 0 };

  constructor({ pool, bookings }: SheddingParts["pools"]) {
    this.#pages = new PoolLine(pool);
    this.#bookings = new PoolLine(bookings);
    this.#loop.enable();
  }

  get signals(): LoadSignals {
    return this.#signals;
  }

  watchAccepts(post: { readonly waitedMs: number }): void {
    this.#post = post;
  }

  look(): LoadSignals {
    const now = performance.now();
    const elapsedMs = Math.max(1, now - this.#lookedMs);
    this.#lookedMs = now;
    this.#signals = {
      loopDelayMs: this.#loopDelayMs(elapsedMs),
      acceptWaitMs: Math.max(this.#post?.waitedMs ?? 0, this.#bookings.look(elapsedMs)),
      poolWaitMs: this.#pages.look(elapsedMs),
    };
    return this.#signals;
  }

  close(): void {
    this.#loop.disable();
  }

  /** The timer behind the histogram fires every so often anyway; what is above that is delay. */
  #loopDelayMs(elapsedMs: number): number {
    const meanMs = this.#loop.count === 0 ? elapsedMs : this.#loop.mean / NS_PER_MS;
    this.#loop.reset();
    return Math.max(0, meanMs - LOOP_RESOLUTION_MS);
  }
}

function gaugeShedding(metrics: Metrics, shedding: Shedding, measured: MeasuredLoad): void {
  for (const loadClass of SHEDDABLE) {
    metrics.gauge(
      SHARE_OF[loadClass],
      `Which part of the requests of the class ${loadClass} is let in: 1, or less while this process is behind`,
      () => shedding.shareOf(loadClass),
    );
  }
  metrics.gauge(
    "evently_load_loop_delay_seconds",
    "By how much rounds of the event loop were late, on average over the last quarter of a second",
    () => measured.signals.loopDelayMs / 1_000,
  );
  metrics.gauge(
    "evently_load_accept_wait_seconds",
    "How long a command waits until its accept begins",
    () => measured.signals.acceptWaitMs / 1_000,
  );
  metrics.gauge(
    "evently_load_pool_wait_seconds",
    "How long a read waits for a database connection",
    () => measured.signals.poolWaitMs / 1_000,
  );
}
