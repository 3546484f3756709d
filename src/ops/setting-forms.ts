/** Forms of settings that take more than a word to check. */
const TOKEN_SECRET_LENGTH_MIN = 32;

/** An origin as a browser sends it: scheme, host and port, and nothing behind them. */
export function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}

/** Where PostgreSQL is; without a host it may say behind a `?` which socket is meant. */
export function isDatabaseUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text.replace("@/", "@socket/"));
}

/** Secrets that sign tokens: long enough not to be guessed, and none twice. */
export function isTokenSecrets(secrets: readonly string[]): boolean {
  return (
    secrets.every((secret) => secret.length >= TOKEN_SECRET_LENGTH_MIN) &&
    new Set(secrets).size === secrets.length
  );
}

/** Whether one of two settings is there that mean something together only. */
export function isHalfSet(
  given: Readonly<Record<string, string | undefined>>,
  one: string,
  other: string,
): boolean {
  return (given[one] === undefined) !== (given[other] === undefined);
}

/** Headers as OpenTelemetry writes them: `name=value`, the value percent-encoded where it has to be. */
export function areHeaders(pairs: readonly string[]): boolean {
  return pairs.every((pair) => /^[!#$%&'*+.^`|~\w-]+=[\x20-\x7e]*$/.test(pair) && isDecodable(pair));
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
