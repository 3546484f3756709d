import type { TicketWish } from "../domain/command.ts";
import { tierPosition } from "../domain/decide/door.ts";
import type { EventChanges, TierDraft } from "../domain/event-draft.ts";

interface ShownTier {
  readonly name: string;
  priceMinor: number;
  isRestricted: boolean;
}

/** The prices that buyers are shown while a ledger is read. Codes are left out: both sides of a comparison are without. */
export class ShownPrices {
  readonly #tiers: ShownTier[];
  readonly #tierOfSeat: (seat: number) => number;

  constructor(tiers: readonly TierDraft[], tierOfSeat: (seat: number) => number) {
    this.#tiers = tiers.map(({ name, priceMinor, isRestricted = false }) => ({
      name,
      priceMinor,
      isRestricted,
    }));
    this.#tierOfSeat = tierOfSeat;
  }

  /** What one ticket of a wish costs in minor units; null where no tier is meant. */
  of({ tier, seats }: Pick<TicketWish, "tier" | "seats">): number | null {
    const seat = seats?.[0];
    const position = seat === undefined ? tierPosition(this.#tiers, tier) : this.#tierOfSeat(seat);
    return this.#tiers[position]?.priceMinor ?? null;
  }

  change({ tiers }: EventChanges): void {
    for (const { name, priceMinor, isRestricted } of tiers ?? []) {
      const known = this.#tiers.find((tier) => tier.name === name);
      if (known === undefined) {
        this.#tiers.push({ name, priceMinor: priceMinor ?? 0, isRestricted: isRestricted ?? false });
        continue;
      }
      known.priceMinor = priceMinor ?? known.priceMinor;
      known.isRestricted = isRestricted ?? known.isRestricted;
    }
  }
}
