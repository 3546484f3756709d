import { type Forecaster, mean, WEEK_DAYS, weekPlace } from "./forecaster.ts";

/** How far one error moves the level, and its weekday. */
interface Gains {
  readonly level: number;
  readonly season: number;
}

interface Fit {
  readonly squaredError: number;
  readonly level: number;
  readonly seasons: readonly number[];
}

const LEVEL_GAINS = [0.02, 0.05, 0.1, 0.2, 0.4];
const SEASON_GAINS = [0.02, 0.05, 0.1, 0.2];
const CANDIDATES: readonly Gains[] = LEVEL_GAINS.flatMap((level) =>
  SEASON_GAINS.map((season) => ({ level, season })),
);
const REFIT_DAYS = 28;

/**
 * Exponential smoothing with an additive weekly season, ETS(A,N,A): Winters, "Forecasting sales by exponentially weighted
 * moving averages", Management Science 6 (1960). Every four weeks the gains with the least squared one-day error so far
 * are chosen again. It is here to be compared with.
 */
export class HoltWinters implements Forecaster {
  readonly #counts: number[] = [];
  #gains = CANDIDATES[0]!;

  observe(count: number): void {
    this.#counts.push(count);
    if (this.#counts.length % REFIT_DAYS === 0) this.#gains = bestGains(this.#counts);
  }

  forecast(horizonDays: number): readonly number[] {
    const { level, seasons } = run(this.#counts, this.#gains);
    const next = this.#counts.length;
    return Array.from({ length: horizonDays }, (_, ahead) =>
      Math.max(0, level + seasons[weekPlace(next + ahead)]!),
    );
  }
}

function bestGains(counts: readonly number[]): Gains {
  const errors = CANDIDATES.map((gains) => run(counts, gains).squaredError);
  return CANDIDATES[errors.indexOf(Math.min(...errors))]!;
}

function run(counts: readonly number[], gains: Gains): Fit {
  const first = counts.slice(0, WEEK_DAYS);
  let level = mean(first);
  const seasons = Array.from({ length: WEEK_DAYS }, (_, place) => (first[place] ?? level) - level);
  let squaredError = 0;
  for (let at = WEEK_DAYS; at < counts.length; at += 1) {
    const place = weekPlace(at);
    const error = counts[at]! - level - seasons[place]!;
    squaredError += error ** 2;
    level += gains.level * error;
    seasons[place] = seasons[place]! + gains.season * error;
  }
  return { squaredError, level, seasons };
}
