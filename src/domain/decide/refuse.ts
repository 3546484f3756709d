import type { Decision } from "../outcome.ts";
import type { RefusalFacts, RefusalReason } from "../refusal.ts";

/** The decision "no" to a command that is not a booking. */
export function refuse(reason: RefusalReason, facts: RefusalFacts = {}): Decision {
  return [{ type: "CommandRefused", reason, facts }];
}
