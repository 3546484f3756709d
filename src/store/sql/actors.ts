import type { EventId } from "../../domain/ids.ts";
import type { AttemptedCommand, LockedActor } from "../../engine/ports.ts";
import type { ChainedTurn } from "../chained-turn.ts";
import { bytea, columnsOf, ms, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";

/**
 * Locks the actors that nobody else holds. `for no key update`: a foreign-key check on the event takes a
 * share lock that would hide the actor from a plain `for update skip locked`.
 */
export async function lockActors(tx: Queryable, eventIds: readonly EventId[]): Promise<LockedActor[]> {
  const { rows } = await tx.query<LockedActor>({
    name: "actor-lock",
    text: `select event_id as "eventId", version, ledger_seq as "ledgerSeq",
                  encode(ledger_digest, 'hex') as "ledgerDigest",
                  ${ms("greatest(clock_timestamp(), turned_at)")} as now, ${ms("next_due_at")} as "dueAt",
                  activations_unclean as "uncleanActivations", decided_per_s as "decidedPerSecond",
                  ${ms("turned_at")} as "turnedAt", is_paused as "isPaused",
                  is_line_unserved as "isLineUnserved"
             from actor where event_id = any($1::uuid[])
            order by event_id for no key update skip locked`,
    values: [eventIds],
  });
  return rows;
}

/** Those of these events whose sale is paused, so that bookings stay in line. */
export async function pausedAmong(db: Queryable, eventIds: readonly EventId[]): Promise<Set<EventId>> {
  const { rows } = await db.query<{ eventId: EventId }>({
    name: "actors-paused",
    text: 'select event_id as "eventId" from actor where event_id = any($1::uuid[]) and is_paused',
    values: [eventIds],
  });
  return new Set(rows.map(({ eventId }) => eventId));
}

/** Passes the fence of every actor or aborts the transaction with SQLSTATE EV001. */
export async function passFence(tx: Queryable, turns: readonly ChainedTurn[]): Promise<void> {
  await tx.query({
    name: "actor-fence",
    text: "select pass_fence($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    values: columnsOf(
      turns,
      ({ actor }) => actor.eventId,
      ({ actor }) => actor.version,
      ({ actor, entries }) => actor.ledgerSeq + entries.length,
      ({ decided }) => decided.bookings,
      ({ decided }) => decided.urgent,
      ({ state }) => state.bookings,
      ({ nextDueAt }) => (nextDueAt === null ? null : timestamp(nextDueAt)),
      ({ decidedPerSecond }) => decidedPerSecond,
      ({ actor }) => timestamp(actor.now),
      ({ ledgerDigest }) => bytea(ledgerDigest),
    ),
  });
}

/** Actors whose time has come, oldest first. */
export async function dueActors(db: Queryable, countMax: number): Promise<EventId[]> {
  const { rows } = await db.query<{ id: EventId }>({
    name: "actor-due",
    text: `select event_id as id from actor where next_due_at <= clock_timestamp() order by next_due_at limit $1`,
    values: [countMax],
  });
  return rows.map(({ id }) => id);
}

/** Marks so soon after another are of workers that woke up together. A process takes longer to be started again. */
const TOGETHER_MS = 200;

/** Those of some actors that nobody holds. */
const FREE = `(select event_id from actor where event_id = any($1::uuid[])
                order by event_id for no key update skip locked)`;

/**
 * Counts an activation that has not ended yet. Actors that someone holds are left out rather than waited for, and workers that
 * come for an event together count as one: had one of them died, it would not be back so soon.
 */
export async function markActivations(db: Queryable, eventIds: readonly EventId[]): Promise<void> {
  await db.query({
    name: "actor-mark",
    text: `update actor
              set activations_unclean = activations_unclean + case
                    when activations_unclean > 0
                     and activation_marked_at > clock_timestamp() - $2 * interval '1 millisecond' then 0 else 1 end,
                  activation_marked_at = clock_timestamp()
            where event_id in ${FREE}`,
    values: [eventIds, TOGETHER_MS],
  });
}

/** What `markActivations` did, and `recordAttempt` where a command was tried, undone; returns for which events. */
export async function takeBackMarks(
  db: Queryable,
  eventIds: readonly EventId[],
  attempted: AttemptedCommand | null,
): Promise<EventId[]> {
  if (attempted !== null) {
    await db.query("update suspect set attempts = attempts - 1 where event_id = $1 and command_id = $2", [
      attempted.eventId,
      attempted.id,
    ]);
  }
  const { rows } = await db.query<{ id: EventId }>({
    name: "actor-unmark",
    text: `update actor set activations_unclean = greatest(activations_unclean - 1, 0)
            where event_id in ${FREE} returning event_id as id`,
    values: [eventIds],
  });
  return rows.map(({ id }) => id);
}

/** Sets an actor's count of unclean activations, which passing the fence has cleared, for who holds its row. */
export async function keepUnclean(tx: Queryable, eventId: EventId, count: number): Promise<void> {
  await tx.query("update actor set activations_unclean = $2 where event_id = $1", [eventId, count]);
}

/** Counts an attempt at one command, as a commit of its own, and returns how many there were. */
export async function recordAttempt(db: Queryable, eventId: EventId, commandId: string): Promise<number> {
  const { rows } = await db.query<{ attempts: number }>(
    `insert into suspect (event_id, command_id, attempts) values ($1, $2, 1)
     on conflict (event_id, command_id) do update set attempts = suspect.attempts + 1 returning attempts`,
    [eventId, commandId],
  );
  return rows[0]?.attempts ?? 0;
}
