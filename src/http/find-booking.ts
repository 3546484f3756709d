import { isReference, isUuid } from "../domain/ids.ts";
import type { BookingView } from "../domain/views.ts";
import type { Principal } from "../identity/principal.ts";
import { ApiError } from "./errors.ts";
import type { Reads } from "./reads.ts";
import { malformed } from "./validate.ts";

/**
 * The booking that an id or a reference names. Another person's is answered like one that never was.
 * @throws ApiError VALIDATION_ERROR where it is neither, BOOKING_NOT_FOUND.
 */
export async function findBooking(
  reads: Pick<Reads, "booking" | "bookingsByReference">,
  principal: Principal,
  idOrReference: string,
): Promise<BookingView> {
  const booking = isReference(idOrReference)
    ? (await reads.bookingsByReference(idOrReference)).find((found) => mayRead(principal, found))
    : await reads.booking(idOf(idOrReference));
  if (booking == null || !mayRead(principal, booking)) {
    throw new ApiError("BOOKING_NOT_FOUND", "Booking not found");
  }
  return booking;
}

function mayRead({ userId, role }: Principal, booking: BookingView): boolean {
  return booking.userId === userId || role === "admin";
}

function idOf(given: string): string {
  const id = given.toLowerCase();
  if (!isUuid(id)) throw malformed("id", "must be a UUID or a booking reference");
  return id;
}
