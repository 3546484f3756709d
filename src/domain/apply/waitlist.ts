import type { UserId } from "../ids.ts";
import type { OfferMade, WaitlistJoined, WaitlistLeft } from "../outcome.ts";
import type { World } from "../state.ts";
import { type Line, PRIORITIES } from "../waitlist.ts";
import { keepForBuyer } from "./bookings.ts";

export function applyJoined({ state }: World, outcome: WaitlistJoined): void {
  const { entryId: id, userId, quantity, priority, tiers, offerId, owned } = outcome;
  const entry = { id, userId, quantity, priority, tiers, offerId, passedOver: 0, owned };
  state.line[priority].set(userId, entry);
}

export function applyLeft({ state }: World, { userId }: WaitlistLeft): void {
  leave(state.line, userId);
}

export function applyOffer(world: World, outcome: OfferMade): void {
  leave(world.state.line, outcome.userId);
  keepForBuyer(world, outcome, outcome.entryId);
}

function leave(line: Line, userId: UserId): void {
  for (const priority of PRIORITIES) line[priority].delete(userId);
}
