import type { TierDraft } from "../domain/event-draft.ts";
import { toMinor } from "../domain/money.ts";
import { RehearsalRefused } from "./refusal.ts";
import type { WhatIf } from "./stage.ts";

interface OfTier {
  /** Null: of the only tier. */
  readonly tier: string | null;
  readonly value: number;
}

/** What is to be otherwise, as somebody states it. Amounts are in the event's currency. */
export interface StatedWhatIf {
  readonly capacity: readonly OfTier[];
  readonly price: readonly OfTier[];
  readonly ticketsPerUserMax?: number | null;
  readonly holdS?: number;
}

export interface WhatIfContext {
  readonly currency: string;
  readonly tiers: readonly TierDraft[];
}

const CAPACITY_MAX = 10_000_000;

/** Understands what is stated in the event's own terms. @throws RehearsalRefused where it makes no sense for the event. */
export function whatIfOf(
  { capacity, price, ticketsPerUserMax, holdS }: StatedWhatIf,
  event: WhatIfContext,
): WhatIf {
  return {
    capacity: byTier("capacity", capacity, event, (value) =>
      Number.isInteger(value) && value >= 1 && value <= CAPACITY_MAX
        ? value
        : `a capacity is a whole number from 1 to ${CAPACITY_MAX}`,
    ),
    priceMinor: byTier(
      "price",
      price,
      event,
      (value) => toMinor(value, event.currency) ?? `${value} has more decimals than ${event.currency} has`,
    ),
    ...(ticketsPerUserMax === undefined ? {} : { ticketsPerUserMax }),
    ...(holdS === undefined ? {} : { holdTtlMs: holdS * 1_000 }),
  };
}

function byTier(
  what: string,
  stated: readonly OfTier[],
  { tiers }: WhatIfContext,
  read: (value: number) => number | string,
): Map<string, number> {
  const values = new Map<string, number>();
  for (const { tier, value } of stated) {
    const [only, second] = tiers;
    const name = tier ?? (second === undefined ? only?.name : undefined);
    const names = tiers.map((one) => one.name).join(", ");
    if (name === undefined) throw new RehearsalRefused(`which tier's ${what} is meant? There are ${names}`);
    if (values.has(name)) throw new RehearsalRefused(`the ${what} of ${name} is given twice`);
    const understood = read(value);
    if (typeof understood === "string") throw new RehearsalRefused(understood);
    values.set(name, understood);
  }
  return values;
}
