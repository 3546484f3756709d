import { fromMinor } from "../../domain/money.ts";
import type { BookingView, EventView, WaitlistEntryView } from "../../domain/views.ts";
import type { SignedIn } from "../../identity/accounts.ts";
import { type PickedNames, picked } from "../picked.ts";
import { presentBooking } from "../presenters/booking.ts";
import { presentEvent } from "../presenters/event.ts";
import { presentSignedIn, presentUser } from "../presenters/user.ts";
import { presentEntry } from "../presenters/waitlist.ts";

const USER: PickedNames = {
  id: "id",
  email: "email",
  firstName: "firstName",
  lastName: "lastName",
  name: "name",
  role: "role",
  createdAt: "created_at",
};

const EVENT: PickedNames = {
  id: "id",
  name: "name",
  description: "description",
  venue: "venue",
  dateTime: "event_date",
  totalCapacity: "total_capacity",
  availableCapacity: "available_seats",
  price: "price",
  currency: "currency",
  category: "category",
  status: "status",
  createdAt: "created_at",
  updatedAt: "updated_at",
};

const BOOKING: PickedNames = {
  id: "id",
  bookingReference: "booking_reference",
  userId: "user_id",
  eventId: "event_id",
  quantity: "quantity",
  totalAmount: "total_amount",
  currency: "currency",
  status: "status",
  refundAmount: "refund_amount",
  expiresAt: "expires_at",
  createdAt: "created_at",
  updatedAt: "updated_at",
};

const ENTRY: PickedNames = {
  id: "id",
  userId: "user_id",
  eventId: "event_id",
  position: "position",
  quantity: "quantity",
  bookingId: "booking_id",
  expiresAt: "expires_at",
  createdAt: "joined_at",
};

/** 002's words, and the canonical ones for what it has no word for. */
const ENTRY_STATUS = {
  waiting: "active",
  offered: "notified",
  converted: "converted",
  lapsed: "lapsed",
  left: "left",
} as const satisfies Record<WaitlistEntryView["status"], string>;

/** Whoever has signed in, with their tokens; `expiresIn` reads like "24h". */
export function signedInOfA(signedIn: SignedIn): Record<string, unknown> {
  const tokens = { token: "token", refreshToken: "refresh_token", expiresIn: "expiresIn" };
  return { ...picked(tokens, presentSignedIn(signedIn)), user: picked(USER, presentUser(signedIn.user)) };
}

export function eventOfA(event: EventView): Record<string, unknown> {
  return { ...picked(EVENT, presentEvent(event, Date.now())), createdBy: event.createdBy };
}

/** A cancelled event, with what its buyers are paid back. */
export function cancelledEventOfA(event: EventView): Record<string, unknown> {
  const { refundsCount: refundsProcessed, refundsMinor, currency } = event;
  return { ...eventOfA(event), refundsProcessed, totalRefundAmount: fromMinor(refundsMinor, currency) };
}

export function bookingOfA(booking: BookingView): Record<string, unknown> {
  return picked(BOOKING, presentBooking(booking, null));
}

export function entryOfA(entry: WaitlistEntryView): Record<string, unknown> {
  return { ...picked(ENTRY, presentEntry(entry)), status: ENTRY_STATUS[entry.status] };
}
