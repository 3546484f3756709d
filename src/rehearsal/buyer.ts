import type { BookTickets } from "../domain/command.ts";
import { tierPosition } from "../domain/decide/door.ts";
import { seatPlace } from "../domain/seating.ts";
import type { EventState } from "../domain/state.ts";
import type { Request } from "./demand.ts";

/** What one ticket of a wish costs now, codes left out; null where there is no such tier. */
export function priceNow({ tiers, seatMap }: EventState, { seats, tier }: BookTickets): number | null {
  const seat = seats?.[0];
  const isSeat = seatMap !== null && seat !== undefined && seat < seatMap.seating.count;
  const position = isSeat ? seatPlace(seatMap.seating, seat).tier : tierPosition(tiers, tier);
  return tiers[position]?.priceMinor ?? null;
}

/** Whether the price lets somebody ask at all. */
export function isWilling(state: EventState, { willingMinor }: Request, command: BookTickets): boolean {
  if (willingMinor === null) return true;
  const price = priceNow(state, command);
  return price === null || price <= willingMinor;
}

/** The wish of somebody who is shown the event as it is now. */
export function shownNow({ version }: EventState, command: BookTickets): BookTickets {
  const { expectedTotalMinor: _, ...wish } = command;
  return { ...wish, seenVersion: version };
}

/** What somebody asks for who would have waited, but does not have to: there are tickets. */
export function bookingInstead({ command }: Request): BookTickets | null {
  if (command.type !== "JoinWaitlist") return null;
  const { offerId, userId, quantity, tiers } = command;
  const [tier] = tiers ?? [];
  return { type: "BookTickets", id: offerId, userId, quantity, ...(tier === undefined ? {} : { tier }) };
}
