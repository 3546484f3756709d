import type { TierChange, TierDraft } from "../domain/event-draft.ts";
import type { PriceNote } from "../domain/price-note.ts";

/** An entry of an event's ledger that may have set prices. */
export interface PriceEntry {
  readonly seq: number;
  /** Unix milliseconds. */
  readonly at: number;
  /** Of the event, from this entry on. */
  readonly version: number;
  /** Of the prices it set, where it is on record who chose them. */
  readonly priceVersion: number | null;
  /** All tiers of a new event, or what was changed of them. */
  readonly tiers: readonly (TierDraft | TierChange)[];
  readonly note: PriceNote | null;
}

/** A price that a tier had from some moment on. */
export interface PriceChange {
  readonly tier: string;
  readonly seq: number;
  readonly at: number;
  readonly version: number;
  readonly priceMinor: number;
  /** Null: the tier began with this one. */
  readonly previousMinor: number | null;
  readonly note: PriceNote | null;
  /** Bookings that were made at it name its version. */
  readonly isNamedByBookings: boolean;
}

/** Every price of every tier, oldest first, as the ledger tells it; what changed nothing is left out. */
export function historyOf(entries: readonly PriceEntry[]): PriceChange[] {
  const present = new Map<string, number>();
  return entries.flatMap(({ tiers, priceVersion, ...entry }) =>
    tiers.flatMap(({ name, priceMinor }) => {
      const previousMinor = present.get(name) ?? null;
      if (priceMinor === undefined || priceMinor === previousMinor) return [];
      present.set(name, priceMinor);
      const { seq, at, version, note } = entry;
      return [
        {
          tier: name,
          seq,
          at,
          version,
          priceMinor,
          previousMinor,
          note,
          isNamedByBookings: priceVersion !== null,
        },
      ];
    }),
  );
}

/** What is known of a booking that asks for its receipt. */
export interface Receipted {
  readonly tier: string;
  readonly priceVersion: number | null;
  /** When it was decided at the latest, Unix milliseconds. */
  readonly until: number;
}

/**
 * The price that a booking was made at. One that names no version was made at a price that nobody was on record for: the
 * last such before it.
 */
export function priceOfBooking(history: readonly PriceChange[], booking: Receipted): PriceChange | null {
  const ofTier = history.filter(({ tier }) => tier === booking.tier);
  const { priceVersion, until } = booking;
  if (priceVersion !== null) return ofTier.find(({ version }) => version === priceVersion) ?? null;
  return ofTier.findLast((change) => !change.isNamedByBookings && change.at <= until) ?? null;
}
