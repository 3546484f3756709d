import { nextDueAt } from "../domain/decide/timers.ts";
import type { CommandId, EventId } from "../domain/ids.ts";
import type { EventState } from "../domain/state.ts";
import {
  conclude,
  type TurnPorts,
  type TurnResult,
  takeBackMarks,
  UNCLEAN_ACTIVATIONS_MAX,
} from "./conclude.ts";
import { coldRequestFor } from "./deliberate.ts";
import { Parts } from "./parts.ts";
import type { AttemptedCommand, Delivery, TurnTransaction } from "./ports.ts";

/** After this many attempts that took the process down, a command is set aside. */
const ATTEMPTS_MAX = 2;
const NO_PHASES = { lock: 0, fetch: 0, load: 0, decide: 0, commit: 0 };

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
): Promise<TurnResult> {
  const attempts: AttemptedCommand[] = [];
  try {
    return await carefulTurn(ports, tx, eventId, attempts);
  } catch (error) {
    ports.activations.forget([eventId]);
    await tx.abandon();
    await takeBackMarks(ports, [eventId], attempts[0]);
    throw error;
  }
}

async function carefulTurn(
  ports: TurnPorts,
  tx: TurnTransaction,
  eventId: EventId,
  attempts: AttemptedCommand[],
): Promise<TurnResult> {
  const [actor] = await tx.lock([eventId]);
  if (actor === undefined) return { more: [], held: [eventId] };
  const deadly = actor.uncleanActivations > UNCLEAN_ACTIVATIONS_MAX;
  const batchMax = deadly ? 1 : ports.limits.batchMax;
  const [delivery] = (await tx.fetch([eventId], batchMax)) as [Delivery];
  const [state] = (await tx.load([eventId])) as [EventState];
  const request = coldRequestFor(state, delivery.envelopes, batchMax);
  const rows = request === null ? null : await tx.prefetch(request);
  const known = await tx.decidedBefore(
    eventId,
    delivery.envelopes.map(({ command }) => command.id),
  );
  const parts = new Parts(ports, tx, actor, state, rows, known);
  await parts.write({ envelopes: [], unreadable: delivery.unreadable }, true);
  const [first] = delivery.envelopes;
  if (deadly && first !== undefined && !(await mayTry(ports, eventId, first.command.id, attempts))) {
    await parts.setAside(first, `took its process down ${ATTEMPTS_MAX} times`);
  } else {
    await parts.writeHalving(delivery.envelopes);
  }
  await tx.commit([]);
  for (const turn of parts.written) conclude(ports, [turn], NO_PHASES);
  const more = delivery.envelopes.length >= batchMax || nextDueAt(parts.state) === 0;
  return { more: more ? [eventId] : [], held: [] };
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
