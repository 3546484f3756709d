import { fromMinor } from "../../domain/money.ts";
import type { TierFigures } from "../analytics-desk.ts";
import { percentOf, ratioOf, soldMinor } from "./analytics.ts";

/** What was sold of a tier of one event. */
export function presentTierFigures(tier: TierFigures, currency: string) {
  const tickets = tier.tickets - tier.cancelled_tickets + tier.exchanged_tickets;
  return {
    tier: tier.name,
    price: fromMinor(tier.priceMinor, currency),
    capacity: tier.capacity,
    bookings: tier.bookings - tier.cancelled + tier.exchanged,
    tickets,
    revenue: fromMinor(soldMinor(tier), currency),
    utilization: percentOf(ratioOf(tickets, tier.capacity)),
  };
}
