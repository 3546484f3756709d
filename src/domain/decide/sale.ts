import type { AddPromoCode, BlockOrReleaseSeats, PauseOrResumeSale } from "../command.ts";
import type { Decision } from "../outcome.ts";
import { SEAT } from "../seat-map.ts";
import type { World } from "../state.ts";
import { unknownAmong } from "./choose.ts";
import { closedDoor, offerOf } from "./door.ts";
import { refuse } from "./refuse.ts";

/** Stops the sale where it is: who waits in line keeps their place, and nobody is decided until it goes on. */
export function pauseOrResumeSale({ state }: World, { type }: PauseOrResumeSale): Decision {
  const closed = closedDoor(state);
  if (closed !== null && closed.reason !== "SaleNotStarted") return refuse(closed.reason, closed.facts);
  if (type === "PauseSale") return state.isPaused ? refuse("AlreadyPaused") : [{ type: "SalePaused" }];
  return state.isPaused ? [{ type: "SaleResumed" }] : refuse("NotPaused");
}

/** Takes seats off sale or puts them back, all or none. Seats that somebody has cannot be blocked. */
export function blockOrReleaseSeats({ state }: World, { type, seats }: BlockOrReleaseSeats): Decision {
  const { seatMap } = state;
  if (seatMap === null) return refuse("NotSeated");
  if (state.status === "cancelled") return refuse("EventCancelled");
  const unknown = unknownAmong(seatMap, seats);
  if (unknown.length > 0) return refuse("SeatUnknown", { seats: unknown });
  const needed = type === "BlockSeats" ? SEAT.free : SEAT.blocked;
  const others = seats.filter((seat) => seatMap.status[seat] !== needed);
  if (others.length > 0) return refuse("SeatsTaken", { seats: others });
  return [{ type: type === "BlockSeats" ? "SeatsBlocked" : "SeatsReleased", seats }];
}

export function addPromoCode({ state }: World, { code }: AddPromoCode): Decision {
  if (state.status === "cancelled") return refuse("EventCancelled");
  if (state.promoCodes.has(code.code)) return refuse("PromoCodeExists", { code: code.code });
  const unknown = code.tiers?.find((name) => !state.tiers.some((tier) => tier.name === name));
  if (unknown !== undefined) return refuse("TierNotFound", { tier: unknown, tiers: offerOf(state.tiers) });
  return [{ type: "PromoCodeAdded", code }];
}
