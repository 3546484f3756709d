/** Secrets that strangers can check their guesses of, by signing or sending them. */
const GUESSABLE = [
  "JWT_SECRET",
  "ADMIN_CREATION_TOKEN",
  "ADMIN_PASSWORD",
  "METRICS_TOKEN",
  "TRUSTED_GATEWAY_SECRET",
];
/** Made by Stripe: with a known one of these anybody could say that a booking was paid. */
const FROM_STRIPE = ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"];

/** Words of secrets in documents and templates; twenty random letters hold none of them but by a chance of millions. */
const TEMPLATE_WORDS =
  /change.?(me|this|it|in)|your.?(own|super|secret|jwt|token|key|random)|super.?secret|secret.?(key|token)|example|placeholder|insecure|default|password|s3cr3t/i;
/** What images and tutorials open their databases with. */
const DATABASE_WORDS = /^(postgres|postgresql|admin|root|secret|evently|user|test|pass|\d{1,8})$/i;
const DISTINCT_MIN = 8;
/** One short text again and again, such as `secretsecretsecret`. */
const REPEATED = /^(.{1,16}?)\1+.{0,15}$/s;

/** Whether a secret was left as somebody's example has it, or is nothing that dice would give. */
function looksLikeDefault(secret: string): boolean {
  return TEMPLATE_WORDS.test(secret) || new Set(secret).size < DISTINCT_MIN || REPEATED.test(secret);
}

/** What to say about the secrets of an environment in production. A secret itself is never repeated. */
export function defaultSecretProblems(given: Readonly<Record<string, string | undefined>>): string[] {
  // Each of several is a way in.
  const isDefault = (secret: string | undefined) =>
    secret?.split(",").some((part) => looksLikeDefault(part.trim())) ?? false;
  const defaultsAmong = (names: readonly string[], instead: string) =>
    names
      .filter((name) => isDefault(given[name]))
      .map((name) => `${name}: known from an example, or easily guessed; ${instead}`);
  const problems = [
    ...defaultsAmong(GUESSABLE, "make one with `openssl rand -base64 48`"),
    ...defaultsAmong(FROM_STRIPE, "take the one that Stripe's dashboard shows"),
  ];
  if (hasDefaultPassword(given.DATABASE_URL)) {
    problems.push("DATABASE_URL: its password is known from an example, or easily guessed");
  }
  return problems;
}

/** A database without a password may know its callers by their certificates or sockets. */
function hasDefaultPassword(databaseUrl: string | undefined): boolean {
  const password = URL.parse(databaseUrl ?? "")?.password ?? "";
  return DATABASE_WORDS.test(password) || TEMPLATE_WORDS.test(password);
}
