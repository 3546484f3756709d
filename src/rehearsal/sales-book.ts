import type { SalesSlice } from "../pricing/pricing.ts";

/** A longer stretch is told in several slices, so that what is long ago can count for less. */
const SLICE_MS_MAX = 86_400_000;
/** Slices that are kept of a tier; beyond, the oldest is forgotten. */
const SLICES_MAX = 200;

interface OpenSlice {
  from: number;
  priceMinor: number;
  tickets: number;
}

interface TierBook {
  readonly basePriceMinor: number;
  readonly closed: SalesSlice[];
  /** Null while nobody can buy. */
  open: OpenSlice | null;
  lastChangedAt: number | null;
  tickets: number;
  squares: number;
}

/** What was sold of each tier at which price and when, time left out in which nobody could buy. Times are Unix milliseconds. */
export class SalesBook {
  readonly #tiers: TierBook[] = [];

  /** Says how a tier stands at a moment: whenever its price changed, or whether anybody can buy. */
  note(
    tier: number,
    at: number,
    { priceMinor, isOnSale }: { readonly priceMinor: number; readonly isOnSale: boolean },
  ) {
    const book = this.#tierAt(tier, priceMinor);
    const { open } = book;
    const isSame = open !== null && isOnSale && open.priceMinor === priceMinor;
    if (isSame ? at - open.from < SLICE_MS_MAX : open === null && !isOnSale) return;
    if (open !== null) {
      if (at > open.from) book.closed.push({ ...open, until: at });
      if (book.closed.length > SLICES_MAX) book.closed.shift();
      if (open.priceMinor !== priceMinor) book.lastChangedAt = at;
    }
    book.open = isOnSale ? { from: at, priceMinor, tickets: 0 } : null;
  }

  /** Counts an order that was paid. */
  sold(tier: number, tickets: number): void {
    const book = this.#tiers[tier];
    if (book === undefined) return;
    book.tickets += tickets;
    book.squares += tickets * tickets;
    if (book.open !== null) book.open.tickets += tickets;
  }

  /** A tier's sales up to a moment; null before anything is known of it. */
  of(tier: number, at: number) {
    const book = this.#tiers[tier];
    if (book === undefined) return null;
    const { basePriceMinor, lastChangedAt, open, closed, tickets, squares } = book;
    const sales = open === null || at <= open.from ? closed : [...closed, { ...open, until: at }];
    return { basePriceMinor, lastChangedAt, sales, ticketsPerOrder: tickets === 0 ? 1 : squares / tickets };
  }

  #tierAt(tier: number, priceMinor: number): TierBook {
    const known = this.#tiers[tier];
    if (known !== undefined) return known;
    const book: TierBook = {
      basePriceMinor: priceMinor,
      closed: [],
      open: null,
      lastChangedAt: null,
      tickets: 0,
      squares: 0,
    };
    this.#tiers[tier] = book;
    return book;
  }
}
