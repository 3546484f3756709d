/**
 * What the dashboards show. A panel is a title, a unit and its queries, each with the legend of its lines. `npm run
 * dashboards:generate` makes deploy/grafana/dashboards of this; test/deploy/dashboards.test.ts holds every metric and label
 * against what the processes export.
 */
const RATE = "[$__rate_interval]";
const quantile = (of, metric, by = "") =>
  `histogram_quantile(${of}, sum by (le${by === "" ? "" : `, ${by}`}) (rate(${metric}_bucket${RATE})))`;
const quantiles = (metric) => [0.5, 0.95, 0.99].map((of) => [quantile(of, metric), `p${of * 100}`]);
const mean = (metric, by) =>
  `sum by (${by}) (rate(${metric}_sum${RATE})) / sum by (${by}) (rate(${metric}_count${RATE}))`;
const perSecond = (metric, by, where = "") => `sum by (${by}) (rate(${metric}${where}${RATE}))`;

const stat = (title, unit, expr, about) => ({ type: "stat", title, unit, queries: [[expr, ""]], about });
const graph = (title, unit, queries, about) => ({ type: "timeseries", title, unit, queries, about });

export const DASHBOARDS = {
  "on-sale": {
    title: "Evently: on sale",
    panels: [
      stat("Decided a second", "ops", `sum(rate(evently_decided_total${RATE}))`),
      stat("In the mailboxes", "short", "max(evently_mailbox_depth)"),
      stat("Oldest request waits", "s", "max(evently_mailbox_head_age_seconds)"),
      stat("Events on sale", "short", "max(evently_events_on_sale)"),
      stat("Sold out", "short", "max(evently_events_sold_out)"),
      stat("Tickets left", "short", "max(evently_tickets_left)"),
      graph(
        "Decided a second, by outcome",
        "ops",
        [[perSecond("evently_decided_total", "outcome"), "{{outcome}}"]],
        "Ledger entries that were committed. Rejected bookings are decisions like others.",
      ),
      graph(
        "Accepted a second, by result",
        "ops",
        [[perSecond("evently_accepted_total", "result"), "{{result}}"]],
        "refused: sold out at the door; full: 503, the mailbox is as deep as it may be.",
      ),
      graph("Mailbox depth", "short", [["max(evently_mailbox_depth)", "envelopes"]]),
      graph("Age of the oldest envelope", "s", [["max(evently_mailbox_head_age_seconds)", "oldest"]]),
      graph(
        "From accept to decision",
        "s",
        quantiles("evently_accept_to_decision_seconds"),
        "What a buyer waits for beside HTTP.",
      ),
      graph("Stock of events on sale", "short", [
        ["max(evently_tickets_left)", "left"],
        ["max(evently_tickets_held)", "held"],
        ["max(evently_tickets_sold)", "sold"],
        ["max(evently_tickets_left_least)", "left of the event that has fewest"],
      ]),
      graph(
        "Phases of a turn, mean",
        "s",
        [[mean("evently_turn_phase_seconds", "phase"), "{{phase}}"]],
        "lock, fetch, load, decide, commit. Where commit grows the disk is slow; where decide grows the worker is.",
      ),
      graph("Phases of a turn, p99", "s", [
        [quantile(0.99, "evently_turn_phase_seconds", "phase"), "{{phase}}"],
      ]),
      graph("Envelopes and events of a turn, mean", "short", [
        [mean("evently_turn_batch_size", "job"), "envelopes"],
        [mean("evently_turn_events", "job"), "events"],
      ]),
      graph("Accept transactions", "s", quantiles("evently_accept_seconds")),
      graph("Commands of an accept, mean", "short", [[mean("evently_accept_batch_size", "job"), "{{job}}"]]),
      graph("Requests that wait for a decision", "short", [
        ["sum by (instance) (evently_decisions_awaited)", "{{instance}}"],
      ]),
      graph("Actors awake", "short", [["sum by (instance) (evently_activations)", "{{instance}}"]]),
      graph("Turns that failed a second, and dead letters", "short", [
        [perSecond("evently_turn_faults_total", "instance"), "faults of {{instance}}"],
        ["max(evently_dead_letters)", "dead letters"],
      ]),
    ],
  },
  api: {
    title: "Evently: API",
    panels: [
      stat("Requests a second", "reqps", `sum(rate(evently_http_requests_total${RATE}))`),
      stat(
        "Faults",
        "percentunit",
        `sum(rate(evently_http_requests_total{status=~"5.."}${RATE})) / sum(rate(evently_http_requests_total${RATE}))`,
        "Share of replies with 5xx; 503 is overload and says when to come back.",
      ),
      stat("p99", "s", quantile(0.99, "evently_http_request_seconds")),
      stat("Limits granted", "percentunit", "min(evently_rate_limit_factor)"),
      graph("Requests a second, by status", "reqps", [
        [perSecond("evently_http_requests_total", "status"), "{{status}}"],
      ]),
      graph("Requests a second, by route", "reqps", [
        [`topk(10, ${perSecond("evently_http_requests_total", "method, route")})`, "{{method}} {{route}}"],
      ]),
      graph("Time to reply", "s", quantiles("evently_http_request_seconds")),
      graph("Slowest routes, p99", "s", [
        [`topk(10, ${quantile(0.99, "evently_http_request_seconds", "route")})`, "{{route}}"],
      ]),
      graph("5xx a second, by route", "reqps", [
        [
          perSecond("evently_http_requests_total", "route, status", '{status=~"5.."}'),
          "{{status}} {{route}}",
        ],
      ]),
      graph("429 a second, by limit", "reqps", [
        [perSecond("evently_rate_limited_total", "limit"), "{{limit}}"],
      ]),
      graph("Event loop, p99 of its delay", "s", [
        ["nodejs_eventloop_lag_p99_seconds", "{{job}} {{instance}}"],
      ]),
      graph("CPU", "percentunit", [[`rate(process_cpu_seconds_total${RATE})`, "{{job}} {{instance}}"]]),
      graph("Memory", "bytes", [["process_resident_memory_bytes", "{{job}} {{instance}}"]]),
      graph("Work that waits for a database connection", "short", [
        ['evently_pool_connections{state="waiting"}', "{{pool}} of {{instance}}"],
      ]),
      graph(
        "Turned away a second",
        "reqps",
        [[perSecond("evently_shed_total", "class, reason"), "{{class}}: {{reason}}"]],
        "503 with Retry-After: new work first, never what finishes a purchase.",
      ),
      graph("What is measured of load", "s", [
        ["max by (instance) (evently_load_loop_delay_seconds)", "event loop of {{instance}}"],
        ["max by (instance) (evently_load_accept_wait_seconds)", "accepts of {{instance}}"],
        ["max by (instance) (evently_load_pool_wait_seconds)", "connections of {{instance}}"],
      ]),
      graph("Pages a second, by where they came from", "reqps", [
        [perSecond("evently_cache_reads_total", "source"), "{{source}}"],
      ]),
      graph("Pages made old a second, by cause", "ops", [
        [perSecond("evently_cache_invalidations_total", "cause"), "{{cause}}"],
        [`sum(rate(evently_cache_overtaken_total${RATE}))`, "overtaken while they were read"],
        [`sum(rate(evently_cache_renewals_total${RATE}))`, "renewed in the background"],
      ]),
      graph("Looks for pages in Redis a second", "ops", [
        [perSecond("evently_cache_redis_looks_total", "result"), "{{result}}"],
        ["min(evently_cache_redis_trusted)", "trusted"],
      ]),
      graph("Pages in memory", "bytes", [["sum by (instance) (evently_cache_bytes)", "{{instance}}"]]),
      graph("Number of pages in memory", "short", [
        ["sum by (instance) (evently_cache_entries)", "{{instance}}"],
      ]),
    ],
  },
  postgresql: {
    title: "Evently: PostgreSQL",
    panels: [
      stat(
        "Connections used",
        "percentunit",
        "max(sum by (instance) (evently_postgres_connections) / on (instance) evently_postgres_connections_max)",
      ),
      stat("Size", "bytes", "max(evently_postgres_database_bytes)"),
      stat("Found in memory", "percentunit", "min(evently_postgres_cache_hit_ratio)"),
      stat("Replicas", "short", "max(evently_postgres_replicas)"),
      graph("Connections, by state", "short", [
        ["max by (state) (evently_postgres_connections)", "{{state}}"],
        ["max(evently_postgres_connections_max)", "maximum"],
      ]),
      graph("Connections of the processes", "short", [
        ['sum by (job, pool) (evently_pool_connections{state="total"})', "{{job}} {{pool}}"],
        ['sum by (job, pool) (evently_pool_connections{state="max"})', "maximum of {{job}} {{pool}}"],
      ]),
      graph(
        "Oldest transaction",
        "s",
        [["max(evently_postgres_oldest_transaction_seconds)", "oldest"]],
        "Turns and accepts take milliseconds: what is old here is a person's session or a backup.",
      ),
      graph(
        "Transactions that vacuum is held back by",
        "short",
        [["max(evently_postgres_xmin_age)", "age of the oldest snapshot"]],
        "While it grows, dead rows of the mailboxes cannot be cleared away.",
      ),
      graph("Dead rows", "short", [["max by (table) (evently_postgres_dead_rows)", "{{table}}"]]),
      graph("Age of the oldest row that is not frozen", "short", [
        ["max(evently_postgres_frozen_age)", "transactions"],
      ]),
      graph("Replicas behind", "s", [
        ["max by (replica) (evently_postgres_replica_lag_seconds)", "{{replica}}"],
      ]),
      graph("Replicas behind, in bytes", "bytes", [
        ["max by (replica) (evently_postgres_replica_lag_bytes)", "{{replica}}"],
      ]),
      graph("Worked on a transaction, mean", "s", [["max(evently_postgres_transaction_seconds)", "mean"]]),
      graph("Size", "bytes", [["max(evently_postgres_database_bytes)", "database"]]),
      graph(
        "Disk left",
        "percentunit",
        [
          [
            'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"} / node_filesystem_size_bytes',
            "{{mountpoint}}",
          ],
        ],
        "Of the machine, by node_exporter.",
      ),
    ],
  },
  sockets: {
    title: "Evently: sockets",
    panels: [
      stat("Connected", "short", "sum(evently_sockets)"),
      stat("Pushes a second", "ops", `sum(rate(evently_pushes_total${RATE}))`),
      graph("Connected clients", "short", [["evently_sockets", "{{instance}}"]]),
      graph("Pushes a second, by name", "ops", [[perSecond("evently_pushes_total", "name"), "{{name}}"]]),
      graph(
        "Pushes and decisions a second",
        "ops",
        [
          [`sum(rate(evently_pushes_total${RATE}))`, "pushes"],
          [`sum(rate(evently_decided_total${RATE}))`, "decisions"],
        ],
        "Pushes of stock are gathered, four a second at most for each event.",
      ),
      graph("Event loop of API processes, p99 of its delay", "s", [
        ['nodejs_eventloop_lag_p99_seconds{job="evently-api"}', "{{instance}}"],
      ]),
      graph("Memory of API processes", "bytes", [
        ['process_resident_memory_bytes{job="evently-api"}', "{{instance}}"],
      ]),
    ],
  },
  notifications: {
    title: "Evently: notifications and webhooks",
    panels: [
      stat("Oldest delivery overdue", "s", "max(evently_delivery_age_seconds)"),
      stat("Given up", "short", "max(evently_deliveries_dead)"),
      stat("Webhooks behind", "s", "max(evently_webhook_backlog_seconds)"),
      stat("Outbox overdue", "s", "max(evently_outbox_age_seconds) or vector(0)"),
      graph("Attempts a second, by channel and result", "ops", [
        [perSecond("evently_deliveries_total", "channel, result"), "{{channel}} {{result}}"],
      ]),
      graph("Oldest delivery overdue", "s", [["max(evently_delivery_age_seconds)", "oldest"]]),
      graph("Outbox: overdue, by sink", "s", [["max by (sink) (evently_outbox_age_seconds)", "{{sink}}"]]),
      graph("Outbox: ranges owed, by sink", "short", [
        ["max by (sink) (evently_outbox_ranges)", "{{sink}}"],
        ["max by (sink) (evently_outbox_failing)", "{{sink}}, failed before"],
      ]),
      graph("Outbox: ranges carried a second", "ops", [
        [perSecond("evently_outbox_deliveries_total", "sink, result"), "{{sink}} {{result}}"],
      ]),
      graph("Webhooks: messages a second, by result", "ops", [
        [perSecond("evently_webhook_attempts_total", "result"), "{{result}}"],
      ]),
      graph("Webhooks: outcomes taken a second", "ops", [
        [`sum(rate(evently_webhook_outcomes_total${RATE}))`, "outcomes"],
      ]),
      graph("Webhooks: oldest outcome not taken", "s", [["max(evently_webhook_backlog_seconds)", "oldest"]]),
    ],
  },
  payments: {
    title: "Evently: payments and books",
    panels: [
      stat("Money without a ticket", "short", "max(evently_payments_captured_without_ticket)"),
      stat("Refunds owed", "short", "max(evently_refunds_owed)"),
      stat("Refunds refused", "short", "max(evently_refunds_failed)"),
      stat("Differences in the books", "short", "max(evently_books_differences)"),
      graph("Questions to providers a second", "ops", [
        [perSecond("evently_payment_tasks_total", "kind, result"), "{{kind}} {{result}}"],
      ]),
      graph("Oldest question overdue", "s", [["max(evently_payment_task_age_seconds)", "oldest"]]),
      graph("Refunds", "short", [
        ["max(evently_refunds_owed)", "owed"],
        ["max(evently_refunds_failed)", "refused"],
      ]),
      graph("Payments decided a second", "ops", [
        [
          perSecond(
            "evently_decided_total",
            "outcome",
            '{outcome=~"Payment.*|Booking(Held|Confirmed|Expired)"}',
          ),
          "{{outcome}}",
        ],
      ]),
      graph("Last audit of the books", "s", [["min(evently_books_audit_age_seconds)", "ended so long ago"]]),
      graph("Events that it looked at", "short", [["max(evently_books_events)", "events"]]),
    ],
  },
};
