import type { Booking, Hold, World } from "../domain/state.ts";
import type { Case } from "./case.ts";
import type { BookingRow } from "./ports.ts";
import type { Told } from "./told.ts";

/** The row that the ledger says there is; null where it says there is none. */
export function expectedRow(
  { world, told }: { readonly world: World; readonly told: Told },
  id: Booking["id"],
): Partial<BookingRow> | null {
  const held = world.state.holds.get(id);
  if (held !== undefined) return { ...commonOf(held), ...heldOf(held) };
  const booking = world.bookings.get(id);
  if (booking === undefined) return null;
  const { status, refundMinor, paymentId, issue, checkIns } = booking;
  return {
    ...commonOf(booking),
    status,
    refundMinor,
    paymentId,
    issue,
    checkIns,
    expiresAt: null,
    entryId: told.offers.get(id) ?? null,
    replaces: told.replaces.get(id) ?? null,
  };
}

function commonOf({
  id,
  userId,
  tier,
  quantity,
  seats,
  unitPriceMinor,
  priceVersion,
  promoCode,
}: Hold | Booking) {
  return { id, userId, tier, quantity, seats, unitPriceMinor, priceVersion, promoCode };
}

function heldOf({ entryId, expiresAt, heldUntil, payment }: Hold) {
  const unused = { refundMinor: 0, issue: 1, checkIns: [], replaces: null };
  return { ...unused, status: "pending", entryId, expiresAt, heldUntil, paymentId: payment?.id ?? null };
}

/** How the refunds of bookings stand together, by booking. */
export function refundStatesOf({ told }: Case): Map<string, string> {
  const states = new Map<string, string>();
  const rank = ["refunded", "failed", "processing"];
  for (const { bookingId, state } of told.refunds.values()) {
    const own = state === "owed" ? "processing" : state;
    const worst = states.get(bookingId) ?? "refunded";
    states.set(bookingId, rank.indexOf(own) > rank.indexOf(worst) ? own : worst);
  }
  return states;
}
