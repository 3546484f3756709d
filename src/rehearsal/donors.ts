import type { BookingId, CommandId, PaymentId, UserId } from "../domain/ids.ts";
import type { Birth, FollowUp, Script, Step } from "./demand.ts";
import type { Dice } from "./dice.ts";

/** What buyers do with a hold where nothing is recorded and nothing is stated. */
export interface PayingHabit {
  /** How many of those who get a hold or an offer pay for it, 0 … 1. */
  readonly paysShare: number;
  /** How long after. */
  readonly paysAfterMs: number;
}

export const DEFAULT_HABIT: PayingHabit = { paysShare: 0.9, paysAfterMs: 60_000 };

/** How long a provider takes. */
const PROVIDER_MS = 1_000;
/** So few scripts of one kind say little about those of others. */
const DONORS_MIN = 10;

/**
 * What people do with bookings that nobody had in the record: what somebody who had one did, drawn by chance (a bootstrap
 * of whole stories, so that how many pay, how soon, and who cancels later are as recorded). With too few of those, the
 * habit that is assumed.
 */
export class Donors {
  readonly #byBirth: Record<Birth, Script[]> = { held: [], offered: [], confirmed: [] };
  readonly #habit: PayingHabit;

  constructor(scripts: Iterable<Script>, habit: PayingHabit) {
    this.#habit = habit;
    for (const script of scripts) this.#byBirth[script.birth].push(script);
  }

  /** Whether what people do with holds is assumed and not seen. */
  get isAssumed(): boolean {
    return this.#byBirth.held.length < DONORS_MIN;
  }

  pick(birth: Birth, dice: Dice): readonly Step[] {
    const seen = this.#byBirth[birth];
    const donors = birth === "offered" && seen.length < DONORS_MIN ? this.#byBirth.held : seen;
    if (birth === "confirmed" && donors.length === 0) return [];
    if (birth === "confirmed" || donors.length >= DONORS_MIN) {
      return (donors[dice.below(donors.length)] as Script).steps;
    }
    return dice.share() < this.#habit.paysShare ? payingAfter(this.#habit.paysAfterMs) : [];
  }
}

/** Pays so long after: asks, and the provider captures. */
export function payingAfter(afterMs: number): readonly Step[] {
  return [
    step(afterMs, {
      type: "ConfirmBooking",
      id: "pay" as PaymentId,
      bookingId: "" as BookingId,
      userId: "" as UserId,
      payment: { provider: "rehearsal", method: "token" },
      resultId: "report" as BookingId,
    }),
    step(afterMs + PROVIDER_MS, {
      type: "RecordPayment",
      id: "report" as BookingId,
      paymentId: "pay" as PaymentId,
      bookingId: "" as BookingId,
      result: { type: "captured", amountMinor: 0 },
    }),
  ];
}

/** Cancels so long after. */
export function cancellingAfter(afterMs: number): Step {
  return step(afterMs, {
    type: "CancelBooking",
    id: "cancel" as CommandId,
    bookingId: "" as BookingId,
    userId: "" as UserId,
    by: "customer",
  });
}

function step(afterMs: number, command: FollowUp): Step {
  return { afterMs, waitedMs: 0, order: 0, command, isInFull: command.type === "RecordPayment" };
}
