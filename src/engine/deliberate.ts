import { carryOut } from "../domain/carry-out.ts";
import type { CancelBooking, Command } from "../domain/command.ts";
import { dueHolds, dueTimers, nextDueAt } from "../domain/decide/timers.ts";
import type { BookingId, CommandId } from "../domain/ids.ts";
import { assertInvariants } from "../domain/invariants.ts";
import type { EventState, World } from "../domain/state.ts";
import { isCancelling } from "./cold-request.ts";
import {
  type ActorTurn,
  BookingsMustWait,
  type ColdRows,
  type DeadLetter,
  type Delivery,
  type Entry,
  type Envelope,
  type IdSource,
  type LockedActor,
} from "./ports.ts";
import { urgentIn } from "./take-mail.ts";

const NO_ROWS: ColdRows = { bookings: [], payments: [], rejected: [], tickets: [] };

export function worldOf(state: EventState, rows: ColdRows | null): World {
  const { bookings, payments, rejected, tickets } = rows ?? NO_ROWS;
  return {
    state,
    bookings: new Map(bookings.map((booking) => [booking.id, { ...booking }])),
    payments: new Map(payments.map((payment) => [payment.id, { ...payment }])),
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
  /** Holds that one turn lets expire. */
  readonly dueMax: number;
  readonly ids: IdSource;
}): ActorTurn {
  const { actor, world, delivery, alreadyDecided } = input;
  const entries: Entry[] = [];
  const record = (command: Command, acceptedAt: number | null, trace?: string): void => {
    const decision = carryOut(world, command, actor.now);
    entries.push({ seq: actor.ledgerSeq + entries.length + 1, command, decision, acceptedAt, trace });
  };
  if (input.withDue) for (const command of dueCommands(world, actor.now, input)) record(command, null);
  for (const { command, acceptedAt, trace } of delivery.envelopes) {
    // What went before in this batch paused the sale, or left the waitlist more than one decision can offer.
    if (command.type === "BookTickets" && (world.state.isPaused || world.state.isLineUnserved)) {
      throw new BookingsMustWait(actor.eventId);
    }
    // Delivered again: its outcome stands in the ledger, whoever waits for it reads it there.
    if (!alreadyDecided.has(command.id)) record(command, acceptedAt, trace);
  }
  assertInvariants(world.state);
  return turnOf(actor, world, entries, delivery);
}

function turnOf(actor: LockedActor, world: World, entries: Entry[], delivery: Delivery): ActorTurn {
  const { envelopes, unreadable } = delivery;
  const urgent = urgentIn(delivery);
  const deadLetters: DeadLetter[] = unreadable.map(({ id, raw, error }) => ({ id, envelope: raw, error }));
  return {
    actor,
    world,
    state: world.state,
    entries,
    deadLetters,
    decided: { urgent, bookings: envelopes.length - urgent + unreadable.length },
    nextDueAt: nextDueAt(world.state),
    decidedPerSecond: actor.decidedPerSecond,
  };
}

/** What the clock asks for: sale start and end, the event's end, holds, and the bookings of a cancelled event. */
function dueCommands(
  { state, bookings }: World,
  now: number,
  { ids, dueMax }: { readonly ids: IdSource; readonly dueMax: number },
): Command[] {
  const timers = dueTimers(state, now).map((type) => ({ type, id: ids.commandId() }));
  const holds = dueHolds(state, now, dueMax).map(
    (bookingId) => ({ type: "ExpireHold", id: ids.commandId(), bookingId }) as const,
  );
  if (!isCancelling(state)) return [...timers, ...holds];
  const confirmed = [...bookings.values()].filter(({ status }) => status === "confirmed");
  const live = [...[...state.holds.values()].slice(0, dueMax), ...confirmed];
  return live.map(
    ({ id, userId }): CancelBooking => ({
      type: "CancelBooking",
      id: ids.commandId(),
      bookingId: id,
      userId,
      by: "event",
    }),
  );
}

/** The decision about a command that could not be carried out: a terminal outcome for whoever waits. */
export function failedEntry(seq: number, { command, acceptedAt, trace }: Envelope): Entry {
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
  return { seq, command, decision, acceptedAt, trace };
}
