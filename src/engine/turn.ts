import type { CommandId, EventId } from "../domain/ids.ts";
import type { EventState } from "../domain/state.ts";
import {
  conclude,
  type TurnPorts,
  type TurnResult,
  takeBackMarks,
  UNCLEAN_ACTIVATIONS_MAX,
} from "./conclude.ts";
import { coldRequestFor, deliberate, worldOf } from "./deliberate.ts";
import { settleOneByOne } from "./poison.ts";
import {
  type ActorTurn,
  DataRefused,
  type Delivery,
  type LockedActor,
  type TurnTransaction,
} from "./ports.ts";
import { stopwatch } from "./stopwatch.ts";

/**
 * Takes one turn for some events: one transaction, committed or without a trace.
 * @throws whatever the database threw; the caller forgets nothing, this function has.
 */
export async function takeTurn(
  ports: TurnPorts,
  tx: TurnTransaction,
  eventIds: readonly EventId[],
): Promise<TurnResult> {
  try {
    return await attemptTurn(ports, tx, eventIds);
  } catch (error) {
    ports.activations.forget(eventIds);
    await tx.abandon();
    if (!(error instanceof DataRefused) && !(error instanceof NeedsCare)) {
      await takeBackMarks(ports, eventIds);
      throw error;
    }
    return eventIds.length === 1
      ? await settleOneByOne(ports, tx, eventIds[0] as EventId)
      : await eachAlone(ports, tx, eventIds);
  }
}

/** Some locked actor asks for more than the shared, optimistic way. */
class NeedsCare extends Error {
  override readonly name = "NeedsCare";
}

async function eachAlone(
  ports: TurnPorts,
  tx: TurnTransaction,
  eventIds: readonly EventId[],
): Promise<TurnResult> {
  const more: EventId[] = [];
  const held: EventId[] = [];
  for (const eventId of eventIds) {
    const result = await takeTurn(ports, tx, [eventId]);
    more.push(...result.more);
    held.push(...result.held);
  }
  return { more, held };
}

async function attemptTurn(
  ports: TurnPorts,
  tx: TurnTransaction,
  eventIds: readonly EventId[],
): Promise<TurnResult> {
  const watch = stopwatch();
  const asleep = eventIds.filter((eventId) => !ports.activations.has(eventId));
  if (asleep.length > 0) {
    await ports.marks.begin(asleep);
    ports.activations.begin(asleep, performance.now());
  }
  const actors = await tx.lock(eventIds);
  watch.lap("lock");
  if (actors.some(({ uncleanActivations }) => uncleanActivations > UNCLEAN_ACTIVATIONS_MAX))
    throw new NeedsCare();
  const ids = actors.map(({ eventId }) => eventId);
  const batchMax = actors.length > 1 ? ports.limits.sharedBatchMax : ports.limits.batchMax;
  const deliveries = actors.length > 0 ? await tx.fetch(ids, batchMax) : [];
  watch.lap("fetch");
  const busy = actors.flatMap((actor, at) => {
    const delivery = deliveries[at] as Delivery;
    return isIdle(actor, delivery) ? [] : [{ actor, delivery }];
  });
  const states = await statesOf(
    ports,
    tx,
    busy.map(({ actor }) => actor),
  );
  const turns: ActorTurn[] = [];
  for (const [at, { actor, delivery }] of busy.entries()) {
    const state = states[at] as EventState;
    const request = coldRequestFor(state, delivery.envelopes, batchMax);
    const rows = request === null ? null : await tx.prefetch(request);
    if (request !== null) watch.lap("load");
    const world = worldOf(state, rows);
    const turn = deliberateOrAskForCare({ actor, world, delivery, withDue: true, ids: ports.ids });
    turns.push({ ...turn, decidedPerSecond: paceOf(actor, turn, batchMax) });
    watch.lap("decide");
  }
  if (turns.length === 0) await tx.abandon();
  else await tx.commit(turns);
  watch.lap("commit");
  conclude(ports, turns, watch.phases);
  const held = eventIds.filter((eventId) => !ids.includes(eventId));
  const more = turns.filter(({ settled, nextDueAt }) => settled.length >= batchMax || nextDueAt === 0);
  return { more: more.map(({ actor }) => actor.eventId), held };
}

/** An error thrown while deciding is some command's doing: found by halves, like a row that is refused. */
function deliberateOrAskForCare(input: Omit<Parameters<typeof deliberate>[0], "alreadyDecided">): ActorTurn {
  try {
    return deliberate({ ...input, alreadyDecided: NONE });
  } catch (cause) {
    throw new NeedsCare("a command cannot be decided", { cause });
  }
}

/** The shared way does not look: a command decided before violates the ledger's key, and the careful way looks. */
const NONE: ReadonlySet<CommandId> = new Set();

function isIdle(actor: LockedActor, { envelopes, unreadable }: Delivery): boolean {
  const due = actor.dueAt !== null && actor.dueAt <= actor.now;
  return envelopes.length === 0 && unreadable.length === 0 && !due && actor.uncleanActivations === 0;
}

/** States out of memory where the version fits, out of the database for the rest, in one query. */
async function statesOf(
  { activations }: TurnPorts,
  tx: TurnTransaction,
  actors: readonly LockedActor[],
): Promise<EventState[]> {
  const known = actors.map(({ eventId, version }) => activations.find(eventId, version));
  const missing = actors.filter((_, at) => known[at] === null).map(({ eventId }) => eventId);
  const loaded = missing.length > 0 ? await tx.load(missing) : [];
  return known.map((state) => state ?? (loaded.shift() as EventState));
}

/** Decisions a second while there is a backlog, smoothed over about five turns; null before the first such turn. */
function paceOf(actor: LockedActor, turn: ActorTurn, batchMax: number): number | null {
  const before = actor.decidedPerSecond;
  if (turn.settled.length < batchMax || actor.turnedAt === null || actor.now <= actor.turnedAt) return before;
  const pace = (turn.settled.length * 1_000) / (actor.now - actor.turnedAt);
  return before === null ? pace : before + (pace - before) / 5;
}
