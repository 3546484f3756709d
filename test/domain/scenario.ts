import { expect } from "chai";
import { apply } from "../../src/domain/apply.ts";
import type { Command, EventDraft } from "../../src/domain/command.ts";
import { decide } from "../../src/domain/decide.ts";
import type { BookingId, CommandId, EventId, UserId } from "../../src/domain/ids.ts";
import { uuidFrom } from "../../src/domain/ids.ts";
import { assertInvariants } from "../../src/domain/invariants.ts";
import type { Decision, Outcome } from "../../src/domain/outcome.ts";
import { initialState, saleStatusAt, type World } from "../../src/domain/state.ts";

export const NOW = Date.parse("2026-06-01T12:00:00Z");
export const DAY = 86_400_000;

/** The n-th id; the same n gives the same id. */
export function idOf(n: number): string {
  return uuidFrom({ nowMs: NOW + n, counter: n % 4_096, word: n, dice: n });
}

export const user = (n: number) => idOf(1_000_000 + n) as UserId;
export const booking = (n: number) => idOf(n) as BookingId;
const commandId = (n: number) => idOf(2_000_000 + n) as CommandId;

export function eventWith(fields: Partial<EventDraft> & { readonly capacity?: number } = {}): EventDraft {
  const { capacity = 10, ...rest } = fields;
  return {
    eventId: idOf(0) as EventId,
    number: 1,
    name: "An Evening",
    description: null,
    venue: "The Hall",
    category: null,
    startsAt: NOW + 30 * DAY,
    endsAt: null,
    saleStartsAt: null,
    saleEndsAt: null,
    currency: "USD",
    ticketsPerBookingMax: 10,
    ticketsPerUserMax: null,
    tiers: [{ name: "General", priceMinor: 2_000, capacity }],
    createdBy: user(0),
    ...rest,
  };
}

export function book(
  n: number,
  quantity: number,
  more: { by?: number; tier?: string; total?: number } = {},
): Command {
  return {
    type: "BookTickets",
    id: booking(n),
    userId: user(more.by ?? n),
    quantity,
    ...(more.tier === undefined ? {} : { tier: more.tier }),
    ...(more.total === undefined ? {} : { expectedTotalMinor: more.total }),
  };
}

export function cancel(n: number, more: { by?: number; seq?: number } = {}): Command {
  return {
    type: "CancelBooking",
    id: commandId(more.seq ?? n),
    bookingId: booking(n),
    userId: user(more.by ?? n),
    by: "customer",
  };
}

export function change(
  changes: Extract<Command, { type: "ChangeEvent" }>["changes"],
  expectedVersion?: number,
): Command {
  return {
    type: "ChangeEvent",
    id: commandId(500_000),
    changes,
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
  };
}

export const cancelEvent: Command = { type: "CancelEvent", id: commandId(600_000) };

/** A world as it is after some commands, and a way to ask what one more command leads to. */
export function given(draft: EventDraft, ...commands: readonly Command[]) {
  const world: World = {
    state: initialState(draft, saleStatusAt(draft, NOW)),
    bookings: new Map(),
    rejected: new Set(),
    tickets: new Map(),
  };
  for (const command of commands) run(world, command, NOW);
  return {
    world,
    when(command: Command, now = NOW) {
      const decision = run(world, command, now);
      return {
        world,
        decision,
        /** The head of the decision has these fields, among others. */
        thenDecided(expected: Partial<Outcome> & { readonly type: Outcome["type"] }) {
          expect(decision[0]).to.deep.include(expected);
          return this;
        },
        thenRefused(reason: string, facts: object = {}) {
          expect(decision[0]).to.include({ reason });
          expect((decision[0] as { facts: object }).facts).to.deep.include(facts);
          return this;
        },
        andSold(...sold: number[]) {
          expect(world.state.tiers.map((tier) => tier.sold)).to.deep.equal(sold);
          return this;
        },
      };
    },
  };
}

export function run(world: World, command: Command, now: number): Decision {
  const decision = decide(world, command, now);
  for (const outcome of decision) {
    if (outcome.type === "BookingRejected") (world.rejected as Set<BookingId>).add(outcome.bookingId);
    apply(world, outcome);
  }
  assertInvariants(world.state);
  return decision;
}
