import type { ExchangeTickets, TransferBooking } from "../command.ts";
import type { Decision } from "../outcome.ts";
import { versionOf } from "../price-note.ts";
import { refundOf } from "../refund-policy.ts";
import type { Refusal } from "../refusal.ts";
import type { Booking, Tier, World } from "../state.ts";
import { refundOwed } from "./cancel-booking.ts";
import { factsOfUse, usedOf } from "./check-in.ts";
import { chooseTickets, chooseTier } from "./choose.ts";
import { personLimitRefusal } from "./door.ts";
import { refuse } from "./refuse.ts";
import { passedOver } from "./stock.ts";

/** Hands a booking to somebody else, tickets and all; also where nothing is left to buy. */
export function transferBooking(world: World, command: TransferBooking): Decision {
  const booking = ownConfirmed(world, command);
  if ("reason" in booking) return refuse(booking.reason, booking.facts);
  const { id: bookingId, userId, quantity } = booking;
  const { toUserId } = command;
  if (toUserId === userId) return refuse("SameOwner");
  const refused = personLimitRefusal(world, { userId: toUserId, quantity });
  if (refused !== null) return refuse(refused.reason, refused.facts);
  return [{ type: "BookingTransferred", bookingId, userId, toUserId, quantity }];
}

/**
 * Gives a booking other tickets and frees its own in one step, so its own count as free. What is cheaper is paid back
 * as far as the refund policy says; what is dearer is refused, because nobody would have paid the difference.
 */
export function exchangeTickets(world: World, command: ExchangeTickets, now: number): Decision {
  const { state } = world;
  const booking = ownConfirmed(world, command);
  if ("reason" in booking) return refuse(booking.reason, booking.facts);
  const { id: bookingId, userId, quantity } = booking;
  if (command.seats !== undefined && command.seats.length !== quantity) {
    return refuse("PartNotOfBooking", { quantity });
  }
  const wish = { ...command, quantity };
  const isAnyOfTier = [command.tier, command.seats, command.section].every((named) => named === undefined);
  const tier = isAnyOfTier ? booking.tier : chooseTier(state, wish);
  if (typeof tier !== "number") return refuse(tier.reason, tier.facts);
  const wanted = state.tiers[tier] as Tier;
  if (wanted.isRestricted && tier !== booking.tier) return refuse("TierRestricted", { tier: wanted.name });
  // Within a tier the price stays as it was paid, whatever it has become.
  const unitPriceMinor = tier === booking.tier ? booking.unitPriceMinor : wanted.priceMinor;
  const totalMinor = unitPriceMinor * quantity;
  if (command.expectedTotalMinor !== undefined && command.expectedTotalMinor !== totalMinor) {
    return refuse("PriceChanged", { totalMinor });
  }
  const lessMinor = booking.unitPriceMinor * quantity - totalMinor;
  if (lessMinor < 0) return refuse("ExchangeCostsMore", { totalMinor });
  const own = { tier: booking.tier, quantity, ...seatsOf(booking) };
  const choice = chooseTickets(state, wish, tier, { userId, own });
  if ("reason" in choice) return refuse(choice.reason, choice.facts);
  // By the refund policy: what it keeps of a cancelled ticket is not to be had by way of a cheap one.
  const refundMinor = refundOf(state.refundPolicy, lessMinor, { startsAt: state.startsAt, now });
  return [
    {
      type: "TicketsExchanged",
      bookingId,
      userId,
      quantity,
      ...choice,
      from: { tier: booking.tier, ...seatsOf(booking) },
      ...(tier === booking.tier ? {} : passedOver(state, tier, userId)),
      unitPriceMinor,
      ...versionOf(tier === booking.tier ? booking.priceVersion : wanted.priceVersion),
      refundMinor,
    },
    ...refundOwed(world, booking, { refundId: command.id, refundMinor, reason: "exchanged" }),
  ];
}

function seatsOf({ seats }: Booking): { readonly seats?: readonly number[] } {
  return seats === null ? {} : { seats };
}

function ownConfirmed(
  { state, bookings }: World,
  { bookingId, userId }: TransferBooking | ExchangeTickets,
): Booking | Refusal {
  const booking = bookings.get(bookingId);
  const owner = state.holds.get(bookingId)?.userId ?? booking?.userId;
  if (owner !== userId) return { reason: "BookingNotFound", facts: {} };
  if (booking?.status !== "confirmed") return { reason: "NotConfirmed", facts: {} };
  if (state.status === "cancelled") return { reason: "EventCancelled", facts: {} };
  if (state.status === "completed") return { reason: "EventOver", facts: {} };
  const used = usedOf(booking);
  return used === undefined ? booking : { reason: "TicketUsed", facts: factsOfUse(booking, used) };
}
