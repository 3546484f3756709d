import { apply } from "./apply.ts";
import { carryOut } from "./carry-out.ts";
import type { BookingId } from "./ids.ts";
import type { LedgerEntry } from "./ledger.ts";
import type { Decision } from "./outcome.ts";
import { initialState, type World } from "./state.ts";

export interface ReplayMismatch {
  readonly seq: number;
  readonly recorded: Decision;
  readonly decided: Decision;
}

/**
 * Decides an event's whole ledger again from its first entry, up to the first difference. Commands that were set aside
 * as failed are taken as recorded: their cause lay outside the domain.
 * @throws Error where the ledger does not begin with the event's creation or has a gap.
 */
export function replay(entries: readonly LedgerEntry[]): { world: World; mismatches: ReplayMismatch[] } {
  const [first, ...rest] = entries;
  const created = first?.decision[0];
  if (first?.seq !== 1 || created?.type !== "EventCreated")
    throw new Error("invariant: a ledger begins with its event");
  const state = initialState(created.draft, created.saleStatus);
  const rejected = new Set<BookingId>();
  const world: World = { state, bookings: new Map(), payments: new Map(), rejected, tickets: new Map() };
  for (const [at, entry] of rest.entries()) {
    const { seq, command, decision: recorded } = entry;
    if (seq !== at + 2) throw new Error(`invariant: ledger entry ${at + 2} is missing, found ${seq}`);
    const decided = decideAgain(world, entry);
    if (JSON.stringify(decided) !== JSON.stringify(recorded)) {
      return { world, mismatches: [{ seq, recorded, decided }] };
    }
    if (command.type === "BookTickets" && isNoBooking(recorded)) rejected.add(command.id);
  }
  return { world, mismatches: [] };
}

function decideAgain(world: World, { command, decision, decidedAt }: LedgerEntry): Decision {
  const [head] = decision;
  const setAside =
    (head.type === "BookingRejected" || head.type === "CommandRefused") && head.reason === "CommandFailed";
  if (!setAside && command.type !== "CreateEvent") return carryOut(world, command, decidedAt);
  for (const outcome of decision) apply(world, outcome);
  return decision;
}

function isNoBooking([head]: Decision): boolean {
  return head.type === "BookingRejected" || head.type === "WaitlistJoined";
}
