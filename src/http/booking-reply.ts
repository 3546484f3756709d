import type { BookingView } from "../domain/views.ts";
import { bookingReply, presentBooking } from "./presenters/booking.ts";
import type { Reads } from "./reads.ts";

export type BookingContext = Pick<Reads, "seating" | "eventCard">;

/** The `data` of a reply about one booking, with what its event knows of it: places of seats, whether money is due. */
export async function showBooking(
  reads: BookingContext,
  booking: BookingView,
): Promise<Record<string, unknown>> {
  const [seating, event] = await Promise.all([
    booking.seats === null ? null : reads.seating(booking.eventId),
    booking.status === "pending" ? reads.eventCard(booking.eventId) : null,
  ]);
  return bookingReply(booking, { seating, requiresPayment: event?.requiresPayment ?? false });
}

/** The rows of a list of bookings. */
export function showBookings(
  reads: BookingContext,
  bookings: readonly BookingView[],
): Promise<Record<string, unknown>[]> {
  return Promise.all(
    bookings.map(async (booking) =>
      presentBooking(booking, booking.seats === null ? null : await reads.seating(booking.eventId)),
    ),
  );
}
