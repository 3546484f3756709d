import type { EventId } from "../../domain/ids.ts";
import type { ActorTurn, AttemptedCommand, LockedActor } from "../../engine/ports.ts";
import { columnsOf, ms, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";

/**
 * Locks the actors that nobody else holds. `for no key update`: a foreign-key check on the event takes a
 * share lock that would hide the actor from a plain `for update skip locked`.
 */
export async function lockActors(tx: Queryable, eventIds: readonly EventId[]): Promise<LockedActor[]> {
  const { rows } = await tx.query<LockedActor>({
    name: "actor-lock",
    text: `select event_id as "eventId", version, ledger_seq as "ledgerSeq",
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

/** Passes the fence of every actor or aborts the transaction with SQLSTATE EV001. */
export async function passFence(tx: Queryable, turns: readonly ActorTurn[]): Promise<void> {
  await tx.query({
    name: "actor-fence",
    text: "select pass_fence($1, $2, $3, $4, $5, $6, $7, $8, $9)",
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

/** Counts an activation that has not ended yet. Actors that someone holds are left out rather than waited for. */
export async function markActivations(db: Queryable, eventIds: readonly EventId[]): Promise<void> {
  await addToMarks(db, eventIds, 1);
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
  return await addToMarks(db, eventIds, -1);
}

async function addToMarks(db: Queryable, eventIds: readonly EventId[], count: 1 | -1): Promise<EventId[]> {
  const { rows } = await db.query<{ id: EventId }>({
    name: "actor-mark",
    text: `update actor set activations_unclean = greatest(activations_unclean + $2, 0)
            where event_id in (select event_id from actor where event_id = any($1::uuid[])
                                order by event_id for no key update skip locked)
           returning event_id as id`,
    values: [eventIds, count],
  });
  return rows.map(({ id }) => id);
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
