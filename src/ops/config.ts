import { z } from "zod";
import { passwordProblem } from "../identity/new-passwords.ts";
import { areSigningKeys } from "../tickets/keys.ts";
import { CHANNEL_SETTINGS, channelProblems } from "./channel-settings.ts";
import { isAddressRange } from "./client-address.ts";
import { readRateLimits, readTierMultipliers } from "./rate-limits.ts";
import { areHeaders, isDatabaseUrl, isHalfSet, isOrigin, isTokenSecrets } from "./setting-forms.ts";
import { unsafeProblems } from "./unsafe-settings.ts";

/**
 * The configuration of every process, read from the environment by its composition root alone.
 * Units stand last in the names. What a setting is for stands in `config-docs.ts`; README's table is made of both by
 * `npm run config:table`.
 */
const whole = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

const optional = (text: z.ZodString | z.ZodURL | z.ZodEmail) =>
  text.optional().transform((value) => value ?? null);
/** A secret that is set is long enough not to be guessed. */
const optionalSecret = (lengthMin: number) =>
  optional(z.string().min(lengthMin, `at least ${lengthMin} characters`));

const listOf = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((value) =>
      value
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    );
const list = listOf("");

/** A list that a reader makes something of; it tells every problem that it has with it. */
const read = <T>(reader: (entries: readonly string[], wrong: (problem: string) => void) => T) =>
  list.transform((entries, ctx) => reader(entries, (message) => ctx.addIssue({ code: "custom", message })));

const flag = z
  .enum(["true", "false"])
  .default("false")
  .transform((value) => value === "true");

const schema = z.object({
  NODE_ENV: z.enum(["development", "test", "production"]).default("development"),
  HOST: z.string().default("0.0.0.0"),
  PORT: whole(3000, 0, 65_535),
  DATABASE_URL: optional(z.string().refine(isDatabaseUrl, "postgres://user:password@host:port/database")),
  REDIS_URL: optional(
    z.url({ protocol: /^rediss?$/, error: "redis://host:port, or rediss:// where it speaks TLS" }),
  ),
  DATA_DIR: z.string().default(".evently"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  ADMIN_EMAIL: optional(z.email("an e-mail address")),
  ADMIN_PASSWORD: optional(z.string()),
  ADMIN_CREATION_TOKEN: optionalSecret(16),
  JWT_SECRET: list.refine(
    isTokenSecrets,
    "at least 32 characters; several with commas between, the one that signs first",
  ),
  ACCESS_TOKEN_TTL_S: whole(86_400, 60, 30 * 86_400),
  REFRESH_TOKEN_TTL_S: whole(30 * 86_400, 60, 365 * 86_400),
  PASSWORD_HASH_CONCURRENCY: whole(1, 1, 64),
  PASSWORD_HASH_NICENESS: whole(15, 0, 19),
  PASSWORD_HASH_QUEUE_MAX: whole(1_000, 1, 100_000),
  METRICS_TOKEN: optionalSecret(16),
  METRICS_OPEN: flag,
  WORKER_PORT: whole(0, 0, 65_535),
  EFFECTS_PORT: whole(0, 0, 65_535),
  DEFAULT_CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/, "three capital letters, ISO 4217")
    .default("USD"),
  HOLD_TTL_S: whole(300, 1, 86_400),
  OFFER_TTL_S: whole(900, 1, 7 * 86_400),
  PAYMENT_PROVIDER: z.enum(["test", "stripe"]).optional(),
  STRIPE_SECRET_KEY: optionalSecret(16),
  STRIPE_WEBHOOK_SECRET: optionalSecret(16),
  PUBLIC_URL: optional(z.url("an address such as https://tickets.example.com")),
  TICKET_SIGNING_KEY: list.refine(
    areSigningKeys,
    "Ed25519 private keys as PKCS #8, in PEM or base64, such as `openssl genpkey -algorithm ed25519` makes",
  ),
  ...CHANNEL_SETTINGS,
  NOTIFICATION_KEEP_DAYS: whole(90, 1, 3_650),
  BOOKS_AUDIT_INTERVAL_S: whole(21_600, 0, 30 * 86_400),
  SURFACES: listOf("a,b").refine((names) => names.every((name) => /^[ab]$/.test(name)), "a, b or both"),
  TRUSTED_GATEWAY_SECRET: optionalSecret(32),
  CORS_ORIGINS: list.refine(
    (origins) => origins.every(isOrigin),
    "origins such as https://shop.example, each by its name: * would let any page act for whoever is logged in",
  ),
  WEBHOOK_ALLOW_PRIVATE: flag,
  TRUSTED_PROXIES: list.refine(
    (entries) => entries.every(isAddressRange),
    "addresses or ranges such as 10.0.0.0/8 or ::1",
  ),
  RATE_LIMITS: read(readRateLimits),
  RATE_LIMIT_TIERS: read(readTierMultipliers),
  API_PRIORITY: whole(-10, -20, 19),
  API_REALTIME: flag,
  BODY_BYTES_MAX: whole(65_536, 1_024, 10_485_760),
  API_POOL_MAX: whole(10, 2, 200),
  CACHE_STALE_MS_MAX: whole(15_000, 0, 60_000),
  CACHE_BYTES_MAX: whole(67_108_864, 1_048_576, 4_294_967_296),
  DECISION_WAIT_MS: whole(5_000, 0, 30_000),
  ACCEPT_BATCH_MAX: whole(500, 1, 2_000),
  MAILBOX_DEPTH_MAX: whole(200_000, 1, 10_000_000),
  SHED_LOOP_DELAY_MS: whole(250, 1, 60_000),
  SHED_ACCEPT_WAIT_MS: whole(500, 1, 60_000),
  SHED_POOL_WAIT_MS: whole(250, 1, 60_000),
  LOAD_TESTS: z.enum(["enabled", "disabled", "production"]).default("enabled"),
  TURN_CONNECTIONS: whole(3, 1, 32),
  TURN_BATCH_MAX: whole(500, 1, 2_000),
  TURN_EVENTS_MAX: whole(20, 1, 100),
  TURN_EVENT_BATCH_MAX: whole(20, 1, 500),
  SWEEP_INTERVAL_MS: whole(500, 20, 60_000),
  ACTIVATIONS_MAX: whole(2_000, 1, 100_000),
  ACTIVATION_IDLE_MS: whole(60_000, 100, 3_600_000),
  TRACE_SAMPLE_RATIO: z.coerce.number().min(0).max(1).default(0.01),
  TRACE_SLOW_MS: whole(1_000, 1, 3_600_000),
  OTEL_SERVICE_NAME: z.string().max(100).default("evently"),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(
    z.url({ protocol: /^https?$/, error: "an address such as http://collector:4318" }),
  ),
  OTEL_EXPORTER_OTLP_HEADERS: list.refine(areHeaders, "name=value, several with commas between"),
  SHUTDOWN_MS_MAX: whole(15_000, 100, 120_000),
});

export type Config = Readonly<z.output<typeof schema>>;

/** Set to nothing, it switches off what it lists; other variables that are set to nothing are not set. */
const EMPTY_IS_NONE: keyof Config = "SURFACES";

/** Every variable this program reads, in the order of README's table. */
export const CONFIG_NAMES = Object.keys(schema.shape) as readonly (keyof Config)[];

/** What a setting takes, as JSON Schema has it, with what it is by default. For documents. */
export function settingForm(name: keyof Config): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(schema.shape[name], { io: "input", unrepresentable: "any" });
}

export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const NO_DATABASE = "DATABASE_URL: needed; a single role brings no database with it, npm start does";

/**
 * Reads the configuration out of an environment. Pure: the same `env` gives the same result.
 * @param wants a database of others', where there is no embedded one
 * @throws ConfigError naming every problem at once, one a line.
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  wants: { readonly database: boolean } = { database: false },
): Config {
  const isGiven = ([name, value]: [string, string | undefined]) => value !== "" || name === EMPTY_IS_NONE;
  const given = Object.fromEntries(Object.entries(env).filter(isGiven));
  const parsed = schema.safeParse(given);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    ...crossFieldProblems(given),
    ...(wants.database && given.DATABASE_URL === undefined ? [NO_DATABASE] : []),
  ];
  if (problems.length > 0 || !parsed.success) {
    throw new ConfigError(`configuration is not usable:\n${problems.map((p) => `  - ${p}`).join("\n")}`);
  }
  return Object.freeze(parsed.data);
}

/** Rules between fields, looked at as they were given: a field that is wrong in itself hides none of them. */
function crossFieldProblems(given: Readonly<Record<string, string | undefined>>): string[] {
  const problems = channelProblems(given);
  const { TURN_BATCH_MAX = "500", TURN_EVENT_BATCH_MAX = "20" } = given;
  if (isHalfSet(given, "ADMIN_EMAIL", "ADMIN_PASSWORD")) {
    problems.push("ADMIN_EMAIL and ADMIN_PASSWORD: set both or neither");
  }
  const { ADMIN_PASSWORD, ADMIN_EMAIL } = given;
  const wrongPassword = ADMIN_PASSWORD === undefined ? null : passwordProblem(ADMIN_PASSWORD, ADMIN_EMAIL);
  if (wrongPassword !== null) problems.push(`ADMIN_PASSWORD: ${wrongPassword}`);
  if (given.PAYMENT_PROVIDER === "stripe" && given.STRIPE_SECRET_KEY === undefined) {
    problems.push("STRIPE_SECRET_KEY: needed where PAYMENT_PROVIDER is stripe");
  }
  if (isHalfSet(given, "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET")) {
    problems.push("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET: set both or neither");
  }
  if (given.NODE_ENV === "production") problems.push(...unsafeProblems(given));
  if (Number(TURN_EVENT_BATCH_MAX) > Number(TURN_BATCH_MAX)) {
    problems.push("TURN_EVENT_BATCH_MAX: not above TURN_BATCH_MAX");
  }
  return problems;
}
