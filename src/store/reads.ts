import type pg from "pg";
import { type BookingId, type CommandId, type EventId, eventNumberOf, timeOf } from "../domain/ids.ts";
import type { BookingView, EventView } from "../domain/views.ts";
import type { Envelope } from "../engine/ports.ts";
import { createEventBatches } from "./event-batches.ts";
import { createEventCards } from "./event-card.ts";
import { orFault } from "./faults.ts";
import { createPopularEvents, type PopularEvents } from "./popular-events.ts";
import { priceOfStored } from "./pricing/price-history.ts";
import {
  bookingsByReference,
  bookingsOfEvent,
  bookingsOfUser,
  decidedBooking,
  isWithdrawn,
  progressOf,
} from "./queries/bookings.ts";
import { checkInsOf } from "./queries/check-ins.ts";
import { eventById, eventByNumber, eventsWithLayout, eventWithLayout, listEvents } from "./queries/events.ts";
import { ledgerPage } from "./queries/ledger-pages.ts";
import { notificationsOfUser } from "./queries/notifications.ts";
import { paymentById, paymentOfBooking } from "./queries/payments.ts";
import { promoCodesOf } from "./queries/promo-codes.ts";
import { saleFigures } from "./queries/sale-figures.ts";
import { takenSeats } from "./queries/seats.ts";
import { nameOf, priorityOf, userIdByEmail } from "./queries/users.ts";
import { waitlistEntriesOf, waitlistEntry, waitlistStats } from "./queries/waitlist.ts";
import { createSeatings } from "./seatings.ts";
import { findKeys } from "./sql/accepts.ts";
import { readSeating } from "./sql/state-parts.ts";

export interface ReadPorts {
  readonly pool: pg.Pool;
  /** For what is read before a booking is accepted; `pool` where there is none apart. */
  readonly bookings?: pg.Pool;
  /** An envelope that still waits in its mailbox. */
  readonly findQueued: (eventId: EventId, commandId: CommandId) => Promise<Envelope | null>;
}

/** What the API reads, on a pool. @throws Fault "StoreUnavailable" where the database cannot be asked. */
export function createReads({ pool, bookings = pool, findQueued }: ReadPorts) {
  return {
    event: (eventId: string) => orFault(() => eventWithLayout(pool, eventId)),
    eventOfPage: createEventBatches((eventIds) => orFault(() => eventsWithLayout(pool, eventIds))),
    eventCard: createEventCards((eventId) => orFault(() => eventById(bookings, eventId))),
    eventByNumber: (number: number) => orFault(() => eventByNumber(pool, number)),
    events: (filter: Parameters<typeof listEvents>[1]) => orFault(() => listEvents(pool, filter)),
    popularEvents: popularEventsOf(pool),
    booking: (id: string, sees = seenByAll) =>
      orFault(() => findBooking({ pool, findQueued }, id as BookingId, sees)),
    priceOfBooking: (booking: BookingView) => orFault(() => priceOfStored(pool, booking)),
    bookingsByReference: (reference: string) => orFault(() => bookingsByReference(pool, reference)),
    bookingsOfUser: (page: Parameters<typeof bookingsOfUser>[1]) => orFault(() => bookingsOfUser(pool, page)),
    bookingsOfEvent: (page: Parameters<typeof bookingsOfEvent>[1]) =>
      orFault(() => bookingsOfEvent(pool, page)),
    seating: createSeatings((eventId) => orFault(() => readSeating(bookings, eventId))),
    takenSeats: (eventId: string) => orFault(() => takenSeats(pool, eventId)),
    promoCodes: (page: Parameters<typeof promoCodesOf>[1]) => orFault(() => promoCodesOf(pool, page)),
    waitlistEntry: (eventId: string, userId: string) => orFault(() => waitlistEntry(pool, eventId, userId)),
    waitlistEntriesOf: (page: Parameters<typeof waitlistEntriesOf>[1]) =>
      orFault(() => waitlistEntriesOf(pool, page)),
    waitlistStats: (eventId: string) => orFault(() => waitlistStats(pool, eventId)),
    payment: (paymentId: string) => orFault(() => paymentById(pool, paymentId)),
    paymentOfBooking: (eventId: string, bookingId: string) =>
      orFault(() => paymentOfBooking(pool, eventId, bookingId)),
    keyUse: (digest: Buffer) => orFault(() => keyUse(pool, digest)),
    priorityOf: (userId: string) => orFault(() => priorityOf(bookings, userId)),
    nameOf: (userId: string) => orFault(() => nameOf(pool, userId)),
    checkInsOf: (eventId: string) => orFault(() => checkInsOf(pool, eventId)),
    ledgerPage: (page: Parameters<typeof ledgerPage>[1]) => orFault(() => ledgerPage(pool, page)),
    saleFigures: (eventId: string) => orFault(() => saleFigures(pool, eventId)),
    userIdByEmail: (email: string) => orFault(() => userIdByEmail(pool, email)),
    notificationsOfUser: (page: Parameters<typeof notificationsOfUser>[1]) =>
      orFault(() => notificationsOfUser(pool, page)),
  };
}

function popularEventsOf(pool: pg.Pool): PopularEvents {
  const popular = createPopularEvents(pool);
  return (page) => orFault(() => popular(page));
}

async function keyUse(pool: pg.Pool, digest: Buffer) {
  const [row] = await findKeys(pool, [digest]);
  if (row === undefined) return null;
  const { fingerprint, eventId, commandId } = row;
  return { fingerprint, eventId, commandId: commandId as CommandId };
}

/**
 * A booking wherever it stands: decided, in line, or withdrawn from the line. It leaves the mailbox with the commit
 * that decides it; so what is in neither place was decided between the two looks, or never was.
 */
async function findBooking(
  { pool, findQueued }: ReadPorts,
  id: BookingId,
  sees: (booking: BookingView) => Promise<boolean>,
): Promise<BookingView | null> {
  const event = await eventByNumber(pool, eventNumberOf(id));
  if (event === null) return null;
  const decided = await decidedBooking(pool, event.eventId, id);
  if (decided !== null && (await sees(decided))) return decided;
  // One that is kept from the asker is looked for further, as if it were not there: to be quicker would tell that it is.
  // The mark before the envelope: where the envelope is still there, the mark cannot have been taken away yet.
  const withdrawn = await isWithdrawn(pool, event.eventId, id);
  const envelope = await findQueued(event.eventId, id);
  const found =
    envelope === null
      ? await decidedBooking(pool, event.eventId, id)
      : await queuedBooking(pool, event, { envelope, withdrawn });
  return found !== null && (await sees(found)) ? found : null;
}

async function seenByAll(_: BookingView): Promise<boolean> {
  return true;
}

async function queuedBooking(
  pool: pg.Pool,
  event: EventView,
  { envelope, withdrawn }: { readonly envelope: Envelope; readonly withdrawn: boolean },
): Promise<BookingView | null> {
  const { command, ordinal, acceptedAt } = envelope;
  if (command.type !== "BookTickets") return null;
  const progress = await progressOf(pool, event.eventId);
  const position = Math.max(1, ordinal - progress.bookingsDecided);
  return {
    id: command.id,
    eventId: event.eventId,
    userId: command.userId,
    status: withdrawn ? "cancelled" : "queued",
    reference: null,
    tier: command.tier ?? null,
    quantity: command.quantity,
    unitPriceMinor: null,
    priceVersion: null,
    totalMinor: null,
    refundMinor: 0,
    refundStatus: null,
    seats: null,
    expiresAt: null,
    promoCode: command.promoCode ?? null,
    waitlistId: null,
    replaces: null,
    issue: 1,
    checkIns: [],
    reason: withdrawn ? "Withdrawn" : null,
    facts: null,
    createdAt: timeOf(command.id),
    updatedAt: acceptedAt,
    currency: event.currency,
    eventNumber: event.number,
    eventName: event.name,
    venue: event.venue,
    startsAt: event.startsAt,
    line: withdrawn ? null : { position, decidedPerSecond: progress.decidedPerSecond },
  };
}
