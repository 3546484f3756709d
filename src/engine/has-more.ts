import type { ActorTurn } from "./ports.ts";

/** Whether bookings stay in line. */
function held({
  isPaused,
  isLineUnserved,
}: Pick<ActorTurn["actor"], "isPaused" | "isLineUnserved">): boolean {
  return isPaused || isLineUnserved;
}

/** Whether an actor has something left to do at once: what was due and did not fit into the turn, or a sale that goes on. */
export function hasMore({
  actor,
  state,
  nextDueAt,
}: Pick<ActorTurn, "actor" | "state" | "nextDueAt">): boolean {
  return (nextDueAt !== null && nextDueAt <= actor.now) || (held(actor) && !held(state));
}
