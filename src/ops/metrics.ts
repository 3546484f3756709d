import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const LATENCY_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const BATCH = [1, 2, 5, 10, 20, 50, 100, 200, 350, 500, 1_000, 2_000];

/** A process's metrics. Names and labels are API: README's table of metrics is held against them by a test. */
export class Metrics {
  readonly registry = new Registry();

  readonly #register = [this.registry];

  readonly #requests = this.#counter(
    "evently_http_requests_total",
    "Requests answered, by method, route pattern and status",
    ["method", "route", "status"],
  );
  readonly #requestSeconds = this.#histogram(
    "evently_http_request_seconds",
    "Time from the first byte read to the reply handed to the socket, by route pattern",
    LATENCY_S,
    ["route"],
  );

  readonly #accepted = this.#counter(
    "evently_accepted_total",
    "Commands answered by the accept, by result: accepted, replayed, keyReused, refused, full, unknownEvent",
    ["result"],
  );
  readonly acceptBatch = this.#histogram(
    "evently_accept_batch_size",
    "Commands that shared one accept transaction",
    BATCH,
  );
  readonly acceptSeconds = this.#histogram(
    "evently_accept_seconds",
    "Duration of accept transactions",
    LATENCY_S,
  );

  readonly decided = this.#counter("evently_decided_total", "Ledger entries written, by outcome", [
    "outcome",
  ]);
  readonly decisionSeconds = this.#histogram(
    "evently_accept_to_decision_seconds",
    "Time from a command's accept to the commit of its decision",
    LATENCY_S,
  );
  readonly turnBatch = this.#histogram("evently_turn_batch_size", "Envelopes taken by one turn", BATCH);
  readonly turnEvents = this.#histogram(
    "evently_turn_events",
    "Events that shared one turn",
    [1, 2, 5, 10, 20, 50, 100],
  );
  readonly turnSeconds = this.#histogram(
    "evently_turn_phase_seconds",
    "Duration of a turn's phases: lock, fetch, load, decide, commit",
    LATENCY_S,
    ["phase"],
  );
  readonly turnFaults = this.#counter("evently_turn_faults_total", "Turns that failed and left no trace");

  readonly outbox = this.#counter(
    "evently_outbox_deliveries_total",
    "Ledger ranges handed to a sink, by sink and result: ok, failed",
    ["sink", "result"],
  );
  readonly payments = this.#counter(
    "evently_payment_tasks_total",
    "Questions to payment providers, by kind (charge, checkout, cancel, check, refund) and result: done, undecided, failed",
    ["kind", "result"],
  );
  readonly rateLimited = this.#counter("evently_rate_limited_total", "Requests refused with 429, by limit", [
    "limit",
  ]);
  readonly shed = this.#counter(
    "evently_shed_total",
    "Requests turned away with 503, by class (entering, listing, page) and reason: loop, accept, pool, mailbox",
    ["class", "reason"],
  );
  readonly deliveries = this.#counter(
    "evently_deliveries_total",
    "Attempts to bring notifications to people, by channel and result: delivered, logged, failed, refused, unreachable, dead",
    ["channel", "result"],
  );
  readonly webhookAttempts = this.#counter(
    "evently_webhook_attempts_total",
    "Messages sent to webhooks, by result: delivered, failed, tooLong, gone, aborted",
    ["result"],
  );
  readonly webhookOutcomes = this.#counter(
    "evently_webhook_outcomes_total",
    "Outcomes in messages that webhooks took",
  );

  readonly analyticsEntries = this.#counter(
    "evently_analytics_entries_total",
    "Ledger entries added up into analytics by this process",
  );

  readonly sockets = new Gauge({
    name: "evently_sockets",
    help: "Connected Socket.IO clients of this process",
    registers: this.#register,
  });
  readonly pushes = this.#counter("evently_pushes_total", "Pushes emitted by this process, by name", [
    "name",
  ]);

  readonly cacheReads = this.#counter(
    "evently_cache_reads_total",
    "Pages that were asked for, by kind (event, list, popular, seats) and source: memory, aging, shared, redis, database",
    ["kind", "source"],
  );
  readonly cacheInvalidations = this.#counter(
    "evently_cache_invalidations_total",
    "Invalidations of pages, by cause: outcome, venue, operator, reconnect",
    ["cause"],
  );
  readonly cacheRenewals = this.#counter(
    "evently_cache_renewals_total",
    "Pages that were read in the background: because they aged, or an outcome changed what somebody watches",
  );
  readonly cacheOvertaken = this.#counter(
    "evently_cache_overtaken_total",
    "Pages that were not kept because what they show changed while they were read",
  );
  readonly cacheRedis = this.#counter(
    "evently_cache_redis_looks_total",
    "Looks for a page in Redis, by result: hit, miss, failed (no answer in time), skipped (not asked while it is doubtful)",
    ["result"],
  );

  readonly traceSpans = this.#counter(
    "evently_trace_spans_total",
    "Spans of traces, by what became of them: kept or dropped (too many, or they could not be written), exported or lost (the collector did not take them)",
    ["result"],
  );

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
        count: this.#requests.labels({ method, route, status }),
        time: this.#requestSeconds.labels({ route }),
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

  #counter<Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: this.#register });
  }

  #histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly Label[] = [],
  ): Histogram<Label> {
    return new Histogram({ name, help, labelNames, buckets, registers: this.#register });
  }
}
