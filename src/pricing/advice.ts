import { endOf, saleEndOf } from "../domain/state.ts";
import type { EventView } from "../domain/views.ts";
import type { PriceChange } from "./history.ts";
import type { PriceRails, PriceRecommendation, PricingInput, SalesSlice } from "./pricing.ts";
import { recommendPrice } from "./recommend.ts";

/** What an organiser allows. Null: the usual guard rail, see `railsOf`. */
export interface PricingSettings {
  readonly floorMinor: number | null;
  readonly ceilingMinor: number | null;
  readonly stepMax: number | null;
  readonly coolDownMs: number | null;
  readonly isAutopilot: boolean;
}

export const NO_SETTINGS: PricingSettings = {
  floorMinor: null,
  ceilingMinor: null,
  stepMax: null,
  coolDownMs: null,
  isAutopilot: false,
};

/** What was sold of a tier on a day of UTC. */
export interface TierDay {
  readonly tier: number;
  /** The day's beginning, Unix milliseconds. */
  readonly day: number;
  readonly tickets: number;
  readonly bookings: number;
}

/** An event with all that advice about its prices is made of. */
export interface PricedEvent {
  readonly event: EventView;
  readonly history: readonly PriceChange[];
  readonly days: readonly TierDay[];
  readonly settings: PricingSettings | null;
  /** What was sold lately is not in `days` yet. */
  readonly isBehind: boolean;
}

export interface TierAdvice {
  readonly tier: string;
  readonly advice: PriceRecommendation;
}

const DAY_MS = 86_400_000;

/** Recommends a price for each tier that everybody can buy. */
export function adviseEvent(priced: PricedEvent, now: number): TierAdvice[] {
  return priced.event.tiers.flatMap(({ name, isRestricted }, position) =>
    isRestricted ? [] : [{ tier: name, advice: recommendPrice(inputOf(priced, position, now)) }],
  );
}

/** What is known of a tier, as the model wants it. */
export function inputOf(priced: PricedEvent, position: number, now: number): PricingInput {
  const { event, history, days, settings } = priced;
  const tier = event.tiers[position];
  if (tier === undefined) throw new Error(`invariant: event ${event.eventId} has no tier ${position}`);
  const prices = history.filter((change) => change.tier === tier.name);
  const ofTier = days.filter((day) => day.tier === position);
  const sale = { from: event.saleStartsAt ?? event.createdAt, until: saleEndOf(event) };
  const bookings = ofTier.reduce((sum, day) => sum + day.bookings, 0);
  const tickets = ofTier.reduce((sum, day) => sum + day.tickets, 0);
  return {
    now,
    sale: { ...sale, until: Math.min(sale.until, endOf(event)) },
    capacity: tier.capacity - tier.blocked,
    stock: tier.capacity - tier.blocked - tier.sold - tier.held,
    basePriceMinor: prices[0]?.priceMinor ?? tier.priceMinor,
    currentPriceMinor: tier.priceMinor,
    lastChangedAt: prices.length > 1 ? (prices.at(-1)?.at ?? null) : null,
    sales: slicesOf({ from: sale.from, now, prices, days: ofTier }),
    ticketsPerOrder: bookings === 0 ? 1 : tickets / bookings,
    rails: ownRails(settings ?? NO_SETTINGS),
  };
}

/** The guard rails that the organiser set. */
export function ownRails({
  floorMinor,
  ceilingMinor,
  stepMax,
  coolDownMs,
}: PricingSettings): Partial<PriceRails> {
  return {
    ...(floorMinor === null ? {} : { floorMinor }),
    ...(ceilingMinor === null ? {} : { ceilingMinor }),
    ...(stepMax === null ? {} : { stepMax }),
    ...(coolDownMs === null ? {} : { coolDownMs }),
  };
}

/** Days before this are one slice: an event that is on sale for years has no more of them than one for months. */
const SLICES_MAX = 120;

function slicesOf(asked: {
  readonly from: number;
  readonly now: number;
  readonly prices: readonly PriceChange[];
  readonly days: readonly TierDay[];
}): SalesSlice[] {
  const { from, now, prices, days } = asked;
  const slices: SalesSlice[] = [];
  const first = Math.floor(from / DAY_MS) * DAY_MS;
  const oldest = Math.max(first, Math.floor(now / DAY_MS) * DAY_MS - (SLICES_MAX - 2) * DAY_MS);
  for (let begin = first; begin < now; ) {
    const end = begin < oldest ? oldest : begin + DAY_MS;
    const slice = { from: Math.max(begin, from), until: Math.min(end, now) };
    const tickets = days
      .filter(({ day }) => day >= begin && day < end)
      .reduce((sum, one) => sum + one.tickets, 0);
    if (slice.until > slice.from) slices.push({ ...slice, priceMinor: meanPrice(prices, slice), tickets });
    begin = end;
  }
  return slices;
}

/** The mean of the prices of a stretch of time, each by how long it stood: days are not told apart any finer. */
function meanPrice(
  prices: readonly PriceChange[],
  { from, until }: { readonly from: number; readonly until: number },
): number {
  const [first] = prices;
  if (first === undefined) return 0;
  let sum = 0;
  for (const [at, { priceMinor, at: since }] of prices.entries()) {
    const begin = Math.max(from, at === 0 ? from : since);
    const end = Math.min(until, prices[at + 1]?.at ?? until);
    if (end > begin) sum += priceMinor * (end - begin);
  }
  return sum / (until - from);
}
