/** Secrets that strangers can check their guesses of, by signing or sending them. */
const GUESSABLE = ["JWT_SECRET", "ADMIN_CREATION_TOKEN", "METRICS_TOKEN", "TRUSTED_GATEWAY_SECRET"];

/** Words of secrets in documents and templates; twenty random letters hold none of them but by a chance of millions. */
const TEMPLATE_WORDS =
  /change.?(me|this|it|in)|your.?(own|super|secret|jwt|token|key|random)|super.?secret|secret.?(key|token)|example|placeholder|insecure|default|password|s3cr3t/i;
const DISTINCT_MIN = 8;
/** One short text again and again, such as `secretsecretsecret`. */
const REPEATED = /^(.{1,16}?)\1+.{0,15}$/s;

/** Whether a secret was left as somebody's example has it, or is nothing that dice would give. */
function looksLikeDefault(secret: string): boolean {
  return TEMPLATE_WORDS.test(secret) || new Set(secret).size < DISTINCT_MIN || REPEATED.test(secret);
}

/** What to say about the secrets of an environment in production. A secret itself is never repeated. */
export function defaultSecretProblems(given: Readonly<Record<string, string | undefined>>): string[] {
  const isDefault = (secret: string | undefined) => secret !== undefined && looksLikeDefault(secret);
  return GUESSABLE.filter((name) => isDefault(given[name])).map(
    (name) => `${name}: known from an example, or easily guessed; make one with \`openssl rand -base64 48\``,
  );
}
