import type { EventId } from "../domain/ids.ts";
import type { Sql } from "./boss.ts";
import { URGENT_PRIORITY } from "./codec.ts";
import { eventOfQueue, MAILBOX_SCHEMA, queueNameOf } from "./names.ts";

/**
 * The events with mail, found by jumping from queue name to queue name along the fetch's own index: 0.9 ms where
 * `distinct` takes 32. It costs by mailboxes with mail, not by mailboxes. (PostgreSQL wiki, "Loose indexscan".)
 */
const WAITING = `
  with recursive mail as (
    (select name, priority from ${MAILBOX_SCHEMA}.job
      where state < 'active' and not blocked order by name, priority desc limit 1)
    union all
    select next.name, next.priority
      from mail cross join lateral (
        select j.name, j.priority from ${MAILBOX_SCHEMA}.job j
         where j.state < 'active' and not j.blocked and j.name > mail.name
         order by j.name, j.priority desc limit 1) next
  )
  select name, priority from mail`;

/** An event with mail. */
export interface EventWithMail {
  readonly eventId: EventId;
  /** Whether some of it is urgent, so that it does not wait for a paused sale. */
  readonly hasUrgent: boolean;
}

export async function eventsWithMail(db: Sql): Promise<EventWithMail[]> {
  const { rows } = await db.query(WAITING);
  return (rows as { name: string; priority: number }[]).flatMap(({ name, priority }) => {
    const eventId = eventOfQueue(name);
    return eventId === null ? [] : [{ eventId, hasUrgent: priority === URGENT_PRIORITY }];
  });
}

/**
 * Depth of all mailboxes together and the age of the oldest envelope that could be decided, for metrics.
 * @param paused events whose bookings wait because somebody wants them to, which says nothing about workers
 */
export async function mailboxBacklog(
  db: Sql,
  paused: readonly EventId[],
): Promise<{ depth: number; oldestMs: number }> {
  const { rows } = await db.query({
    name: "mailbox-backlog",
    text: `select count(*)::integer as depth,
                  coalesce(extract(epoch from clock_timestamp() - min(created_on)
                    filter (where priority = ${URGENT_PRIORITY} or name <> all($1::text[]))) * 1000, 0)::float8 as "oldestMs"
             from ${MAILBOX_SCHEMA}.job where state < 'active' and not blocked`,
    values: [paused.map(queueNameOf)],
  });
  return rows[0] as { depth: number; oldestMs: number };
}

/** What waits in one event's mailbox. */
export interface MailboxDepth {
  readonly eventId: EventId;
  readonly bookings: number;
  readonly urgent: number;
  /** Age of the oldest envelope; null where none waits. */
  readonly oldestMs: number | null;
}

/** The mailboxes with mail, the deepest first, or the one of `eventId`. Looks at every envelope: for people, not for metrics. */
export async function mailboxDepths(
  db: Sql,
  { eventId, countMax }: { readonly eventId: EventId | null; readonly countMax: number },
): Promise<{ readonly depths: readonly MailboxDepth[]; readonly total: number }> {
  const { rows } = await db.query(
    `select name, count(*) filter (where priority <> ${URGENT_PRIORITY})::integer as bookings,
            count(*) filter (where priority = ${URGENT_PRIORITY})::integer as urgent,
            extract(epoch from clock_timestamp() - min(created_on))::float8 * 1000 as "oldestMs",
            count(*) over ()::integer as total
       from ${MAILBOX_SCHEMA}.job where state < 'active' and not blocked and ($1::text is null or name = $1)
      group by name order by count(*) desc, name limit $2`,
    [eventId === null ? null : queueNameOf(eventId), countMax],
  );
  const found = rows as (Omit<MailboxDepth, "eventId"> & { name: string; total: number })[];
  const depths = found.flatMap(({ name, bookings, urgent, oldestMs }) => {
    const owner = eventOfQueue(name);
    return owner === null ? [] : [{ eventId: owner, bookings, urgent, oldestMs }];
  });
  return { depths, total: found[0]?.total ?? 0 };
}

/** Envelopes of one event that wait, by lane. */
export async function waitingOf(db: Sql, eventId: EventId): Promise<{ bookings: number; urgent: number }> {
  const { rows } = await db.query({
    name: "mailbox-waiting-of",
    text: `select count(*) filter (where priority <> ${URGENT_PRIORITY})::integer as bookings,
                  count(*) filter (where priority = ${URGENT_PRIORITY})::integer as urgent
             from ${MAILBOX_SCHEMA}.job where name = $1`,
    values: [queueNameOf(eventId)],
  });
  return rows[0] as { bookings: number; urgent: number };
}

/** Which of these commands wait in their event's mailbox. */
export async function waitingAmong(
  db: Sql,
  asked: readonly { readonly eventId: string; readonly commandId: string }[],
): Promise<Set<string>> {
  const { rows } = await db.query(
    `select j.id from unnest($1::text[], $2::uuid[]) as u (name, id)
       join ${MAILBOX_SCHEMA}.job j on j.name = u.name and j.id = u.id`,
    [asked.map(({ eventId }) => queueNameOf(eventId as EventId)), asked.map(({ commandId }) => commandId)],
  );
  return new Set((rows as { id: string }[]).map(({ id }) => id));
}
