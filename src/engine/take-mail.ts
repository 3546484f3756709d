import type { EventId } from "../domain/ids.ts";
import { reached } from "../ops/points.ts";
import type { ActorTurn, Delivery, LockedActor, TurnTransaction } from "./ports.ts";

/** An actor that this turn holds, with what it took out of the mailbox. */
export interface Served {
  readonly actor: LockedActor;
  readonly delivery: Delivery;
}

/** How many envelopes a turn took out of its mailbox. */
export function takenBy({ decided }: Pick<ActorTurn, "decided">): number {
  return decided.urgent + decided.bookings;
}

/** Whether somebody of a delivery wants tickets. */
export function bringsBookings({ envelopes }: Delivery): boolean {
  return envelopes.some(({ lane }) => lane === "bookings");
}

/** How much of a delivery came by the urgent lane, readable or not. */
export function urgentIn({ envelopes, unreadable }: Delivery): number {
  return [...envelopes, ...unreadable].filter(({ lane }) => lane === "urgent").length;
}

/**
 * Locks actors and takes their mail. Bookings stay in line while their sale is paused, while a waitlist is still to be
 * offered what is free, and where `urgentOnly` says so: where some were taken, the transaction is given up and begun
 * again with no more than the urgent envelopes, which come first in any fetch.
 */
export async function takeMail(
  tx: TurnTransaction,
  eventIds: readonly EventId[],
  options: {
    /** How many envelopes an actor may take, and how many actors share the turn. */
    readonly max: (actor: LockedActor, actors: number) => number;
    readonly urgentOnly: ReadonlySet<EventId>;
    readonly lap: (phase: "lock" | "fetch") => void;
  },
): Promise<Served[]> {
  const { max, urgentOnly, lap } = options;
  const bounds = new Map<EventId, number>();
  for (;;) {
    const actors = await tx.lock(eventIds);
    lap("lock");
    if (actors.length > 0) reached("turn.locked");
    const wanted = actors.map((actor) => ({
      eventId: actor.eventId,
      max: bounds.get(actor.eventId) ?? max(actor, actors.length),
    }));
    const deliveries = actors.length > 0 ? await tx.fetch(wanted) : [];
    lap("fetch");
    if (deliveries.some(({ envelopes }) => envelopes.length > 0)) reached("turn.fetched");
    const served = actors.map((actor, at) => ({ actor, delivery: deliveries[at] as Delivery }));
    const early = served.filter(
      ({ actor, delivery }) =>
        (actor.isPaused || actor.isLineUnserved || urgentOnly.has(actor.eventId)) && bringsBookings(delivery),
    );
    if (early.length === 0) return served;
    for (const { actor, delivery } of early) {
      bounds.set(actor.eventId, urgentIn(delivery));
    }
    await tx.abandon();
  }
}
