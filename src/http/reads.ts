import type { CommandId, EventId } from "../domain/ids.ts";
import type { Popularity } from "../domain/popularity.ts";
import type { PromoCode } from "../domain/promo-code.ts";
import type { SaleFigures } from "../domain/sale-figures.ts";
import type { Seating } from "../domain/seating.ts";
import type {
  BookingView,
  EventFilter,
  EventView,
  LedgerPage,
  NotificationView,
  PaymentView,
  TakenSeats,
  TierCheckIns,
  WaitlistEntryView,
  WaitlistStatsView,
} from "../domain/views.ts";
import type { Priority } from "../domain/waitlist.ts";
import type { PriceChange } from "../pricing/history.ts";

/** What the API reads. Implemented by the store; none of it is asked by a booking decision. */
export interface Reads {
  /** As it is now. */
  event(eventId: string): Promise<EventView | null>;
  /** The same for a page of it: read together with others that are asked for at the same time. */
  eventOfPage(eventId: string): Promise<EventView | null>;
  /** As it was at most a second ago, for what hardly ever changes: number, currency, names. */
  eventCard(eventId: string): Promise<EventView | null>;
  eventByNumber(number: number): Promise<EventView | null>;
  events(filter: EventFilter): Promise<{ readonly events: readonly EventView[]; readonly total: number }>;
  /** Events to come, the most popular first; the order is at most two seconds old. */
  popularEvents(page: { readonly limit: number; readonly offset: number }): Promise<{
    readonly events: readonly (Popularity & { readonly event: EventView })[];
    readonly total: number;
  }>;
  /**
   * A booking in any status; null for one that never was, and after the same look-ups, so that time tells nothing,
   * for one that `sees` says no to.
   */
  booking(id: string, sees?: (booking: BookingView) => Promise<boolean>): Promise<BookingView | null>;
  bookingsByReference(reference: string): Promise<readonly BookingView[]>;
  bookingsOfUser(page: {
    readonly userId: string;
    readonly status: "pending" | "confirmed" | "cancelled" | "expired" | null;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly bookings: readonly BookingView[]; readonly total: number }>;
  /** Bookings of an event, newest first. */
  bookingsOfEvent(page: {
    readonly eventId: string;
    readonly status: "pending" | "confirmed" | "cancelled" | "expired" | null;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly bookings: readonly BookingView[]; readonly total: number }>;
  /** The price that a booking was made at; null where it is not on record, or where it never became a booking. */
  priceOfBooking(booking: BookingView): Promise<PriceChange | null>;
  /** The seats of an event, which never change; null where it has none. Remembered. */
  seating(eventId: string): Promise<Seating | null>;
  takenSeats(eventId: string): Promise<TakenSeats>;
  /** Codes of an event, oldest first. */
  promoCodes(page: {
    readonly eventId: string;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly codes: readonly PromoCode[]; readonly total: number }>;
  /** The latest entry of a person in an event's waitlist; null where there never was one. */
  waitlistEntry(eventId: string, userId: string): Promise<WaitlistEntryView | null>;
  /** Entries of a person that wait or have an offer, oldest first; where an id is given, that one only. */
  waitlistEntriesOf(page: {
    readonly userId: string;
    readonly id?: string;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly entries: readonly WaitlistEntryView[]; readonly total: number }>;
  waitlistStats(eventId: string): Promise<WaitlistStatsView>;
  payment(paymentId: string): Promise<PaymentView | null>;
  /** The latest payment of a booking. */
  paymentOfBooking(eventId: string, bookingId: string): Promise<PaymentView | null>;
  /** What an Idempotency-Key was last used for, within a day; null where it was not. */
  keyUse(digest: Buffer): Promise<{
    readonly fingerprint: Buffer;
    readonly eventId: EventId;
    readonly commandId: CommandId;
  } | null>;
  /** An active person's priority in waitlists; null where there is no such person. */
  priorityOf(userId: string): Promise<Priority | null>;
  /** What a person is called, active or not; null where there is no such person. */
  nameOf(userId: string): Promise<string | null>;
  /** By tier of an event, how many tickets are sold and how many of them were let in. */
  checkInsOf(eventId: string): Promise<readonly TierCheckIns[]>;
  /** The active person with this e-mail address. */
  userIdByEmail(email: string): Promise<string | null>;
  /** A person's notifications, newest first; `unread` of all of them. */
  notificationsOfUser(page: {
    readonly userId: string;
    readonly unreadOnly?: boolean;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{
    readonly notifications: readonly NotificationView[];
    readonly total: number;
    readonly unread: number;
  }>;
  /** Entries of an event's ledger behind a number, in order. */
  ledgerPage(page: {
    readonly eventId: string;
    readonly after: number;
    readonly limit: number;
  }): Promise<LedgerPage | null>;
  /** What an event's ledger has come to by now. Reads much of a long ledger. */
  saleFigures(eventId: string): Promise<SaleFigures | null>;
}
