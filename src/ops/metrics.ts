import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const LATENCY_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const BATCH = [1, 2, 5, 10, 20, 50, 100, 200, 350, 500, 1_000, 2_000];

/** A process's metrics. Names and labels are API: README's table of metrics is held against them by a test. */
export class Metrics {
  readonly registry = new Registry();

  readonly #register = [this.registry];

  readonly httpRequests = new Counter({
    name: "evently_http_requests_total",
    help: "Requests answered, by method, route pattern and status",
    labelNames: ["method", "route", "status"] as const,
    registers: this.#register,
  });
  readonly httpSeconds = new Histogram({
    name: "evently_http_request_seconds",
    help: "Time from the first byte read to the reply handed to the socket, by route pattern",
    labelNames: ["route"] as const,
    buckets: LATENCY_S,
    registers: this.#register,
  });
  readonly accepted = new Counter({
    name: "evently_accepted_total",
    help: "Commands answered by the accept, by result: accepted, replayed, keyReused, refused, full, unknownEvent",
    labelNames: ["result"] as const,
    registers: this.#register,
  });
  readonly acceptBatch = new Histogram({
    name: "evently_accept_batch_size",
    help: "Commands that shared one accept transaction",
    buckets: BATCH,
    registers: this.#register,
  });
  readonly acceptSeconds = new Histogram({
    name: "evently_accept_seconds",
    help: "Duration of accept transactions",
    buckets: LATENCY_S,
    registers: this.#register,
  });
  readonly decided = new Counter({
    name: "evently_decided_total",
    help: "Ledger entries written, by outcome",
    labelNames: ["outcome"] as const,
    registers: this.#register,
  });
  readonly decisionSeconds = new Histogram({
    name: "evently_accept_to_decision_seconds",
    help: "Time from a command's accept to the commit of its decision",
    buckets: LATENCY_S,
    registers: this.#register,
  });
  readonly turnBatch = new Histogram({
    name: "evently_turn_batch_size",
    help: "Envelopes settled by one turn",
    buckets: BATCH,
    registers: this.#register,
  });
  readonly turnEvents = new Histogram({
    name: "evently_turn_events",
    help: "Events that shared one turn",
    buckets: [1, 2, 5, 10, 20, 50, 100],
    registers: this.#register,
  });
  readonly turnSeconds = new Histogram({
    name: "evently_turn_phase_seconds",
    help: "Duration of a turn's phases: lock, fetch, load, decide, commit",
    labelNames: ["phase"] as const,
    buckets: LATENCY_S,
    registers: this.#register,
  });
  readonly turnFaults = new Counter({
    name: "evently_turn_faults_total",
    help: "Turns that failed and left no trace",
    registers: this.#register,
  });
  readonly outbox = new Counter({
    name: "evently_outbox_deliveries_total",
    help: "Ledger ranges handed to a sink, by sink and result: ok, failed",
    labelNames: ["sink", "result"] as const,
    registers: this.#register,
  });
  readonly sockets = new Gauge({
    name: "evently_sockets",
    help: "Connected Socket.IO clients of this process",
    registers: this.#register,
  });
  readonly pushes = new Counter({
    name: "evently_pushes_total",
    help: "Pushes emitted by this process, by name",
    labelNames: ["name"] as const,
    registers: this.#register,
  });

  readonly #answered = new Map<string, { count: Counter.Internal; time: Histogram.Internal<"route"> }>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    // Default gauges whose name ends in _total break the convention that such names are counters.
    for (const { name, type } of this.registry.getMetricsAsArray()) {
      if (String(type) === "gauge" && name.endsWith("_total")) this.registry.removeSingleMetric(name);
    }
  }

  /** Counts a request. The children are kept, because finding one by its labels costs more than counting. */
  answered(method: string, route: string, status: number, seconds: number): void {
    const key = `${method} ${status} ${route}`;
    let child = this.#answered.get(key);
    if (child === undefined) {
      child = {
        count: this.httpRequests.labels({ method, route, status }),
        time: this.httpSeconds.labels({ route }),
      };
      this.#answered.set(key, child);
    }
    child.count.inc();
    child.time.observe(seconds);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  render(): Promise<string> {
    return this.registry.metrics();
  }

  /** A gauge that is asked for its value when it is scraped; a value that cannot be had is left out. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers: this.#register,
      async collect() {
        try {
          this.set(await read());
        } catch {
          this.remove();
        }
      },
    });
  }

  /** Depth of all mailboxes and age of the oldest envelope: one read per scrape serves both. */
  backlog(read: () => Promise<{ readonly depth: number; readonly oldestMs: number }>): void {
    let reading: ReturnType<typeof read> | null = null;
    const shared = () => {
      reading ??= read().finally(() => {
        reading = null;
      });
      return reading;
    };
    this.gauge(
      "evently_mailbox_depth",
      "Envelopes waiting in all mailboxes",
      async () => (await shared()).depth,
    );
    this.gauge(
      "evently_mailbox_head_age_seconds",
      "Age of the oldest envelope in any mailbox; 0 when all are empty",
      async () => (await shared()).oldestMs / 1_000,
    );
  }

  /** Connections of a pool, by state. */
  pool(pool: {
    readonly totalCount: number;
    readonly idleCount: number;
    readonly waitingCount: number;
  }): void {
    new Gauge({
      name: "evently_pool_connections",
      help: "Database connections of this process's pool, by state: total, idle, and requests waiting for one",
      labelNames: ["state"] as const,
      registers: this.#register,
      collect() {
        this.set({ state: "total" }, pool.totalCount);
        this.set({ state: "idle" }, pool.idleCount);
        this.set({ state: "waiting" }, pool.waitingCount);
      },
    });
  }
}
