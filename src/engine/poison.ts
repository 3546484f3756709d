import { isBehind, nextDueAt } from "../domain/decide/timers.ts";
import type { CommandId, EventId } from "../domain/ids.ts";
import type { EventState } from "../domain/state.ts";
import { coldRequestFor } from "./cold-request.ts";
import {
  conclude,
  type TurnPorts,
  type TurnResult,
  takeBackMarks,
  UNCLEAN_ACTIVATIONS_MAX,
} from "./conclude.ts";
import { hasMore } from "./has-more.ts";
import { Parts } from "./parts.ts";
import { type AttemptedCommand, BookingsMustWait, type LockedActor, type TurnTransaction } from "./ports.ts";
import { bringsBookings, takeMail } from "./take-mail.ts";

/** After this many attempts that took the process down, a command is set aside. */
const ATTEMPTS_MAX = 2;
/** Its phases are not a turn's. */
const NO_TIMING = { phases: { lock: 0, fetch: 0, load: 0, decide: 0, commit: 0 }, laps: [] };

/**
 * The careful way, for one event: envelopes are written in parts, each inside a savepoint. A part that the
 * database refuses is halved until the culprit stands alone; it is recorded as failed and dead-lettered, the
 * others commit. Where earlier activations took their process down, one command is taken at a time and every
 * attempt is counted in a commit of its own before it is made.
 */
export async function settleOneByOne(
  ports: TurnPorts,
  tx: TurnTransaction,
  eventId: EventId,
  urgentOnly: ReadonlySet<EventId> = new Set(),
): Promise<TurnResult> {
  const attempts: AttemptedCommand[] = [];
  try {
    return await carefulTurn(ports, tx, eventId, { attempts, urgentOnly });
  } catch (error) {
    ports.activations.forget([eventId]);
    await tx.abandon();
    if (error instanceof BookingsMustWait) {
      return await settleOneByOne(ports, tx, eventId, new Set([eventId]));
    }
    await takeBackMarks(ports, [eventId], attempts[0]);
    throw error;
  }
}

async function carefulTurn(
  ports: TurnPorts,
  tx: TurnTransaction,
  eventId: EventId,
  options: { readonly attempts: AttemptedCommand[]; readonly urgentOnly: ReadonlySet<EventId> },
): Promise<TurnResult> {
  const { attempts, urgentOnly } = options;
  const maxOf = (actor: LockedActor) => (isDeadly(actor) ? 1 : ports.limits.batchMax);
  const [served] = await takeMail(tx, [eventId], { max: maxOf, urgentOnly, lap: () => undefined });
  if (served === undefined) return { more: [], held: [eventId] };
  const { actor, delivery } = served;
  const deadly = isDeadly(actor);
  const batchMax = maxOf(actor);
  const [state] = (await tx.load([eventId])) as [EventState];
  const request = coldRequestFor(state, delivery.envelopes, batchMax);
  const rows = request === null ? null : await tx.prefetch(request);
  const known = await tx.decidedBefore(
    eventId,
    delivery.envelopes.map(({ command }) => command.id),
  );
  const parts = new Parts(ports, tx, actor, state, rows, known);
  const dueError = await parts.write({ envelopes: [], unreadable: delivery.unreadable }, true);
  // What cannot be let expire at all keeps nobody waiting.
  if (dueError === null && bringsBookings(delivery) && isBehind(parts.state, actor.now, 0)) {
    throw new BookingsMustWait(eventId);
  }
  const [first] = delivery.envelopes;
  const isCulprit =
    deadly && first !== undefined && !(await mayTry(ports, eventId, first.command.id, attempts));
  if (isCulprit) await parts.setAside(first, `took its process down ${ATTEMPTS_MAX} times`);
  else await parts.writeHalving(delivery.envelopes);
  if (deadly && first !== undefined && !isCulprit && mayFollow(ports, eventId)) await tx.keepMark(actor);
  else ports.activations.endCare(eventId);
  await tx.commit([]);
  for (const turn of parts.written) conclude(ports, [turn], NO_TIMING, tx.tracedStatements?.());
  // The envelopes are decided all the same. Nobody waits for what the clock asks, so a fault is how it is noticed.
  if (dueError !== null) throw new Error(`what is due at event ${eventId} cannot be written: ${dueError}`);
  const more =
    delivery.envelopes.length >= batchMax ||
    hasMore({ actor, state: parts.state, nextDueAt: nextDueAt(parts.state) });
  return { more: more ? [eventId] : [], held: [] };
}

/** Whether earlier activations took their process down. */
function isDeadly({ uncleanActivations }: LockedActor): boolean {
  return uncleanActivations > UNCLEAN_ACTIVATIONS_MAX;
}

/**
 * Whether the culprit may stand behind a command that was taken alone and did no harm. It was in one batch with the first,
 * so that after as many commands as a batch holds the processes died of something else.
 */
function mayFollow({ activations, limits }: TurnPorts, eventId: EventId): boolean {
  return activations.countCare(eventId) < limits.batchMax;
}

/** Counts an attempt at a command and tells whether it may be made. */
async function mayTry(
  { marks }: TurnPorts,
  eventId: EventId,
  id: CommandId,
  attempts: AttemptedCommand[],
): Promise<boolean> {
  const count = await marks.attempt(eventId, id);
  attempts.push({ eventId, id });
  return count <= ATTEMPTS_MAX;
}
