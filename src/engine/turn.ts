import { isBehind } from "../domain/decide/timers.ts";
import type { CommandId, EventId } from "../domain/ids.ts";
import type { EventState } from "../domain/state.ts";
import { reached } from "../ops/points.ts";
import { coldRequestFor } from "./cold-request.ts";
import {
  conclude,
  type TurnPorts,
  type TurnResult,
  takeBackMarks,
  UNCLEAN_ACTIVATIONS_MAX,
} from "./conclude.ts";
import { deliberate, worldOf } from "./deliberate.ts";
import { hasMore } from "./has-more.ts";
import { settleOneByOne } from "./poison.ts";
import {
  type ActorTurn,
  BookingsMustWait,
  DataRefused,
  type LockedActor,
  type TurnTransaction,
} from "./ports.ts";
import { stopwatch } from "./stopwatch.ts";
import { bringsBookings, type Served, takeMail, takenBy } from "./take-mail.ts";

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
  urgentOnly: ReadonlySet<EventId> = NOBODY,
): Promise<TurnResult> {
  try {
    return await attempt(ports, tx, eventIds, urgentOnly);
  } catch (error) {
    if (!(error instanceof BookingsMustWait)) throw error;
    ports.activations.forget(eventIds);
    await tx.abandon();
    return await attemptTurn(ports, tx, eventIds, new Set([...urgentOnly, error.eventId]));
  }
}

const NOBODY: ReadonlySet<EventId> = new Set();

async function attempt(
  ports: TurnPorts,
  tx: TurnTransaction,
  eventIds: readonly EventId[],
  urgentOnly: ReadonlySet<EventId>,
): Promise<TurnResult> {
  const watch = stopwatch();
  const asleep = eventIds.filter((eventId) => !ports.activations.has(eventId));
  if (asleep.length > 0) {
    await ports.marks.begin(asleep);
    ports.activations.begin(asleep, performance.now());
  }
  const { batchMax: aloneMax, sharedBatchMax } = ports.limits;
  const served = await takeMail(tx, eventIds, {
    urgentOnly,
    max: (_, actors) => (actors > 1 ? sharedBatchMax : aloneMax),
    lap: watch.lap,
  });
  if (served.some(({ actor }) => actor.uncleanActivations > UNCLEAN_ACTIVATIONS_MAX)) throw new NeedsCare();
  const batchMax = served.length > 1 ? sharedBatchMax : aloneMax;
  const busy = served.filter((one) => !isIdle(one));
  const states = await statesOf(
    ports,
    tx,
    busy.map(({ actor }) => actor),
  );
  watch.lap("load");
  const behind = busy.filter((one, at) => mustExpireFirst(one, states[at] as EventState, batchMax));
  if (behind.length > 0) {
    // Nothing is decided yet: what is remembered stays true.
    await tx.abandon();
    const again = new Set([...urgentOnly, ...behind.map(({ actor }) => actor.eventId)]);
    return await attempt(ports, tx, eventIds, again);
  }
  const turns: ActorTurn[] = [];
  for (const [at, { actor, delivery }] of busy.entries()) {
    const state = states[at] as EventState;
    const request = coldRequestFor(state, delivery.envelopes, batchMax);
    const rows = request === null ? null : await tx.prefetch(request);
    if (request !== null) watch.lap("load");
    const world = worldOf(state, rows);
    const turn = deliberateOrAskForCare({
      actor,
      world,
      delivery,
      withDue: true,
      dueMax: batchMax,
      ids: ports.ids,
    });
    turns.push({ ...turn, decidedPerSecond: paceOf(actor, turn, batchMax) });
    watch.lap("decide");
  }
  if (turns.length > 0) reached("turn.decided");
  if (turns.length === 0) await tx.abandon();
  else await tx.commit(turns);
  watch.lap("commit");
  conclude(ports, turns, watch, tx.tracedStatements?.());
  const held = eventIds.filter((eventId) => !served.some(({ actor }) => actor.eventId === eventId));
  const more = turns.filter((turn) => takenBy(turn) >= batchMax || hasMore(turn));
  return { more: more.map(({ actor }) => actor.eventId), held };
}

/** An error thrown while deciding is some command's doing: found by halves, like a row that is refused. */
function deliberateOrAskForCare(input: Omit<Parameters<typeof deliberate>[0], "alreadyDecided">): ActorTurn {
  try {
    return deliberate({ ...input, alreadyDecided: NONE });
  } catch (cause) {
    if (cause instanceof BookingsMustWait) throw cause;
    throw new NeedsCare("a command cannot be decided", { cause });
  }
}

/** The shared way does not look: a command decided before violates the ledger's key, and the careful way looks. */
const NONE: ReadonlySet<CommandId> = new Set();

/** Whether bookings would be refused what is held by nobody any more: more has to expire than one turn lets expire. */
function mustExpireFirst({ actor, delivery }: Served, state: EventState, dueMax: number): boolean {
  const mayBe = actor.dueAt !== null && actor.dueAt <= actor.now && bringsBookings(delivery);
  return mayBe && isBehind(state, actor.now, dueMax);
}

function isIdle({ actor, delivery: { envelopes, unreadable } }: Served): boolean {
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
  if (takenBy(turn) < batchMax || actor.turnedAt === null || actor.now <= actor.turnedAt) return before;
  const pace = (takenBy(turn) * 1_000) / (actor.now - actor.turnedAt);
  return before === null ? pace : before + (pace - before) / 5;
}
