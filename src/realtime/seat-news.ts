import type { Outcome } from "../domain/outcome.ts";

/** What a seat is to those who look at a seat map. */
type SeatState = "available" | "held" | "booked" | "blocked";

export interface SeatChange {
  readonly seat: number;
  readonly status: SeatState;
}

/** The seats that an outcome changes, in the order of change. */
export function seatsIn(outcome: Outcome): SeatChange[] {
  switch (outcome.type) {
    case "BookingHeld":
    case "OfferMade":
      return all(outcome.seats, "held");
    case "BookingConfirmed":
      return all(outcome.seats, "booked");
    case "HoldExpired":
    case "BookingCancelled":
    case "BookingReduced":
    case "SeatsReleased":
      return all(outcome.seats, "available");
    case "SeatsBlocked":
      return all(outcome.seats, "blocked");
    case "TicketsExchanged":
      return [...all(outcome.from.seats, "available"), ...all(outcome.seats, "booked")];
    default:
      return [];
  }
}

function all(seats: readonly number[] | undefined, status: SeatState): SeatChange[] {
  return (seats ?? []).map((seat) => ({ seat, status }));
}

/** So many seats are told one by one; beyond it whoever follows reads the map again. */
const SEATS_PER_PUSH_MAX = 100;
/** Seats whose last change is remembered, so that an older one that is heard later is not told. */
const SEATS_KNOWN_MAX = 10_000;

/** Seats of one event that its followers have not been told of. Ledger entries may be heard in any order. */
export class SeatNews {
  readonly #changed = new Map<number, SeatState>();
  readonly #seqs = new Map<number, number>();

  get hasNews(): boolean {
    return this.#changed.size > 0;
  }

  note(seq: number, changes: readonly SeatChange[]): void {
    for (const { seat, status } of changes) {
      if (seq < (this.#seqs.get(seat) ?? 0)) continue;
      this.#seqs.delete(seat);
      this.#seqs.set(seat, seq);
      this.#changed.set(seat, status);
    }
    for (const seat of this.#seqs.keys()) {
      if (this.#seqs.size <= SEATS_KNOWN_MAX) break;
      this.#seqs.delete(seat);
    }
  }

  /** What to tell now; null where it is too much and the map is to be read again. */
  take(): readonly SeatChange[] | null {
    const changes = [...this.#changed].map(([seat, status]) => ({ seat, status }));
    this.#changed.clear();
    return changes.length > SEATS_PER_PUSH_MAX ? null : changes;
  }
}
