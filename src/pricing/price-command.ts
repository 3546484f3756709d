import type { ChangeEvent } from "../domain/command.ts";
import type { CommandId } from "../domain/ids.ts";
import type { PriceInputs, PriceNote } from "../domain/price-note.ts";
import { inputOf, type PricedEvent, type TierAdvice } from "./advice.ts";
import type { PriceEffect, PriceRecommendation } from "./pricing.ts";
import { evaluatePrice } from "./recommend.ts";

/** One tier's next price. */
export interface NextPrice {
  readonly tier: string;
  readonly fromMinor: number;
  readonly toMinor: number;
  readonly inputs: PriceInputs;
}

/** So many prices one command changes: what it was chosen from has to fit into an envelope. */
export const PRICES_PER_CHANGE_MAX = 6;

/** The prices that advice would change now; the most certain first where there are too many for one command. */
export function nextPrices(advised: readonly TierAdvice[]): NextPrice[] {
  return advised
    .filter(({ advice }) => advice.action !== "keep" && advice.waitsUntil === null)
    .toSorted((a, b) => b.advice.confidence - a.advice.confidence)
    .slice(0, PRICES_PER_CHANGE_MAX)
    .map(({ tier, advice }) => ({
      tier,
      fromMinor: advice.currentPriceMinor,
      toMinor: advice.recommendedPriceMinor,
      inputs: inputsOf(tier, advice, advice.effect),
    }));
}

/** A price of somebody's own, with what it is expected to do. @param advised the same tier's */
export function ownPrice(priced: PricedEvent, advised: TierAdvice, toMinor: number, now: number): NextPrice {
  const position = priced.event.tiers.findIndex(({ name }) => name === advised.tier);
  const effect = evaluatePrice(inputOf(priced, position, now), toMinor);
  return {
    tier: advised.tier,
    fromMinor: advised.advice.currentPriceMinor,
    toMinor,
    inputs: inputsOf(advised.tier, advised.advice, effect),
  };
}

function inputsOf(tier: string, advice: PriceRecommendation, effect: PriceEffect | null): PriceInputs {
  const { factors, elasticity, idealPriceMinor } = advice;
  const { demand, availability, timeToEvent } = factors;
  return {
    tier,
    demand: short(demand),
    availability: short(availability),
    timeLeft: short(timeToEvent),
    elasticity: short(elasticity.mean),
    idealMinor: idealPriceMinor,
    confidence: short(effect?.confidence ?? advice.confidence),
    revenueChange: effect === null ? null : short(effect.revenueChange.mean),
    demandChange: effect === null ? null : short(effect.demandChange.mean),
  };
}

function short(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** The command that sets prices, refused where one of them has moved since it was looked at. */
export function priceCommand(
  id: CommandId,
  prices: readonly NextPrice[],
  note: Omit<PriceNote, "inputs">,
): ChangeEvent {
  return {
    type: "ChangeEvent",
    id,
    changes: { tiers: prices.map(({ tier, toMinor }) => ({ name: tier, priceMinor: toMinor })) },
    priceNote: { ...note, inputs: prices.map(({ inputs }) => inputs) },
    seenPrices: prices.map(({ tier, fromMinor }) => ({ tier, priceMinor: fromMinor })),
  };
}
