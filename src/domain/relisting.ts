import type { Decision, Outcome } from "./outcome.ts";

const RELISTING: ReadonlySet<Outcome["type"]> = new Set([
  "EventCreated",
  "EventChanged",
  "EventCancelled",
  "EventCompleted",
]);

/** Whether lists of events may be made of others after this: it concerns what they are filtered and sorted by. */
export function isRelisting(decision: Decision): boolean {
  return decision.some(({ type }) => RELISTING.has(type));
}
