import { seatIdOf } from "../../domain/seat-ids.ts";
import type { EventView } from "../../domain/views.ts";
import { messageOf } from "../refusal-words.ts";
import { codeOf, extrasOf } from "../refusals.ts";

export type Fields = Record<string, unknown>;

/** What of an event never changes and is needed to show what was decided about it. Tiers are added, never renamed. */
export type OutcomeCard = Pick<EventView, "eventId" | "number" | "currency" | "tiers">;

/** The name of the tier at a position. */
export function tierName(tier: number, { tiers }: OutcomeCard): string | null {
  return tiers[tier]?.name ?? null;
}

export function seatIds(seats: readonly number[] | undefined, { number }: OutcomeCard): string[] {
  return (seats ?? []).map((seat) => seatIdOf(number, seat));
}

/** Why not, in code and words, and with the facts. */
export function refusalOf(
  refusal: Parameters<typeof messageOf>[0],
  { currency, number }: OutcomeCard,
): Fields {
  const { code, message } = { code: codeOf(refusal.reason), message: messageOf(refusal, currency) };
  return { code, message, details: extrasOf(refusal, currency, number) };
}
