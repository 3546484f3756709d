import type { ActorTurn, Entry, Lap, LedgerRange, StatementTime, TracedTurn } from "./ports.ts";
import { takenBy } from "./take-mail.ts";

type TracedEntry = Entry & { readonly trace: string };

function isTraced(entry: Entry): entry is TracedEntry {
  return entry.trace !== undefined;
}

/** What a notice of these entries says of those that are traced: nothing, nearly always. */
export function tracedIn(entries: readonly Entry[]): Pick<LedgerRange, "traces"> {
  if (!entries.some(isTraced)) return {};
  return { traces: entries.filter(isTraced).map(({ seq, trace }) => ({ seq, trace })) };
}

/** A turn that was just committed, for the traces of what it decided; null where nothing of it is traced. */
export function tracedTurnOf(
  turns: readonly ActorTurn[],
  measured: {
    readonly laps: readonly Lap[];
    readonly statements: readonly StatementTime[];
    readonly nowMs: number;
  },
): TracedTurn | null {
  if (!turns.some(({ entries }) => entries.some(isTraced))) return null;
  const { laps, statements, nowMs } = measured;
  return {
    fromMs: laps[0]?.fromMs ?? nowMs,
    toMs: laps.at(-1)?.toMs ?? nowMs,
    events: turns.length,
    envelopes: turns.reduce((sum, turn) => sum + takenBy(turn), 0),
    laps,
    statements,
    decisions: turns.flatMap(({ actor, entries }) =>
      entries.filter(isTraced).map(({ trace, command, decision: [head], acceptedAt }) => ({
        trace,
        eventId: actor.eventId,
        command: command.type,
        outcome: head.type,
        waitedMs: acceptedAt === null ? null : Math.max(0, actor.now - acceptedAt),
        isFailed: "reason" in head && head.reason === "CommandFailed",
      })),
    ),
  };
}
