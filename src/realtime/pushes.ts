import type { DefaultEventsMap, Namespace, Socket } from "socket.io";
import type { EventId } from "../domain/ids.ts";

/** What is pushed about a person's bookings, to that person's room. */
export type BookingPush =
  | "booking_pending"
  | "booking_confirmed"
  | "booking_rejected"
  | "booking_waitlisted"
  | "booking_cancelled"
  | "booking_expired"
  | "waitlist_promoted";
/** What is pushed about an event, to the room of its followers. */
export type EventPush = "event_update" | "availability_update" | "seat_update";
/** What is pushed to one person that is about no booking of theirs, or was sent by somebody. */
export type PersonPush = "notification" | "system_alert";
export type PushName = BookingPush | EventPush | PersonPush;

type PushEvents = { [Name in PushName]: (data: Readonly<Record<string, unknown>>) => void };

export type PushNamespace = Namespace<DefaultEventsMap, PushEvents>;
export type PushSocket = Socket<DefaultEventsMap, PushEvents>;
/** The connection under a socket. */
export type Connection = PushSocket["conn"];

/** The room of all authenticated sockets. */
export const EVERYBODY = "everybody";

const EVENT_PREFIX = "event:";

/** Rooms are named by the server alone; a client never says which room it means. */
export function eventRoom(eventId: EventId): string {
  return `${EVENT_PREFIX}${eventId}`;
}

export function userRoom(userId: string): string {
  return `user:${userId}`;
}

/** How many events a socket follows. */
export function eventsFollowedBy(socket: PushSocket): number {
  let events = 0;
  for (const room of socket.rooms) if (room.startsWith(EVENT_PREFIX)) events += 1;
  return events;
}

/**
 * What a process does when it has pushed something to so many of its sockets.
 * @param about the decision that a push of a booking tells of
 */
export type ObservePush = (
  name: PushName,
  sockets: number,
  about?: { readonly eventId: EventId; readonly seq: number },
) => void;
