/**
 * Milliseconds on the machine's monotonic clock, with fractions: the same in all of its processes, so that a time from
 * one may be held against a time from another. Tells nothing about the date.
 */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
