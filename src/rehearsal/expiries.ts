import type { BookingId } from "../domain/ids.ts";
import type { Hold } from "../domain/state.ts";
import { Agenda } from "./agenda.ts";
import type { Script } from "./demand.ts";
import type { Performance } from "./performance.ts";

interface Expiry {
  readonly at: number;
  /** Behind which of what else happens at that moment. */
  readonly order: number;
  readonly dueAt: number;
  readonly bookingId: BookingId;
}

/** Before everything else of its moment. */
const FIRST = -(2 ** 52);

/** The holds of a copy by the time that is theirs: what the engine finds by going through them all. */
export class Expiries {
  readonly #agenda = new Agenda<Expiry>();
  readonly #performance: Performance;
  #added = 0;

  constructor(performance: Performance) {
    this.#performance = performance;
    for (const held of performance.world.state.holds.values())
      this.add(held.id, held.payment?.until ?? held.expiresAt);
  }

  /** @param ended how late the record's clock was with it, where this is a record's */
  add(bookingId: BookingId, dueAt: number, ended: Script["ended"] = null): void {
    this.#added += 1;
    const at = dueAt + (ended?.lateMs ?? 0);
    this.#agenda.add({ at, order: ended?.order ?? FIRST + this.#added, dueAt, bookingId });
  }

  /** The next hold that is to be looked at, and when. */
  get next(): { readonly at: number; readonly order: number } | undefined {
    for (;;) {
      const next = this.#agenda.next;
      if (next === undefined) return undefined;
      const held = this.#performance.world.state.holds.get(next.bookingId);
      if (held !== undefined && dueAtOf(held) === next.dueAt) return next;
      // Paid, given up, or kept for longer meanwhile.
      this.#agenda.take();
    }
  }

  /** Lets the next hold come to its end. */
  ring(at: number): void {
    const next = this.#agenda.take();
    if (next === undefined) return;
    const { bookingId } = next;
    this.#performance.decide({ type: "ExpireHold", id: this.#performance.newId(), bookingId }, at);
  }
}

function dueAtOf({ expiresAt, payment }: Hold): number | null {
  if (payment === null) return expiresAt;
  return payment.isCancelling ? null : payment.until;
}
