import type { EventId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import { type NewNotification, notificationIdOf } from "../notifications/notifier.ts";
import { wordsOf } from "../notifications/words.ts";
import type { OwedEntry, Sink } from "./relay.ts";
import { dataOf, type EventCard, factsOf, isTold, kindOf, type Told } from "./told.ts";

export interface NotificationSinkPorts {
  /** Of those events that there are. */
  readonly cards: (eventIds: readonly EventId[]) => Promise<ReadonlyMap<EventId, EventCard>>;
  /** Saving the same ones again leaves them as they are. */
  readonly save: (notifications: readonly NewNotification[]) => Promise<void>;
  /** Tells those whose waiting ended with their event; asking for it again changes nothing. */
  readonly tellWaiting: (cancelled: CancelledEvent) => Promise<void>;
}

/** An event that was cancelled, and when: whoever waited stopped waiting at that very moment. */
export interface CancelledEvent {
  readonly eventId: EventId;
  readonly name: string;
  readonly at: number;
}

/** Rows of one statement: some 10 ms. */
const SAVE_MAX = 500;

/** Writes down for each person what was decided about their bookings. Writing the same one twice leaves one. */
export function notificationSink({ cards, save, tellWaiting }: NotificationSinkPorts): Sink {
  return {
    async deliver(entries) {
      const known = await cards([...new Set(entries.map(({ eventId }) => eventId))]);
      const cardOf = (eventId: EventId) => {
        const card = known.get(eventId);
        if (card === undefined) throw new Error(`invariant: event ${eventId} decides and is not there`);
        return card;
      };
      const notifications = entries.flatMap((entry) => notificationsOf(entry, cardOf(entry.eventId)));
      for (let at = 0; at < notifications.length; at += SAVE_MAX) {
        await save(notifications.slice(at, at + SAVE_MAX));
      }
      for (const { eventId, decision, decidedAt } of entries) {
        if (!decision.some(({ type }) => type === "EventCancelled")) continue;
        await tellWaiting({ eventId, name: cardOf(eventId).name, at: decidedAt });
      }
    },
  };
}

function notificationsOf(entry: OwedEntry, card: EventCard): NewNotification[] {
  const seen = new Map<string, number>();
  return entry.decision.filter(isTold).flatMap((outcome) => {
    const type = kindOf(outcome);
    if (type === null) return [];
    const data = dataOf(outcome, card);
    return peopleOf(outcome).map((userId) => ({
      id: idOf(entry, userId, type, seen),
      userId,
      eventId: entry.eventId,
      seq: entry.seq,
      type,
      ...wordsOf(type, factsOf(outcome, userId, card)),
      data,
      createdAt: entry.decidedAt,
      broadcastId: null,
      channels: null,
      trace: entry.trace,
    }));
  });
}

function peopleOf(outcome: Told): readonly string[] {
  return outcome.type === "BookingTransferred" ? [outcome.userId, outcome.toUserId] : [outcome.userId];
}

/** One decision may tell one person several things of one kind: these are counted. */
function idOf(
  { eventId, seq, decidedAt }: LedgerEntry,
  userId: string,
  type: string,
  seen: Map<string, number>,
): string {
  const what = `${userId}${eventId}${seq}${type}`;
  const times = seen.get(what) ?? 0;
  seen.set(what, times + 1);
  return notificationIdOf({
    createdAt: decidedAt,
    counter: seq,
    what: times === 0 ? what : `${what}#${times}`,
  });
}
