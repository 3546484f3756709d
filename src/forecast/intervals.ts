/** Where a count is expected to fall with a probability; both ends at least 0. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** An expected count and its intervals; the 95 % interval contains the 80 % one, and both contain the point. */
export interface Range {
  readonly point: number;
  readonly interval80: Interval;
  readonly interval95: Interval;
}

/** With fewer errors known, the ends of a 95 % interval would be guesses. */
export const ERRORS_MIN = 40;
const ERRORS_MAX = 250;
/** Of an error's say, what is left a day later: about the last 50 days decide. */
const KEPT = 0.98;
/** Counts vary by their own size (Poisson) and by a share of it. */
const SHARE_VARIANCE = 0.09;
const LEAST_VARIANCE = 0.25;

/**
 * Intervals from the errors made so far at the same distance: weighted quantiles, recent errors first, of errors in units of
 * the spread that counts of that size have. Split conformal prediction with decaying weights: Barber, Candès, Ramdas &
 * Tibshirani, "Conformal prediction beyond exchangeability", Annals of Statistics 51 (2023). No shape of errors is assumed.
 */
export class PastErrors {
  readonly #scores: number[] = [];

  /** Are there enough for intervals? */
  get suffice(): boolean {
    return this.#scores.length >= ERRORS_MIN;
  }

  /** What was forecast once is known now. */
  add(point: number, actual: number): void {
    this.#scores.push((actual - point) / spreadOf(point));
    if (this.#scores.length > ERRORS_MAX) this.#scores.shift();
  }

  /** Intervals around a point; only where `suffice`. */
  around(point: number): Range {
    const ranked = this.#ranked();
    const end = (share: number) => Math.max(0, point + quantile(ranked, share) * spreadOf(point));
    const between = (coverage: number): Interval => ({
      lower: Math.min(point, end((1 - coverage) / 2)),
      upper: Math.max(point, end((1 + coverage) / 2)),
    });
    return { point, interval80: between(0.8), interval95: between(0.95) };
  }

  #ranked(): readonly Weighed[] {
    const newest = this.#scores.length - 1;
    return this.#scores
      .map((score, at) => ({ score, weight: KEPT ** (newest - at) }))
      .toSorted((a, b) => a.score - b.score);
  }
}

interface Weighed {
  readonly score: number;
  readonly weight: number;
}

function spreadOf(point: number): number {
  return Math.sqrt(LEAST_VARIANCE + point + SHARE_VARIANCE * point ** 2);
}

/** The least score below or at which `share` of all weight lies. */
function quantile(ranked: readonly Weighed[], share: number): number {
  const total = ranked.reduce((sum, { weight }) => sum + weight, 0);
  let sum = 0;
  for (const { score, weight } of ranked) {
    sum += weight;
    if (sum >= share * total) return score;
  }
  return ranked.at(-1)!.score;
}
