import type { Evidence } from "./evidence.ts";
import { judgeCapacity } from "./invariants/i01-capacity.ts";
import { judgeSums } from "./invariants/i02-sums.ts";
import { judgeOneEnd } from "./invariants/i03-one-end.ts";
import { judgeConfirmations } from "./invariants/i04-confirmations.ts";
import { judgeKeys } from "./invariants/i05-keys.ts";
import { judgeSeats } from "./invariants/i06-seats.ts";
import { judgeOrder } from "./invariants/i07-order.ts";
import { judgeRefusals } from "./invariants/i08-refusals.ts";
import { judgeExpiry } from "./invariants/i09-expiry.ts";
import { judgeWaitlist } from "./invariants/i10-waitlist.ts";
import { judgeStates } from "./invariants/i11-states.ts";
import { judgeMoney } from "./invariants/i12-money.ts";
import { judgeFence } from "./invariants/i13-fence.ts";
import { judgeLimits } from "./invariants/i14-limits.ts";
import { judgeBacklog } from "./invariants/i15-backlog.ts";
import { judgePushes } from "./invariants/i16-pushes.ts";
import { judgeReads } from "./invariants/i17-reads.ts";
import { judgeCounters } from "./invariants/i18-counters.ts";
import { judgeReplay } from "./invariants/i19-replay.ts";
import type { InvariantId, Judgement, Violation } from "./judgement.ts";

/** Looks at the evidence of a run for one invariant. Pure, and n log n at most. */
export type Judge = (evidence: Evidence) => Judgement;

const JUDGES: Readonly<Record<InvariantId, Judge>> = {
  I1: judgeCapacity,
  I2: judgeSums,
  I3: judgeOneEnd,
  I4: judgeConfirmations,
  I5: judgeKeys,
  I6: judgeSeats,
  I7: judgeOrder,
  I8: judgeRefusals,
  I9: judgeExpiry,
  I10: judgeWaitlist,
  I11: judgeStates,
  I12: judgeMoney,
  I13: judgeFence,
  I14: judgeLimits,
  I15: judgeBacklog,
  I16: judgePushes,
  I17: judgeReads,
  I18: judgeCounters,
  I19: judgeReplay,
};

/** What all invariants together say about a run. */
export interface Verdict {
  readonly violations: readonly Violation[];
  /** Invariants of which this run could not show everything, with the reason. */
  readonly notJudged: Readonly<Partial<Record<InvariantId, string>>>;
}

export function judge(evidence: Evidence): Verdict {
  const judgements = Object.entries(JUDGES).map(([id, look]) => [id as InvariantId, look(evidence)] as const);
  return {
    violations: judgements.flatMap(([invariant, { violations }]) =>
      violations.map((says) => ({ invariant, says })),
    ),
    notJudged: Object.fromEntries(
      judgements.flatMap(([id, { notJudged }]) => (notJudged === null ? [] : [[id, notJudged]])),
    ),
  };
}
