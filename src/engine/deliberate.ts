import { apply } from "../domain/apply.ts";
import type { CancelBooking, Command } from "../domain/command.ts";
import { dueTimers, nextDueAt } from "../domain/decide/timers.ts";
import { decide } from "../domain/decide.ts";
import type { BookingId, CommandId, UserId } from "../domain/ids.ts";
import { assertInvariants } from "../domain/invariants.ts";
import type { EventState, World } from "../domain/state.ts";
import type {
  ActorTurn,
  ColdRequest,
  ColdRows,
  DeadLetter,
  Delivery,
  Entry,
  Envelope,
  IdSource,
  LockedActor,
} from "./ports.ts";

const NO_ROWS: ColdRows = { bookings: [], rejected: [], tickets: [] };

/** What must be read before these envelopes can be decided; null where memory suffices. */
export function coldRequestFor(
  state: EventState,
  envelopes: readonly Envelope[],
  confirmedMax: number,
): ColdRequest | null {
  const cancels = envelopes.flatMap(({ command }) =>
    command.type === "CancelBooking" ? [command.bookingId] : [],
  );
  const limited =
    state.ticketsPerUserMax !== null ||
    envelopes.some(
      ({ command }) => command.type === "ChangeEvent" && command.changes.ticketsPerUserMax != null,
    );
  const buyers = limited ? buyersOf(envelopes) : [];
  const sweeping = isCancelling(state);
  if (cancels.length === 0 && buyers.length === 0 && !sweeping) return null;
  return {
    eventId: state.eventId,
    bookingIds: cancels,
    ticketsOf: buyers,
    confirmedMax: sweeping ? confirmedMax : 0,
  };
}

function buyersOf(envelopes: readonly Envelope[]): UserId[] {
  const users = envelopes.flatMap(({ command }) =>
    command.type === "BookTickets" || command.type === "CancelBooking" ? [command.userId] : [],
  );
  return [...new Set(users)];
}

function isCancelling(state: EventState): boolean {
  return state.cancellation !== null && state.cancellation.done < state.cancellation.total;
}

export function worldOf(state: EventState, rows: ColdRows | null): World {
  const { bookings, rejected, tickets } = rows ?? NO_ROWS;
  return {
    state,
    bookings: new Map(bookings.map((booking) => [booking.id, { ...booking }])),
    rejected: new Set<BookingId>(rejected),
    tickets: new Map(tickets.map(({ userId, quantity }) => [userId, quantity])),
  };
}

/**
 * Decides what is due and then every envelope, in order, mutating the world as it goes.
 * @throws Error where an invariant does not hold afterwards: nothing of it may be committed.
 */
export function deliberate(input: {
  readonly actor: LockedActor;
  readonly world: World;
  readonly delivery: Delivery;
  readonly alreadyDecided: ReadonlySet<CommandId>;
  readonly withDue: boolean;
  readonly ids: IdSource;
}): ActorTurn {
  const { actor, world, delivery, alreadyDecided } = input;
  const entries: Entry[] = [];
  const record = (command: Command, acceptedAt: number | null): void => {
    const decision = decide(world, command, actor.now);
    for (const outcome of decision) apply(world, outcome);
    entries.push({ seq: actor.ledgerSeq + entries.length + 1, command, decision, acceptedAt });
  };
  if (input.withDue) for (const command of dueCommands(world, actor.now, input.ids)) record(command, null);
  for (const { command, acceptedAt } of delivery.envelopes) {
    // Delivered again: its outcome stands in the ledger, whoever waits for it reads it there.
    if (!alreadyDecided.has(command.id)) record(command, acceptedAt);
  }
  assertInvariants(world.state);
  return turnOf(actor, world.state, entries, delivery);
}

function turnOf(actor: LockedActor, state: EventState, entries: Entry[], delivery: Delivery): ActorTurn {
  const { envelopes, unreadable } = delivery;
  const urgent = envelopes.filter(({ lane }) => lane === "urgent").length;
  const deadLetters: DeadLetter[] = unreadable.map(({ id, raw, error }) => ({ id, envelope: raw, error }));
  return {
    actor,
    state,
    entries,
    deadLetters,
    settled: [...envelopes.map(({ command }) => command.id), ...unreadable.map(({ id }) => id)],
    decided: { urgent, bookings: envelopes.length - urgent + unreadable.length },
    nextDueAt: nextDueAt(state),
    decidedPerSecond: actor.decidedPerSecond,
  };
}

/** What the clock asks for: sale start and end, the event's end, and the bookings of a cancelled event. */
function dueCommands({ state, bookings }: World, now: number, ids: IdSource): Command[] {
  const timers = dueTimers(state, now).map((type) => ({ type, id: ids.commandId() }));
  if (!isCancelling(state)) return timers;
  const cancels = [...bookings.values()]
    .filter(({ status }) => status === "confirmed")
    .map(
      ({ id, userId }): CancelBooking => ({
        type: "CancelBooking",
        id: ids.commandId(),
        bookingId: id,
        userId,
        by: "event",
      }),
    );
  return [...timers, ...cancels];
}

/** The decision about a command that could not be carried out: a terminal outcome for whoever waits. */
export function failedEntry(seq: number, { command, acceptedAt }: Envelope): Entry {
  const facts = {};
  const decision =
    command.type === "BookTickets"
      ? ([
          {
            type: "BookingRejected",
            bookingId: command.id,
            userId: command.userId,
            quantity: command.quantity,
            reason: "CommandFailed",
            facts,
          },
        ] as const)
      : ([{ type: "CommandRefused", reason: "CommandFailed", facts }] as const);
  return { seq, command, decision, acceptedAt };
}
