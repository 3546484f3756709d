/** What must hold, by the numbers under which results are printed. */
export const INVARIANTS = {
  I1: "sold + held within capacity at every committed instant",
  I2: "sum of the ledger = counters = count of active seats",
  I3: "every accepted booking reaches exactly one terminal outcome",
  I4: "every confirmation that a client saw exists after recovery",
  I5: "at most one effect per idempotency key, equal replies, 422 for another payload",
  I6: "no seat in two live bookings",
  I7: "who was acknowledged before another sent is decided first, within a lane",
  I8: "nobody is refused for want of tickets that were there",
  I9: "an expiry returns stock once, by the database's clock; no confirmation after it",
  I10: "the waitlist is promoted in order, and at once when stock returns",
  I11: "only legal state changes",
  I12: "captures less refunds = what the paid confirmed bookings cost",
  I13: "no write by a worker that was fenced off",
  I14: "limits per person are exact",
  I15: "after healing the backlog empties in time and every probe is confirmed",
  I16: "after catching up nobody has missed a push",
  I17: "cached reads are no older than their bound",
  I18: "counters of metrics = what the database holds",
  I19: "replaying the ledger gives the stored state",
} as const;

export type InvariantId = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: InvariantId;
  /** What is wrong, naming who and which ledger number. */
  readonly says: string;
}

/** What one invariant has to say about one run. */
export interface Judgement {
  /** In words; empty where it holds as far as it was judged. */
  readonly violations: readonly string[];
  /** What of it this run could not show, and why; null where all of it was judged. */
  readonly notJudged: string | null;
}

export function judged(violations: readonly string[]): Judgement {
  return { violations, notJudged: null };
}

/** @param violations found in the part that could be judged */
export function notJudged(reason: string, violations: readonly string[] = []): Judgement {
  return { violations, notJudged: reason };
}
