import type { BookingView, EventFilter, EventView, NotificationView } from "../domain/views.ts";

/** What the API reads. Implemented by the store; none of it is asked by a booking decision. */
export interface Reads {
  /** As it is now. */
  event(eventId: string): Promise<EventView | null>;
  /** As it was at most a second ago, for what hardly ever changes: number, currency, names. */
  eventCard(eventId: string): Promise<EventView | null>;
  events(filter: EventFilter): Promise<{ readonly events: readonly EventView[]; readonly total: number }>;
  /** A booking in any status; null for one that never was. */
  booking(id: string): Promise<BookingView | null>;
  bookingsByReference(reference: string): Promise<readonly BookingView[]>;
  bookingsOfUser(page: {
    readonly userId: string;
    readonly status: "pending" | "confirmed" | "cancelled" | null;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly bookings: readonly BookingView[]; readonly total: number }>;
  notificationsOfUser(page: {
    readonly userId: string;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly notifications: readonly NotificationView[]; readonly total: number }>;
}
