const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Pauses after the first, second, … failed attempt at a message; the last one repeats itself. */
export const RETRY_PAUSES_MS = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
] as const;

/** An endpoint that has not taken a message for so long is disabled: three days, some fifteen attempts. */
export const FAILING_MS_MAX = 72 * HOUR_MS;

/** Pauses grow by up to a fifth, so that what failed together does not come back together. */
const JITTER = 0.2;

/** How long to wait after so many failed attempts. @param dice 0 … 1 */
export function pauseAfter(attempts: number, dice: number): number {
  const at = Math.min(Math.max(attempts, 1), RETRY_PAUSES_MS.length) - 1;
  return Math.round((RETRY_PAUSES_MS[at] as number) * (1 + JITTER * dice));
}
