import type { Check } from "./result.ts";
import type { Kept, Tally } from "./tally.ts";

/** Holds a repetition against the record that it repeats, figure by figure. */
export function checkAgainst(record: Tally, repetition: Tally): Check {
  const differences: string[] = [];
  const same = (what: string, recorded: number, rehearsed: number) => {
    if (recorded !== rehearsed) differences.push(`${what}: ${recorded} recorded, ${rehearsed} rehearsed`);
  };
  for (const word of new Set([...record.came.keys(), ...repetition.came.keys()])) {
    same(`requests ${word}`, record.came.get(word)?.requests ?? 0, repetition.came.get(word)?.requests ?? 0);
    same(`tickets ${word}`, record.came.get(word)?.tickets ?? 0, repetition.came.get(word)?.tickets ?? 0);
  }
  const tiers = Math.max(record.tiers.length, repetition.tiers.length);
  for (let at = 0; at < tiers; at += 1) {
    const [one, other] = [record.tiers[at], repetition.tiers[at]];
    same(`tickets sold of tier ${at + 1}`, one?.sold ?? 0, other?.sold ?? 0);
    same(`gross revenue of tier ${at + 1}`, one?.grossMinor ?? 0, other?.grossMinor ?? 0);
    same(`refunds of tier ${at + 1}`, one?.refundedMinor ?? 0, other?.refundedMinor ?? 0);
  }
  for (const kind of ["holds", "offers"] as const) {
    for (const end of ["made", "paid", "expired", "cancelled"] as const satisfies readonly (keyof Kept)[]) {
      same(`${kind} ${end}`, record[kind][end], repetition[kind][end]);
    }
  }
  same("people who joined the waitlist", record.waitlist.joined, repetition.waitlist.joined);
  same("people who left the waitlist", record.waitlist.left, repetition.waitlist.left);
  same("bookings confirmed", record.bookings.confirmed, repetition.bookings.confirmed);
  same("bookings cancelled", record.bookings.cancelled, repetition.bookings.cancelled);
  return { agrees: differences.length === 0, differences };
}
