import type { Config } from "./config.ts";

/** A kind of process: `start` is `npm start` itself, `commands` are those that do one thing and end. */
export type Role = "start" | "api" | "booking" | "effects" | "commands";

export interface SettingDoc {
  /** What it does, for whoever sets it. */
  readonly means: string;
  /** The processes that read it. `npm start` hands everything on to those that it starts. */
  readonly readBy: readonly Role[];
  /** What holds where it is not set and has no default value. */
  readonly unset?: string;
  /** What it takes, where the schema can only say that it is text. */
  readonly accepts?: string;
}

const EVERY: readonly Role[] = ["start", "api", "booking", "effects", "commands"];
const SERVERS: readonly Role[] = ["start", "api", "booking", "effects"];
const SENDERS: readonly Role[] = ["api", "effects"];

/** What each setting is for. With the schema of `config.ts` it makes README's table: `npm run config:table`. */
export const CONFIG_DOCS = {
  NODE_ENV: { means: "`production` refuses what is unsafe there", readBy: EVERY },
  HOST: { means: "address to listen on", readBy: SERVERS, accepts: "an address or a host name" },
  PORT: { means: "where the API listens; 0: any free port", readBy: ["start", "api", "effects"] },
  DATABASE_URL: {
    means: "a PostgreSQL ≥ 17 to use instead of the embedded one",
    readBy: EVERY,
    unset: "embedded PostgreSQL",
    accepts: "`postgres://user:password@host:port/database`",
  },
  REDIS_URL: {
    means: "shares limits on requests and pages between API processes, and attaches the Socket.IO adapter",
    readBy: ["api"],
    unset: "none: by process",
    accepts: "`redis://…` or `rediss://…`",
  },
  DATA_DIR: {
    means: "where the embedded PostgreSQL keeps its data",
    readBy: ["start", "commands"],
    accepts: "a folder",
  },
  LOG_LEVEL: { means: "pino's levels; JSON on standard output", readBy: EVERY },
  ADMIN_EMAIL: {
    means: "the admin's login; set both or neither",
    readBy: ["start", "commands"],
    unset: "generated, printed once",
    accepts: "an e-mail address",
  },
  ADMIN_PASSWORD: {
    means: "the admin's login; in production none out of an example",
    readBy: ["start", "commands"],
    unset: "generated, printed once",
    accepts: "8 characters or more",
  },
  ADMIN_CREATION_TOKEN: {
    means: "who presents it may register admins and organizers",
    readBy: ["api"],
    unset: "none: off",
  },
  JWT_SECRET: {
    means:
      "signs access tokens; the first of several, the others still verify; in production none out of an example",
    readBy: SENDERS,
    unset: "generated, kept in the database",
    accepts: "32 characters or more, no commas; several with commas between",
  },
  ACCESS_TOKEN_TTL_S: { means: "how long access tokens live", readBy: ["api"] },
  REFRESH_TOKEN_TTL_S: { means: "how long a login lives that nobody uses", readBy: ["api"] },
  PASSWORD_HASH_CONCURRENCY: { means: "argon2id computed at once", readBy: ["api"] },
  PASSWORD_HASH_NICENESS: {
    means: "how far the processes that compute it step back behind all others; 0: not at all",
    readBy: ["api"],
  },
  PASSWORD_HASH_QUEUE_MAX: { means: "logins that wait for it; beyond: 503", readBy: ["api"] },
  METRICS_TOKEN: {
    means: "bearer token that guards `/metrics`",
    readBy: ["api", "booking", "effects"],
    unset: "none: open; refused in production",
  },
  METRICS_OPEN: {
    means: "`true`: `/metrics` may be open in production, because only your own network reaches it",
    readBy: SERVERS,
  },
  WORKER_PORT: {
    means: "where a booking worker serves `/metrics`, `/livez`, `/readyz`; 0: any free port",
    readBy: ["start", "booking"],
  },
  EFFECTS_PORT: {
    means:
      "the same of an effects worker; `npm start` takes the port after `WORKER_PORT` where only that is set",
    readBy: ["start", "effects"],
  },
  BOOKS_AUDIT_INTERVAL_S: {
    means: "how often an effects worker audits the books as `npm run verify` does; 0: never",
    readBy: ["effects"],
  },
  DEFAULT_CURRENCY: {
    means: "ISO 4217, for events that name none",
    readBy: ["api", "commands"],
    accepts: "three capital letters",
  },
  HOLD_TTL_S: {
    means: "how long a buyer has to pay, for events that say nothing",
    readBy: ["api", "commands"],
  },
  OFFER_TTL_S: {
    means: "how long an offer of the waitlist stands, for events that say nothing",
    readBy: ["api", "commands"],
  },
  PAYMENT_PROVIDER: {
    means: "`test` takes play money and has to be named in production",
    readBy: SENDERS,
    unset: "`stripe` with a key, else `test`",
  },
  STRIPE_SECRET_KEY: { means: "set both to take payments by Stripe", readBy: SENDERS, unset: "none" },
  STRIPE_WEBHOOK_SECRET: { means: "set both to take payments by Stripe", readBy: SENDERS, unset: "none" },
  PUBLIC_URL: {
    means: "where buyers and call-backs reach the API",
    readBy: SENDERS,
    unset: "`http://127.0.0.1:PORT`",
    accepts: "an address such as `https://tickets.example.com`",
  },
  TICKET_SIGNING_KEY: {
    means: "signs ticket codes; newest first, with commas between",
    readBy: ["api", "effects", "commands"],
    unset: "generated, kept in the database",
    accepts: "Ed25519 private keys, PKCS #8 in PEM or base64",
  },
  SMTP_URL: {
    means: "sends mails; set it with `MAIL_FROM`",
    readBy: SENDERS,
    unset: "none: mails are logged",
    accepts: "`smtp://user:password@host:587` or `smtps://…`",
  },
  SMTP_TLS: {
    means: "`optional`: mail servers other than on this machine may do without TLS",
    readBy: SENDERS,
  },
  MAIL_FROM: { means: "whom mails are from", readBy: SENDERS, unset: "none", accepts: "`Name <address>`" },
  PASSWORD_RESET_URL: {
    means: "your page that takes `#token=…` and a new password; mails link to it",
    readBy: SENDERS,
    unset: "none: a code",
    accepts: "an https address",
  },
  VAPID_PUBLIC_KEY: {
    means: "of Web Push; set both or neither",
    readBy: SENDERS,
    unset: "generated, kept in the database",
    accepts: "87 characters of base64url",
  },
  VAPID_PRIVATE_KEY: {
    means: "of Web Push; set both or neither",
    readBy: SENDERS,
    unset: "generated, kept in the database",
    accepts: "43 characters of base64url",
  },
  VAPID_SUBJECT: {
    means: "whom push services may write to",
    readBy: SENDERS,
    unset: "of `PUBLIC_URL` or `MAIL_FROM`",
    accepts: "`mailto:…` or an https address",
  },
  SMS_API_URL: {
    means: "where Twilio's interface is",
    readBy: SENDERS,
    accepts: "an https address",
  },
  SMS_ACCOUNT_SID: {
    means: "Twilio, or another with its interface; set all three",
    readBy: SENDERS,
    unset: "none: texts are logged",
    accepts: "letters and digits",
  },
  SMS_AUTH_TOKEN: { means: "its secret", readBy: SENDERS, unset: "none" },
  SMS_FROM: {
    means: "whom texts are from",
    readBy: SENDERS,
    unset: "none",
    accepts: "a number such as `+15005550006`, a name, or `MG…`",
  },
  NOTIFICATION_KEEP_DAYS: {
    means: "after so many days notifications and the record of their deliveries are deleted",
    readBy: ["effects"],
  },
  SURFACES: {
    means: "the surfaces beside `/api/v1`: `a` below `/api`, `b` at the root; set to nothing: none",
    readBy: ["api"],
    accepts: "`a`, `b`, both, nothing",
  },
  TRUSTED_GATEWAY_SECRET: {
    means: "whoever sends it as `X-Evently-Gateway-Secret` may say on surface B who is asking",
    readBy: ["api"],
    unset: "off",
  },
  CORS_ORIGINS: {
    means: "origins that browsers may call from",
    readBy: ["api"],
    unset: "none",
    accepts: "origins such as `https://shop.example`, with commas between; no `*`",
  },
  WEBHOOK_ALLOW_PRIVATE: {
    means: "`true`: webhooks and pushes may go to http and private addresses; not in production",
    readBy: SENDERS,
  },
  TRUSTED_PROXIES: {
    means: "whose `X-Forwarded-For` is believed",
    readBy: ["api"],
    unset: "none",
    accepts: "addresses or ranges such as `10.0.0.0/8`, with commas between",
  },
  RATE_LIMITS: {
    means: "changes to [the table](#limits): requests and seconds; later ones count",
    readBy: ["api"],
    unset: "none",
    accepts: "such as `bookings=100/60,all=5000/60`",
  },
  RATE_LIMIT_TIERS: {
    means: "what limits are multiplied by for people of a tier",
    readBy: ["api"],
    unset: "1 for each",
    accepts: "such as `premium=2,vip=4`",
  },
  BODY_BYTES_MAX: { means: "largest request body", readBy: ["api"] },
  API_POOL_MAX: {
    means:
      "database connections of an API process for what is read; seven more are for bookings, probes, notices, traces",
    readBy: ["api"],
  },
  CACHE_STALE_MS_MAX: {
    means: "the bound on how old a page may be that an outcome has changed; 0: no cache",
    readBy: ["api"],
  },
  CACHE_BYTES_MAX: { means: "memory for pages", readBy: ["api"] },
  DECISION_WAIT_MS: { means: "how long `POST /bookings` waits before it answers 202", readBy: ["api"] },
  ACCEPT_BATCH_MAX: { means: "envelopes of one accept transaction", readBy: SENDERS },
  MAILBOX_DEPTH_MAX: {
    means: "waiting bookings of one event; beyond: 503 with `Retry-After`",
    readBy: ["api", "effects", "commands"],
  },
  API_PRIORITY: {
    means:
      "priority of the API on its machine, as `nice` counts; below 0 goes first, where it may (root, `CAP_SYS_NICE`)",
    readBy: ["api"],
  },
  API_REALTIME: {
    means:
      "until it is busy, the API runs before all that share its processors by priority (`SCHED_RR`), where it may: event pages take half as long",
    readBy: ["api"],
  },
  SHED_LOOP_DELAY_MS: {
    means:
      "mean delay of the event loop from which on new work is answered 503 (p99: limits tighten); lists 2×, pages 4×",
    readBy: ["api"],
  },
  SHED_ACCEPT_WAIT_MS: {
    means: "the same by how long a command waits until its accept begins",
    readBy: ["api"],
  },
  SHED_POOL_WAIT_MS: {
    means: "wait for a database connection from which on lists are answered 503; pages at four times that",
    readBy: ["api"],
  },
  LOAD_TESTS: {
    means:
      "whether admins may start load tests; in production only `production` does, which says that it is meant",
    readBy: ["api"],
  },
  TURN_CONNECTIONS: { means: "turns a worker takes at once", readBy: ["booking"] },
  TURN_BATCH_MAX: { means: "envelopes of a turn", readBy: ["booking"] },
  TURN_EVENTS_MAX: { means: "events that share a turn", readBy: ["booking"] },
  TURN_EVENT_BATCH_MAX: { means: "envelopes of each then; not above `TURN_BATCH_MAX`", readBy: ["booking"] },
  SWEEP_INTERVAL_MS: { means: "how often a worker looks for mail it was not told of", readBy: ["booking"] },
  ACTIVATIONS_MAX: { means: "actors awake in a worker", readBy: ["booking"] },
  ACTIVATION_IDLE_MS: { means: "how long an idle one stays so", readBy: ["booking"] },
  TRACE_SAMPLE_RATIO: {
    means:
      "share of requests that are traced, of those that do not say so themselves by `traceparent`: ten a second at most, but for 1, which is all; see docs/tracing.md",
    readBy: ["api"],
    accepts: "0 to 1",
  },
  TRACE_SLOW_MS: {
    means:
      "a request that takes as long is slow: what is known of it is kept longer, also where it was not traced",
    readBy: ["api", "booking", "effects"],
  },
  OTEL_SERVICE_NAME: { means: "`service.name` of exported spans", readBy: ["api", "booking", "effects"] },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    means: "a collector that spans are sent to, by OTLP over HTTP (JSON), at `/v1/traces` below this",
    readBy: ["api", "booking", "effects"],
    unset: "nothing is exported",
    accepts: "`http://collector:4318`",
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    means: "headers for the collector, such as its key",
    readBy: ["api", "booking", "effects"],
    unset: "none",
    accepts: "`name=value`, several with commas between",
  },
  SHUTDOWN_MS_MAX: { means: "how long a process may take to stop", readBy: SERVERS },
} as const satisfies Record<keyof Config, SettingDoc>;
