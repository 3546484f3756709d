import { LRUCache } from "lru-cache";
import type { EventId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { EventView } from "../domain/views.ts";
import type { Log } from "../ops/log.ts";
import type { EventReader } from "./event-reader.ts";
import {
  type BookingOutcome,
  type EventCard,
  type Presenters,
  personOf,
  presentBookingPush,
} from "./present.ts";
import { type ObservePush, type PushNamespace, userRoom } from "./pushes.ts";

const CARDS_MAX = 10_000;
const WAITING_MAX = 10_000;

interface Waiting {
  readonly entry: LedgerEntry;
  readonly outcome: BookingOutcome;
}

interface BookingPushesOptions {
  readonly namespace: PushNamespace;
  readonly reader: EventReader;
  readonly presenters: Presenters;
  readonly log: Log;
  readonly observePush: ObservePush;
}

/**
 * Tells people what became of their bookings. Amounts need the event's currency and names its tiers, which are read
 * once; what comes meanwhile waits behind, so that one event's pushes keep their order.
 */
export class BookingPushes {
  readonly #options: BookingPushesOptions;
  readonly #cards = new LRUCache<EventId, EventCard>({ max: CARDS_MAX });
  readonly #waiting = new Map<EventId, Waiting[]>();
  #waitingCount = 0;

  constructor(options: BookingPushesOptions) {
    this.#options = options;
  }

  /** Pushes the outcome if its person has a socket here. */
  hear(entry: LedgerEntry, outcome: BookingOutcome): void {
    if (!this.#options.namespace.adapter.rooms.has(userRoom(personOf(outcome)))) return;
    const waiting = this.#waiting.get(entry.eventId);
    const card = this.#cards.get(entry.eventId);
    if (waiting !== undefined) this.#wait(waiting, { entry, outcome });
    else if (card !== undefined && knowsTier(card, outcome)) this.#push({ entry, outcome }, card);
    else this.#readCard(entry.eventId, { entry, outcome });
  }

  #readCard(eventId: EventId, first: Waiting): void {
    const waiting: Waiting[] = [];
    this.#waiting.set(eventId, waiting);
    this.#wait(waiting, first);
    this.#options.reader
      .read(eventId)
      .then((event) => this.#pushWaiting(eventId, event))
      .catch((error: unknown) => {
        const { length: pushes } = this.#takeWaiting(eventId);
        this.#options.log.warn({ error: String(error), pushes }, "pushes were lost: an event cannot be read");
      });
  }

  #wait(waiting: Waiting[], what: Waiting): void {
    if (this.#waitingCount >= WAITING_MAX) return;
    this.#waitingCount += 1;
    waiting.push(what);
  }

  #takeWaiting(eventId: EventId): readonly Waiting[] {
    const waiting = this.#waiting.get(eventId) ?? [];
    this.#waiting.delete(eventId);
    this.#waitingCount -= waiting.length;
    return waiting;
  }

  #pushWaiting(eventId: EventId, event: EventView | null): void {
    const waiting = this.#takeWaiting(eventId);
    if (event === null) return;
    const card = { currency: event.currency, tiers: event.tiers.map(({ name }) => name) };
    this.#cards.set(eventId, card);
    for (const what of waiting) this.#push(what, card);
  }

  #push({ entry, outcome }: Waiting, card: EventCard): void {
    const { namespace, presenters, observePush } = this.#options;
    const room = userRoom(personOf(outcome));
    const { name, data } = presentBookingPush(entry, outcome, card, presenters);
    // Every process hears of every outcome, so each tells its own sockets alone.
    namespace.local.to(room).emit(name, data);
    observePush(name, namespace.adapter.rooms.get(room)?.size ?? 0, entry);
  }
}

function knowsTier(card: EventCard, outcome: BookingOutcome): boolean {
  return !("tier" in outcome) || outcome.tier < card.tiers.length;
}
