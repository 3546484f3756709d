import type { Outcome } from "../../domain/outcome.ts";
import type { ActorTurn } from "../../engine/ports.ts";

export interface Placed<O extends Outcome> {
  readonly turn: ActorTurn;
  readonly seq: number;
  readonly outcome: O;
}

/** All outcomes of one type in a set of turns, each with where it stands. */
export function outcomesOf<Type extends Outcome["type"]>(
  turns: readonly ActorTurn[],
  type: Type,
): Placed<Extract<Outcome, { type: Type }>>[] {
  const placed: Placed<Extract<Outcome, { type: Type }>>[] = [];
  for (const turn of turns) {
    for (const { seq, decision } of turn.entries) {
      for (const outcome of decision) {
        if (outcome.type === type) {
          placed.push({ turn, seq, outcome: outcome as Extract<Outcome, { type: Type }> });
        }
      }
    }
  }
  return placed;
}

/** The turns that came to an outcome of one of these types. */
export function turnsWith(turns: readonly ActorTurn[], types: ReadonlySet<Outcome["type"]>): ActorTurn[] {
  return turns.filter(({ entries }) =>
    entries.some(({ decision }) => decision.some(({ type }) => types.has(type))),
  );
}
