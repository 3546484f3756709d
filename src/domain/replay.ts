import { apply } from "./apply.ts";
import { decide } from "./decide.ts";
import type { UserId } from "./ids.ts";
import type { LedgerEntry } from "./ledger.ts";
import type { Decision } from "./outcome.ts";
import { initialState, type World } from "./state.ts";

export interface ReplayMismatch {
  readonly seq: number;
  readonly recorded: Decision;
  readonly decided: Decision;
}

/**
 * Decides an event's whole ledger again from its first entry. Commands that were set aside as failed are taken as
 * recorded: their cause lay outside the domain.
 * @throws Error where the ledger does not begin with the event's creation or has a gap.
 */
export function replay(entries: readonly LedgerEntry[]): { world: World; mismatches: ReplayMismatch[] } {
  const [first, ...rest] = entries;
  const created = first?.decision[0];
  if (first?.seq !== 1 || created?.type !== "EventCreated")
    throw new Error("invariant: a ledger begins with its event");
  const rejected = new Set<never>();
  const state = initialState(created.draft, created.saleStatus);
  const world: World = { state, bookings: new Map(), rejected, tickets: new Map<UserId, number>() };
  const mismatches: ReplayMismatch[] = [];
  for (const [at, entry] of rest.entries()) {
    if (entry.seq !== at + 2)
      throw new Error(`invariant: ledger entry ${at + 2} is missing, found ${entry.seq}`);
    const decided = decideAgain(world, entry);
    if (JSON.stringify(decided) !== JSON.stringify(entry.decision)) {
      mismatches.push({ seq: entry.seq, recorded: entry.decision, decided });
    }
    for (const outcome of entry.decision) {
      if (outcome.type === "BookingRejected") rejected.add(outcome.bookingId as never);
      apply(world, outcome);
    }
  }
  return { world, mismatches };
}

function decideAgain(world: World, { command, decision, decidedAt }: LedgerEntry): Decision {
  const [head] = decision;
  const setAside =
    (head.type === "BookingRejected" || head.type === "CommandRefused") && head.reason === "CommandFailed";
  return setAside || command.type === "CreateEvent" ? decision : decide(world, command, decidedAt);
}
