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
  readonly #accepted = new Counter({
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
  readonly payments = new Counter({
    name: "evently_payment_tasks_total",
    help: "Questions to payment providers, by kind (charge, checkout, cancel, check, refund) and result: done, undecided, failed",
    labelNames: ["kind", "result"] as const,
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

  readonly #acceptedAs = new Map<string, Counter.Internal>();
  readonly #answered = new Map<string, { count: Counter.Internal; time: Histogram.Internal<"route"> }>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    // Default gauges whose name ends in _total break the convention that such names are counters.
    for (const { name, type } of this.registry.getMetricsAsArray()) {
      if (String(type) === "gauge" && name.endsWith("_total")) this.registry.removeSingleMetric(name);
    }
  }

  /** Counts what became of a command at the accept; the children are kept, as those of `answered`. */
  acceptedAs(result: string): void {
    let child = this.#acceptedAs.get(result);
    if (child === undefined) {
      child = this.#accepted.labels({ result });
      this.#acceptedAs.set(result, child);
    }
    child.inc();
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

  /** Gauges that share one read per scrape. */
  #gaugesOf<Figures>(
    read: () => Promise<Figures>,
    gauges: readonly {
      readonly name: string;
      readonly help: string;
      readonly value: (figures: Figures) => number;
    }[],
  ): void {
    let reading: Promise<Figures> | null = null;
    const shared = () => {
      reading ??= read().finally(() => {
        reading = null;
      });
      return reading;
    };
    for (const { name, help, value } of gauges) this.gauge(name, help, async () => value(await shared()));
  }

  /** Depth of all mailboxes and age of the oldest envelope. */
  backlog(read: () => Promise<{ readonly depth: number; readonly oldestMs: number }>): void {
    this.#gaugesOf(read, [
      {
        name: "evently_mailbox_depth",
        help: "Envelopes waiting in all mailboxes",
        value: ({ depth }) => depth,
      },
      {
        name: "evently_mailbox_head_age_seconds",
        help: "Age of the oldest envelope in any mailbox; 0 when all are empty",
        value: ({ oldestMs }) => oldestMs / 1_000,
      },
    ]);
  }

  /** What an operator has to know about money. */
  money(
    read: () => Promise<{
      readonly withoutTicket: number;
      readonly refundsOwed: number;
      readonly refundsFailed: number;
      readonly oldestTaskMs: number;
    }>,
  ): void {
    this.#gaugesOf(read, [
      {
        name: "evently_payments_captured_without_ticket",
        help: "Captured payments that are neither a ticket nor owed back; anything but 0 is a bug",
        value: ({ withoutTicket }) => withoutTicket,
      },
      {
        name: "evently_refunds_owed",
        help: "Refunds that are owed and not settled yet",
        value: ({ refundsOwed }) => refundsOwed,
      },
      {
        name: "evently_refunds_failed",
        help: "Refunds that a provider would not make; a person has to look at them",
        value: ({ refundsFailed }) => refundsFailed,
      },
      {
        name: "evently_payment_task_age_seconds",
        help: "How long the oldest question to a payment provider is overdue; 0 when none is",
        value: ({ oldestTaskMs }) => oldestTaskMs / 1_000,
      },
    ]);
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
