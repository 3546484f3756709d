import { replay } from "../../../../src/domain/replay.ts";
import type { EventBooks, Evidence } from "../evidence.ts";
import { findingsOf } from "../findings.ts";
import { type Judgement, judged } from "../judgement.ts";

/** What the audit found, and every ledger decided once more from its first entry. */
export function judgeReplay({ events, findings }: Evidence): Judgement {
  return judged([...findingsOf(findings, "I19"), ...events.flatMap(decidedOtherwise)]);
}

function decidedOtherwise({ eventId, ledger, tiers }: EventBooks): string[] {
  try {
    const { world, mismatches } = replay(ledger);
    const wrong = mismatches.map(({ seq, decided, recorded }) => {
      const at = decided.findIndex((outcome, n) => JSON.stringify(outcome) !== JSON.stringify(recorded[n]));
      return `event ${eventId}, ledger ${seq}: ${JSON.stringify(recorded[at])} would be ${JSON.stringify(decided[at])}`;
    });
    if (wrong.length > 0) return wrong;
    return world.state.tiers.flatMap(({ name, held, sold }, at) => {
      const stored = tiers[at];
      return stored?.held === held && stored.sold === sold
        ? []
        : [
            `event ${eventId}: tier ${name} is replayed to ${held} held and ${sold} sold, and stored as ${stored?.held} and ${stored?.sold}`,
          ];
    });
  } catch (error) {
    // Thrown by the domain, which does no I/O: what it was given cannot have happened.
    return [`event ${eventId}: the ledger cannot be decided again: ${String(error)}`];
  }
}
