import { isReference, isUuid } from "../domain/ids.ts";
import type { BookingView } from "../domain/views.ts";
import type { Principal } from "../identity/principal.ts";
import { ApiError } from "./errors.ts";
import type { Reads } from "./reads.ts";
import { malformed } from "./validate.ts";

export type BookingFinder = Pick<Reads, "booking" | "bookingsByReference" | "eventCard">;

/**
 * The booking that an id or a reference names, for its owner, an admin or the organizer of its event. To everybody
 * else it is one that never was.
 * @throws ApiError VALIDATION_ERROR where it is neither, BOOKING_NOT_FOUND.
 */
export async function findBooking(
  reads: BookingFinder,
  principal: Principal,
  idOrReference: string,
): Promise<BookingView> {
  const sees = (booking: BookingView) => mayRead(reads, principal, booking);
  for (const booking of await bookingsNamed(reads, idOrReference, sees)) {
    if (await sees(booking)) return booking;
  }
  throw bookingNotFound();
}

/** The same for what only its owner may do. @throws ApiError AUTH_UNAUTHORIZED at others who may read it. */
export async function findOwnBooking(
  reads: BookingFinder,
  principal: Principal,
  idOrReference: string,
): Promise<BookingView> {
  const booking = await findBooking(reads, principal, idOrReference);
  if (booking.userId === principal.userId) return booking;
  throw new ApiError("AUTH_UNAUTHORIZED", "Only the owner of the booking can do this");
}

/** Whoever's bookings an id or a reference names; `sees` as in `Reads.booking`. @throws ApiError VALIDATION_ERROR where it is neither. */
export async function bookingsNamed(
  reads: Pick<Reads, "booking" | "bookingsByReference">,
  idOrReference: string,
  sees?: (booking: BookingView) => Promise<boolean>,
): Promise<readonly BookingView[]> {
  if (isReference(idOrReference)) return await reads.bookingsByReference(idOrReference);
  const id = idOrReference.toLowerCase();
  if (!isUuid(id)) throw malformed("id", "must be a UUID or a booking reference");
  const booking = await reads.booking(id, sees);
  return booking === null ? [] : [booking];
}

export function bookingNotFound(): ApiError {
  return new ApiError("BOOKING_NOT_FOUND", "Booking not found");
}

async function mayRead(
  reads: BookingFinder,
  { userId, role }: Principal,
  booking: BookingView,
): Promise<boolean> {
  if (booking.userId === userId || role === "admin") return true;
  return role === "organizer" && (await reads.eventCard(booking.eventId))?.createdBy === userId;
}
