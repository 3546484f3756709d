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
 * Decides an event's ledger again, entry by entry from the first, so that nobody has to hold all of it at once: what
 * stays in memory is the event's world. Commands that were set aside as failed are taken as recorded: their cause lay
 * outside the domain.
 */
export class Replayer {
  readonly #rejected = new Set<BookingId>();
  #world: World | null = null;
  #seq = 0;

  /** What the entries so far come to. @throws Error before the first. */
  get world(): World {
    if (this.#world === null) throw new Error("invariant: a ledger begins with its event");
    return this.#world;
  }

  /**
   * Decides the next entry. After a mismatch the world is of no more use: it went another way than the ledger.
   * @throws Error where the ledger does not begin with the event's creation or has a gap.
   */
  take(entry: LedgerEntry): ReplayMismatch | null {
    if (this.#world === null) {
      this.#world = this.#begin(entry);
      return null;
    }
    const { seq, command, decision: recorded } = entry;
    const expected = this.#seq + 1;
    if (seq !== expected) throw new Error(`invariant: ledger entry ${expected} is missing, found ${seq}`);
    this.#seq = seq;
    const decided = decideAgain(this.#world, entry);
    if (JSON.stringify(decided) !== JSON.stringify(recorded)) return { seq, recorded, decided };
    const isRequest = command.type === "BookTickets" || command.type === "SetAside";
    if (isRequest && isNoBooking(recorded)) this.#rejected.add(command.id as BookingId);
    return null;
  }

  #begin({ seq, decision: [created] }: LedgerEntry): World {
    if (seq !== 1 || created.type !== "EventCreated")
      throw new Error("invariant: a ledger begins with its event");
    this.#seq = 1;
    const state = initialState(created.draft, created.saleStatus);
    return {
      state,
      bookings: new Map(),
      payments: new Map(),
      rejected: this.#rejected,
      tickets: new Map(),
    };
  }
}

/**
 * Decides an event's whole ledger again from its first entry, up to the first difference.
 * @throws Error where the ledger does not begin with the event's creation or has a gap.
 */
export function replay(entries: readonly LedgerEntry[]): { world: World; mismatches: ReplayMismatch[] } {
  const replayer = new Replayer();
  for (const entry of entries) {
    const mismatch = replayer.take(entry);
    if (mismatch !== null) return { world: replayer.world, mismatches: [mismatch] };
  }
  return { world: replayer.world, mismatches: [] };
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
