import type { BookTickets } from "../command.ts";
import type { Decision } from "../outcome.ts";
import type { Refusal, RefusalFacts, RefusalReason } from "../refusal.ts";
import { availableIn, availableSeats, type EventState, type Tier, type World } from "../state.ts";

/** Books seats of one tier, or tells why not, in order of precedence. */
export function bookTickets(world: World, command: BookTickets): Decision {
  const { state } = world;
  if (state.withdrawn.has(command.id)) return rejected(command, { reason: "Withdrawn", facts: {} });
  const position = tierPosition(state.tiers, command.tier);
  const refusal =
    refusedAtDoor(state, command, position) ??
    limitRefusal(world, command) ??
    stockRefusal(state, command, position);
  if (refusal !== null) return rejected(command, refusal);
  const tier = state.tiers[position] as Tier;
  return [
    {
      type: "BookingConfirmed",
      bookingId: command.id,
      userId: command.userId,
      tier: position,
      quantity: command.quantity,
      unitPriceMinor: tier.priceMinor,
    },
  ];
}

/** What stock looks like to someone who has not been let in: enough to refuse, never enough to book. */
export type StockView = Pick<EventState, "status" | "saleStatus" | "tiers">;

/**
 * Whether a booking could be refused before it is put in line: only where the stock cannot suffice. The
 * caller makes sure that nothing which returns stock waits in the urgent lane.
 */
export function refuseBeforeQueueing(
  stock: StockView,
  command: Omit<BookTickets, "type" | "id">,
): Refusal | null {
  if (stock.status !== "active" || stock.saleStatus !== "open") return null;
  const position = tierPosition(stock.tiers, command.tier);
  return position < 0 ? null : stockRefusal(stock, command, position);
}

type Request = Omit<BookTickets, "type" | "id">;

/** The position of the tier asked for; the cheapest one where none was; -1 where it does not exist. */
function tierPosition(tiers: readonly Tier[], name: string | undefined): number {
  if (name !== undefined) return tiers.findIndex((tier) => tier.name === name);
  return tiers.reduce(
    (best, tier, at) => (tier.priceMinor < (tiers[best] as Tier).priceMinor ? at : best),
    0,
  );
}

function refusedAtDoor(state: EventState, command: Request, position: number): Refusal | null {
  if (state.status === "cancelled") return refusal("EventCancelled");
  if (state.status === "completed") return refusal("EventOver");
  if (state.saleStatus === "scheduled") return refusal("SaleNotStarted");
  if (state.saleStatus === "closed") return refusal("SaleClosed");
  if (position < 0) return refusal("TierNotFound", { tier: command.tier ?? "", tiers: offerOf(state.tiers) });
  return null;
}

function limitRefusal({ state, tickets }: World, command: Request): Refusal | null {
  if (command.quantity > state.ticketsPerBookingMax) {
    return refusal("QuantityAboveBookingLimit", {
      limit: state.ticketsPerBookingMax,
      requestedQuantity: command.quantity,
    });
  }
  if (state.ticketsPerUserMax === null) return null;
  const owned = tickets.get(command.userId) ?? 0;
  if (owned + command.quantity <= state.ticketsPerUserMax) return null;
  return refusal("UserLimitExceeded", {
    limit: state.ticketsPerUserMax,
    owned,
    requestedQuantity: command.quantity,
  });
}

function stockRefusal(state: Pick<EventState, "tiers">, command: Request, position: number): Refusal | null {
  const tier = state.tiers[position] as Tier;
  const totalMinor = tier.priceMinor * command.quantity;
  if (command.expectedTotalMinor !== undefined && command.expectedTotalMinor !== totalMinor) {
    return refusal("PriceChanged", { totalMinor });
  }
  const available = availableIn(tier);
  if (command.quantity <= available) return null;
  const left = availableSeats(state);
  const facts = { availableSeats: available, requestedQuantity: command.quantity };
  if (left === 0) return refusal("SoldOut", facts);
  return refusal("SeatsExceedAvailable", { ...facts, tier: tier.name, tiers: offerOf(state.tiers) });
}

/** The tiers with what is left of each, for a buyer to choose another. */
function offerOf(tiers: readonly Tier[]): NonNullable<RefusalFacts["tiers"]> {
  return tiers.map((tier) => ({
    tier: tier.name,
    available: availableIn(tier),
    priceMinor: tier.priceMinor,
  }));
}

function refusal(reason: RefusalReason, facts: RefusalFacts = {}): Refusal {
  return { reason, facts };
}

function rejected(command: BookTickets, { reason, facts }: Refusal): Decision {
  const { id, userId, quantity } = command;
  return [{ type: "BookingRejected", bookingId: id, userId, quantity, reason, facts }];
}
