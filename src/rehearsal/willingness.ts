import type { BookingId, UserId } from "../domain/ids.ts";
import type { Demand, Request } from "./demand.ts";
import { Dice } from "./dice.ts";

/** What is believed of how buyers answer to prices. */
export interface Elasticity {
  /** By how many percent demand falls where the price rises by one, at the base price. */
  readonly atBase: number;
  /** No price below this share of the base price is thought of: who pays less than that never comes. */
  readonly floorShare: number;
}

const WILLING_STREAM = 3;
const LATENT_STREAM = 4;
/** Of a price far above the first one: what is believed of demand reaches no further. */
const LATENT_MEAN_MAX = 20;

/**
 * Gives every buyer of whom it is not stated the most that they pay, and adds those who were not seen because the price
 * was too high for them.
 *
 * Willingness to pay is taken to be spread exponentially, so that at price p a share exp(-e · (p / base - 1)) of those
 * who would come at the base price come, as the price recommendations take it. Whoever asked at price p pays p at least;
 * without memory, what they pay beyond it is exponential with the mean base / e. For each of them there are, down to the
 * floor f, exp(e · (p - f) / base) - 1 others on average who would pay something between.
 */
export function withWillingness(
  demand: Demand,
  elasticity: Elasticity | null,
  {
    baseMinor,
    seed,
    requestsMax,
  }: {
    readonly baseMinor: (request: Request) => number;
    readonly seed: number;
    readonly requestsMax: number;
  },
): { readonly demand: Demand; readonly latent: number } {
  if (elasticity === null) return { demand, latent: 0 };
  const above = new Dice(seed, WILLING_STREAM);
  const below = new Dice(seed, LATENT_STREAM);
  const requests: Request[] = [];
  let latent = 0;
  for (const request of demand.requests) {
    const { shownMinor } = request;
    const base = baseMinor(request);
    const isKnown = request.willingMinor !== null || shownMinor === null || shownMinor === 0 || base === 0;
    if (isKnown) {
      requests.push(request);
      continue;
    }
    requests.push({ ...request, willingMinor: shownMinor + above.exponential(base / elasticity.atBase) });
    const mean =
      Math.exp((elasticity.atBase * Math.max(0, shownMinor - base * elasticity.floorShare)) / base) - 1;
    const others = poisson(Math.min(mean, LATENT_MEAN_MAX), below);
    for (let other = 0; other < others && requests.length < requestsMax; other += 1) {
      latent += 1;
      requests.push(latentOf(request, { other, base, elasticity, dice: below }));
    }
  }
  return {
    demand: { ...demand, requests: requests.toSorted((a, b) => a.at - b.at || a.order - b.order) },
    latent,
  };
}

function latentOf(
  request: Request,
  {
    other,
    base,
    elasticity,
    dice,
  }: {
    readonly other: number;
    readonly base: number;
    readonly elasticity: Elasticity;
    readonly dice: Dice;
  },
): Request {
  const rate = elasticity.atBase / base;
  const shown = request.shownMinor as number;
  const floor = base * elasticity.floorShare;
  // The inverse of the exponential distribution's cumulative one, cut off at the floor and at the price.
  const spread = 1 - Math.exp(-rate * (shown - floor));
  const willingMinor = floor - Math.log(1 - dice.share() * spread) / rate;
  const { command } = request;
  const mark = `~${other + 1}`;
  const ids = { id: `${command.id}${mark}` as BookingId, userId: `${command.userId}${mark}` as UserId };
  return {
    ...request,
    // Right behind: nothing that the record has happens in between, so that at the recorded price none of them asks.
    order: request.order + (other + 1) / 2 ** 10,
    command: { ...command, ...ids } as Request["command"],
    retryOf: null,
    wasJoined: false,
    willingMinor,
  };
}

/** D. E. Knuth, The Art of Computer Programming 2, §3.4.1. Means here are small. */
function poisson(mean: number, dice: Dice): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = dice.share(); product > limit; product *= dice.share()) count += 1;
  return count;
}
