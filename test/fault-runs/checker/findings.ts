import type { Finding } from "./evidence/rows.ts";
import type { InvariantId } from "./judgement.ts";

/** Which invariant a difference of the audit breaks. Areas that come later break the last one: no finding is left out. */
const INVARIANT_OF: Readonly<Record<string, InvariantId>> = {
  stock: "I2",
  bookings: "I2",
  seats: "I2",
  "promo codes": "I2",
  mailbox: "I3",
  "idempotency keys": "I3",
  waitlist: "I10",
  payments: "I12",
  refunds: "I12",
};

/** The differences that one invariant answers for, in words. */
export function findingsOf(findings: readonly Finding[], invariant: InvariantId): string[] {
  return findings
    .filter(({ area }) => (INVARIANT_OF[area] ?? "I19") === invariant)
    .map(({ eventId, seq, subject, says }) => {
      const where = seq === null ? `event ${eventId}` : `event ${eventId}, ledger ${seq}`;
      const sides = Object.entries(says).map(([who, what]) => `${who}: ${what}`);
      return `${where}: ${subject} (${sides.join("; ")})`;
    });
}
