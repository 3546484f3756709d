import type { EventId } from "../domain/ids.ts";
import { isRelisting } from "../domain/relisting.ts";
import type { Activations } from "./activations.ts";
import type {
  ActivationMarks,
  ActorTurn,
  AttemptedCommand,
  IdSource,
  OutcomeNotice,
  StatementTime,
  TracedTurn,
  TurnReport,
} from "./ports.ts";
import type { Timing } from "./stopwatch.ts";
import { takenBy } from "./take-mail.ts";
import { tracedIn, tracedTurnOf } from "./traced.ts";

/** After this many activations in a row that did not end well, an actor's commands are tried one at a time. */
export const UNCLEAN_ACTIVATIONS_MAX = 2;

export interface TurnLimits {
  /** Envelopes a turn takes of one event. */
  readonly batchMax: number;
  /** Envelopes a turn takes of each event where it serves several. */
  readonly sharedBatchMax: number;
}

export interface TurnPorts {
  readonly activations: Activations;
  readonly marks: ActivationMarks;
  readonly notice: OutcomeNotice;
  readonly ids: IdSource;
  readonly limits: TurnLimits;
  readonly observe: (report: TurnReport) => void;
  /** Told of turns in which something was decided that is traced. */
  readonly traced?: (turn: TracedTurn) => void;
}

export interface TurnResult {
  /** Served, and possibly with more mail waiting. */
  readonly more: readonly EventId[];
  /** Another worker holds them. */
  readonly held: readonly EventId[];
}

/** After the commit: remember, tell, measure. */
export function conclude(
  ports: TurnPorts,
  turns: readonly ActorTurn[],
  { phases: phasesMs, laps }: Timing,
  statements: readonly StatementTime[] = [],
): void {
  const nowMs = performance.now();
  for (const { actor, state } of turns) {
    ports.activations.keep(actor.eventId, { state, version: actor.version + 1 }, nowMs);
  }
  const decided = turns.filter(({ entries }) => entries.length > 0);
  ports.notice.publish(
    decided.map(({ actor, entries }) => ({
      eventId: actor.eventId,
      from: actor.ledgerSeq + 1,
      to: actor.ledgerSeq + entries.length,
      ...(entries.some(({ decision }) => isRelisting(decision)) ? { relists: true as const } : {}),
      ...tracedIn(entries),
    })),
  );
  if (ports.traced !== undefined) {
    const traced = tracedTurnOf(decided, { laps, statements, nowMs });
    if (traced !== null) ports.traced(traced);
  }
  const elapsed = Object.values(phasesMs).reduce((sum, ms) => sum + ms, 0) - phasesMs.lock;
  ports.observe({
    events: turns.length,
    envelopes: turns.reduce((sum, turn) => sum + takenBy(turn), 0),
    phasesMs,
    entries: decided.flatMap(({ actor, entries }) =>
      entries.map(({ decision, acceptedAt }) => ({
        outcome: decision[0].type,
        waitedMs: acceptedAt === null ? null : Math.max(0, actor.now - acceptedAt) + elapsed,
      })),
    ),
  });
}

/**
 * After a turn that failed and left its process alive: nothing of it is held against the actor or its commands. What
 * cannot be taken back now is remembered, and not counted a second time.
 */
export async function takeBackMarks(
  { activations, marks }: TurnPorts,
  eventIds: readonly EventId[],
  attempted: AttemptedCommand | null = null,
): Promise<void> {
  const begun = activations.begunOf(eventIds);
  if (begun.length === 0 && attempted === null) return;
  activations.markTakenBack(await marks.takeBack(begun, attempted).catch(() => []));
}
