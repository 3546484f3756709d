import type { CancelBooking } from "../command.ts";
import type { Decision } from "../outcome.ts";
import type { World } from "../state.ts";
import { refuse } from "./refuse.ts";

/**
 * Cancels a confirmed booking: its seats are on sale again with this very decision. A cancellation that
 * comes before its own booking was decided leaves a mark which that request will find.
 */
export function cancelBooking(world: World, command: CancelBooking): Decision {
  const { bookingId } = command;
  const booking = world.bookings.get(bookingId);
  if (booking === undefined) {
    if (world.rejected.has(bookingId)) return refuse("BookingRejected");
    if (world.state.withdrawn.has(bookingId))
      return refuse("AlreadyCancelled", { refundMinor: 0, quantity: 0 });
    return [{ type: "BookingWithdrawn", bookingId, userId: command.userId }];
  }
  if (booking.userId !== command.userId) return refuse("BookingNotFound");
  if (booking.status === "cancelled") {
    return refuse("AlreadyCancelled", { refundMinor: booking.refundMinor, quantity: booking.quantity });
  }
  return [
    {
      type: "BookingCancelled",
      bookingId,
      userId: booking.userId,
      tier: booking.tier,
      quantity: booking.quantity,
      refundMinor: booking.quantity * booking.unitPriceMinor,
      by: command.by,
    },
  ];
}
