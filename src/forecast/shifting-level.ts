import { logLikelihoodOf } from "./negative-binomial.ts";

/** Levels are kept on a grid of logarithms: from 0.02 a day to above a million, each 5 % above the one before. */
const STEP = 0.05;
const LOWEST = Math.log(0.02);
const POINTS = 360;
const LEVELS = Float64Array.from({ length: POINTS }, (_, at) => Math.exp(LOWEST + at * STEP));

/** Once in so many days a level is taken to jump, by a factor of about e^±JUMP_SIZE. Between jumps it stays. */
const JUMP_EVERY_DAYS = 20;
const JUMP_SIZE = 0.4;
const JUMP_REACH = 60;

/** Counts of ordinary days vary by this much (negative binomial); one day in OUTLIER_EVERY is wild. */
const DISPERSION = 0.08;
const WILD_DISPERSION = 0.8;
const OUTLIER_EVERY_DAYS = 20;
/** Neighbouring days err alike, so each counts as half a day's evidence. */
const EVIDENCE = 0.5;
const NEGLIGIBLE = 1e-12;

const MOVES = movesOf(JUMP_SIZE);

/**
 * A level that stays where it is and now and then jumps: the distribution over a grid of levels, moved and weighed day by
 * day. Kitagawa, "Non-Gaussian state-space modeling of nonstationary time series", JASA 82 (1987). Between jumps it
 * averages longer and longer; after one it forgets what was before.
 */
export class ShiftingLevel {
  #weights = new Float64Array(POINTS).fill(1 / POINTS);

  /** Its median. */
  get value(): number {
    let sum = 0;
    for (let at = 0; at < POINTS; at += 1) {
      const weight = this.#weights[at]!;
      if (sum + weight >= 0.5) return LEVELS[at]! * Math.exp(((0.5 - sum) / weight - 0.5) * STEP);
      sum += weight;
    }
    return LEVELS[POINTS - 1]!;
  }

  /** A day went by and its count says nothing. */
  pass(): void {
    this.#weights = normalized(moved(this.#weights));
  }

  /** @param factor of the weekday */
  observe(count: number, factor: number): void {
    const weights = moved(this.#weights);
    const ordinary = logLikelihoodOf(count, DISPERSION);
    const wild = logLikelihoodOf(count, WILD_DISPERSION);
    const outlier = 1 / OUTLIER_EVERY_DAYS;
    for (let at = 0; at < POINTS; at += 1) {
      if (weights[at]! === 0) continue;
      const mu = LEVELS[at]! * factor;
      const likelihood = (1 - outlier) * Math.exp(ordinary(mu)) + outlier * Math.exp(wild(mu));
      weights[at] = weights[at]! * likelihood ** EVIDENCE + Number.MIN_VALUE;
    }
    this.#weights = normalized(weights);
  }
}

/** Shares of the weight at a level that jump so many steps down (first) to up (last): a Laplace distribution. */
function movesOf(size: number): Float64Array {
  const raw = Float64Array.from({ length: 2 * JUMP_REACH + 1 }, (_, at) =>
    Math.exp((-Math.abs(at - JUMP_REACH) * STEP) / size),
  );
  return normalized(raw).map((share) => share / JUMP_EVERY_DAYS);
}

function moved(weights: Float64Array): Float64Array<ArrayBuffer> {
  const next = weights.map((weight) => weight * (1 - 1 / JUMP_EVERY_DAYS));
  for (let from = 0; from < POINTS; from += 1) {
    const weight = weights[from]!;
    if (weight < NEGLIGIBLE) continue;
    const first = Math.max(0, from - JUMP_REACH);
    const last = Math.min(POINTS - 1, from + JUMP_REACH);
    for (let to = first; to <= last; to += 1) {
      next[to] = next[to]! + weight * MOVES[to - from + JUMP_REACH]!;
    }
  }
  return next;
}

function normalized(weights: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
