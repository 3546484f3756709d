const RETRY_AFTER_MS_MAX = 24 * 3_600_000;

/** What `Retry-After` asks for, seconds or a date (RFC 9110 §10.2.3), in milliseconds from now, at most a day; null where it says nothing. */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | null {
  if (header === null || header === undefined) return null;
  const text = header.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX);
}
