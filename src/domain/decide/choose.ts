import { anySeats } from "../any-seats.ts";
import { bestAvailable } from "../best-available.ts";
import type { TicketWish } from "../command.ts";
import type { UserId } from "../ids.ts";
import type { Tickets } from "../outcome.ts";
import type { Refusal } from "../refusal.ts";
import { SEAT, type SeatMap, withFree } from "../seat-map.ts";
import { seatPlace, sectionsNamed } from "../seating.ts";
import { availableIn, availableSeats, type EventState, type Tier } from "../state.ts";
import { refusal, tierNotFound, tierPosition } from "./door.ts";
import { isKeptForHead, isPromised, stockRefusal } from "./stock.ts";

/** Which tickets fulfil a wish. */
export interface Choice {
  readonly tier: number;
  /** Only where the tier is seated. */
  readonly seats?: readonly number[];
}

/** Who wishes, and the tickets that they would give back for it. */
export interface Wisher {
  readonly userId: UserId;
  readonly own?: Pick<Tickets, "tier" | "quantity" | "seats">;
}

/** The tier that a wish means, whether or not anything is left of it. */
export function chooseTier(state: EventState, wish: TicketWish): number | Refusal {
  if (wish.seats !== undefined) return tierOfSeats(state, wish.seats, wish);
  if (wish.section === undefined || wish.tier !== undefined) {
    const position = tierPosition(state.tiers, wish.tier);
    return position < 0 ? tierNotFound(state.tiers, wish) : position;
  }
  if (state.seatMap === null) return refusal("NotSeated");
  const sections = sectionsNamed(state.seatMap.seating, wish.section);
  const open = sections.filter(({ tier }) => state.tiers[tier]?.isRestricted === false);
  const [first, ...others] = open.length > 0 ? open : sections;
  if (first === undefined) return refusal("SectionNotFound");
  const price = (tier: number) => (state.tiers[tier] as Tier).priceMinor;
  return others.reduce((best, { tier }) => (price(tier) < price(best) ? tier : best), first.tier);
}

/** Those that are no seats of the event, or named a second time. */
export function unknownAmong({ seating }: SeatMap, seats: readonly number[]): number[] {
  const named = new Set<number>();
  return seats.filter((seat) => {
    const isKnown = Number.isInteger(seat) && seat >= 0 && seat < seating.count && !named.has(seat);
    named.add(seat);
    return !isKnown;
  });
}

function tierOfSeats(
  { seatMap, tiers }: EventState,
  seats: readonly number[],
  { tier: name }: Pick<TicketWish, "tier">,
): number | Refusal {
  if (seatMap === null) return refusal("NotSeated");
  const unknown = unknownAmong(seatMap, seats);
  if (unknown.length > 0) return refusal("SeatUnknown", { seats: unknown });
  const positions = new Set(seats.map((seat) => seatPlace(seatMap.seating, seat).tier));
  const [tier] = positions;
  if (tier === undefined || positions.size > 1) return refusal("SeatsOfSeveralTiers");
  return name === undefined || tiers[tier]?.name === name ? tier : refusal("SeatsOfSeveralTiers");
}

/** Finds tickets of a tier for a wish, or tells why there are none. */
export function chooseTickets(
  state: EventState,
  wish: TicketWish,
  tier: number,
  { userId, own }: Wisher,
): Choice | Refusal {
  const { tiers, seatMap } = state;
  const wanted = tiers[tier] as Tier;
  const given = own?.tier === tier ? own.quantity : 0;
  // Who gives back as many tickets of the tier takes nothing from anybody.
  const isKept = given === 0 && (isKeptForHead(state, tier, userId) || isPromised(state, tier, userId));
  const available = isKept ? 0 : availableIn(wanted) + given;
  if (wish.seats !== undefined && seatMap !== null) {
    const free = available === 0 ? [] : wish.seats.filter((seat) => isFree(seatMap, seat, own));
    if (free.length === wish.seats.length) return { tier, seats: wish.seats };
    const facts = { availableSeats: available, requestedQuantity: wish.quantity };
    if (availableSeats(state) === 0) return refusal("SoldOut", facts);
    return refusal("SeatsTaken", { ...facts, seats: wish.seats.filter((seat) => !free.includes(seat)) });
  }
  const refused = stockRefusal(state, wish, wanted, available);
  if (refused !== null) return refused;
  if (!wanted.isSeated || seatMap === null) {
    return wish.section === undefined && wish.adjacent !== true ? { tier } : refusal("NotSeated");
  }
  const map = own?.seats === undefined || given === 0 ? seatMap : withFree(seatMap, own.seats);
  return chooseSeats(map, wish, tier, available);
}

function isFree({ status }: SeatMap, seat: number, own: Wisher["own"]): boolean {
  return status[seat] === SEAT.free || own?.seats?.includes(seat) === true;
}

function chooseSeats(map: SeatMap, wish: TicketWish, tier: number, available: number): Choice | Refusal {
  const { quantity, section, adjacent } = wish;
  const filter = { quantity, tier, ...(section === undefined ? {} : { section }) };
  if (section !== undefined && !sectionsNamed(map.seating, section).some((one) => one.tier === tier)) {
    return refusal("SectionNotFound");
  }
  const seats = adjacent ? bestAvailable(map, filter) : anySeats(map, filter);
  if (seats !== null) return { tier, seats };
  const facts = { availableSeats: available, requestedQuantity: quantity };
  return adjacent && anySeats(map, filter) !== null
    ? refusal("NoAdjacentSeats", facts)
    : refusal("SeatsExceedAvailable", facts);
}
