import type { BookingId, CommandId, EventId, UserId } from "./ids.ts";

/** A tier as its organiser states it. */
export interface TierDraft {
  readonly name: string;
  readonly priceMinor: number;
  readonly capacity: number;
}

/** Everything an event is made of when it is created. Times are Unix milliseconds. */
export interface EventDraft {
  readonly eventId: EventId;
  readonly number: number;
  readonly name: string;
  readonly description: string | null;
  readonly venue: string;
  readonly category: string | null;
  readonly startsAt: number;
  readonly endsAt: number | null;
  readonly saleStartsAt: number | null;
  readonly saleEndsAt: number | null;
  readonly currency: string;
  readonly ticketsPerBookingMax: number;
  readonly ticketsPerUserMax: number | null;
  readonly tiers: readonly TierDraft[];
  readonly createdBy: UserId;
}

/** What of an event can be changed; what is absent stays. */
export interface EventChanges {
  readonly name?: string;
  readonly description?: string | null;
  readonly venue?: string;
  readonly category?: string | null;
  readonly startsAt?: number;
  readonly endsAt?: number | null;
  readonly saleStartsAt?: number | null;
  readonly saleEndsAt?: number | null;
  readonly ticketsPerBookingMax?: number;
  readonly ticketsPerUserMax?: number | null;
  /** For an event with one tier. */
  readonly priceMinor?: number;
  /** For an event with one tier. */
  readonly capacity?: number;
  /** By name; a new name is a new tier and needs price and capacity. */
  readonly tiers?: readonly {
    readonly name: string;
    readonly priceMinor?: number;
    readonly capacity?: number;
  }[];
}

export interface CreateEvent {
  readonly type: "CreateEvent";
  readonly id: CommandId;
  readonly draft: EventDraft;
}

export interface BookTickets {
  readonly type: "BookTickets";
  /** Also the id of the booking. */
  readonly id: BookingId;
  readonly userId: UserId;
  readonly quantity: number;
  /** Absent: the cheapest tier, never a dearer one. */
  readonly tier?: string;
  /** The total that the buyer was shown; another one refuses the booking. */
  readonly expectedTotalMinor?: number;
}

export interface CancelBooking {
  readonly type: "CancelBooking";
  readonly id: CommandId;
  readonly bookingId: BookingId;
  readonly userId: UserId;
  readonly by: "customer" | "organizer" | "event";
}

export interface ChangeEvent {
  readonly type: "ChangeEvent";
  readonly id: CommandId;
  readonly changes: EventChanges;
  /** The version the organiser last saw (`If-Match`). */
  readonly expectedVersion?: number;
}

export interface CancelEvent {
  readonly type: "CancelEvent";
  readonly id: CommandId;
}

/** The clock's own commands: each states one thing whose time has come. */
export interface TimerCommand {
  readonly type: "OpenSale" | "CloseSale" | "CompleteEvent";
  readonly id: CommandId;
}

export type Command = BookTickets | CancelBooking | ChangeEvent | CancelEvent | TimerCommand;

/** New bookings wait behind everything else, so that a backlog of buyers never delays a cancellation. */
export type Lane = "urgent" | "bookings";

export function laneOf(command: { readonly type: Command["type"] }): Lane {
  return command.type === "BookTickets" ? "bookings" : "urgent";
}
