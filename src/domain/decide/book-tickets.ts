import type { BookTickets } from "../command.ts";
import type { EntryId } from "../ids.ts";
import type { Decision, NewBooking, Outcome } from "../outcome.ts";
import { versionOf } from "../price-note.ts";
import type { Refusal, RefusalReason } from "../refusal.ts";
import { availableSeats, type EventState, type Tier, type World } from "../state.ts";
import { type Choice, chooseTickets, chooseTier } from "./choose.ts";
import { closedDoor, limitRefusal, refusal, tierPosition } from "./door.ts";
import { priceOf, priceRefusal } from "./price.ts";
import { passedOver, stockRefusal } from "./stock.ts";
import { findTickets, joined } from "./waitlist.ts";

/** Books tickets: at once, or held until they are paid. Tells why not in order of precedence. */
export function bookTickets(world: World, command: BookTickets, now: number): Decision {
  const { state } = world;
  if (state.withdrawn.has(command.id)) return rejected(command, refusal("Withdrawn"));
  const priced = priceAtDoor(world, command, now);
  if (isRefusal(priced)) return rejected(command, priced);
  const { tier, unitPriceMinor } = priced;
  const choice = chooseTickets(state, command, tier, command);
  if (isRefusal(choice)) return waitOrReject(world, command, tier, choice);
  return [booked(state, command, choice, unitPriceMinor, now)];
}

/** What stock looks like to someone who has not been let in: enough to refuse, never enough to book. */
export type StockView = Pick<EventState, "status" | "saleStatus" | "tiers" | "isPaused">;

/**
 * Whether a booking could be refused before it is put in line: only where the stock cannot suffice, or while the sale
 * is paused. The caller makes sure that nothing which returns stock waits in the urgent lane.
 */
export function refuseBeforeQueueing(
  stock: StockView,
  command: Omit<BookTickets, "type" | "id">,
): Refusal | null {
  if (stock.status !== "active" || stock.saleStatus !== "open") return null;
  if (stock.isPaused) return refusal("SalePaused");
  if (command.waitlistIfFull !== undefined || command.promoCode !== undefined) return null;
  // Which tier seats belong to is known only inside; what the whole event lacks is not there either.
  if (command.seats !== undefined || command.section !== undefined) {
    return availableSeats(stock) === 0
      ? refusal("SoldOut", { availableSeats: 0, requestedQuantity: command.quantity })
      : null;
  }
  const position = tierPosition(stock.tiers, command.tier);
  return position < 0 ? null : stockRefusal(stock, command, stock.tiers[position] as Tier);
}

/** The tier and price of a wish that is welcome as far as stock is not concerned. */
function priceAtDoor(
  world: World,
  command: BookTickets,
  now: number,
): { readonly tier: number; readonly unitPriceMinor: number } | Refusal {
  const { state } = world;
  const closed = closedDoor(state);
  if (closed !== null) return closed;
  const tier = chooseTier(state, command);
  if (isRefusal(tier)) return tier;
  const wanted = state.tiers[tier] as Tier;
  const unitPriceMinor = priceOf(state, wanted, command, now);
  if (isRefusal(unitPriceMinor)) return unitPriceMinor;
  const refused =
    limitRefusal(world, command) ??
    priceRefusal(state, wanted, unitPriceMinor, command) ??
    holdRefusal(state, command, unitPriceMinor);
  return refused ?? { tier, unitPriceMinor };
}

/** Whoever holds much and pays for nothing gets no more. */
function holdRefusal(state: EventState, { userId }: BookTickets, unitPriceMinor: number): Refusal | null {
  if (!state.requiresPayment || unitPriceMinor === 0) return null;
  const owned = state.holdsByUser.get(userId) ?? 0;
  const limit = state.holdsPerUserMax;
  return owned < limit ? null : refusal("HoldLimitExceeded", { limit, owned });
}

function booked(
  state: EventState,
  command: BookTickets,
  choice: Choice,
  unitPriceMinor: number,
  now: number,
): Outcome {
  const { id: bookingId, userId, quantity, promoCode } = command;
  const booking: NewBooking = {
    bookingId,
    userId,
    tier: choice.tier,
    quantity,
    ...(choice.seats === undefined ? {} : { seats: choice.seats }),
    unitPriceMinor,
    ...versionOf((state.tiers[choice.tier] as Tier).priceVersion),
    ...(promoCode === undefined ? {} : { promoCode }),
    ...passedOver(state, choice.tier, userId),
  };
  return state.requiresPayment && unitPriceMinor > 0
    ? { type: "BookingHeld", ...booking, expiresAt: now + state.holdTtlMs }
    : { type: "BookingConfirmed", ...booking };
}

const FULL: ReadonlySet<RefusalReason> = new Set(["SoldOut", "SeatsExceedAvailable"]);

function waitOrReject(world: World, command: BookTickets, tier: number, full: Refusal): Decision {
  const { waitlistIfFull, id, userId, quantity } = command;
  if (waitlistIfFull === undefined || !FULL.has(full.reason)) return rejected(command, full);
  const { state } = world;
  const isFull = (tiers: readonly number[] | null) =>
    findTickets(state, { userId, quantity, tiers }) === null;
  const tiers = command.tier === undefined && command.section === undefined && isFull(null) ? null : [tier];
  // What is there cannot be waited for: other seats of a tier whose section is full, or a tier that only a code opens.
  if (!isFull(tiers) || state.tiers[tier]?.isRestricted) return rejected(command, full);
  const entry = { id: id as unknown as EntryId, userId, quantity, tiers, ...waitlistIfFull };
  const outcome = joined(world, entry);
  return isRefusal(outcome) ? rejected(command, outcome) : [outcome];
}

function isRefusal(value: object | number): value is Refusal {
  return typeof value === "object" && "reason" in value;
}

function rejected(command: BookTickets, { reason, facts }: Refusal): Decision {
  const { id, userId, quantity } = command;
  return [{ type: "BookingRejected", bookingId: id, userId, quantity, reason, facts }];
}
