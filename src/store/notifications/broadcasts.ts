import type pg from "pg";
import type { BroadcastView, BroadcastWish, NewBroadcast } from "../../domain/notification-views.ts";
import type { Audience, ClaimedBroadcast, People } from "../../notifications/broadcaster.ts";
import { ms, timestamp } from "../columns.ts";
import { inTransaction, type Queryable } from "../database.ts";
import { type KeyedRow, onceByKey } from "./once.ts";

/**
 * Who is meant, in the order of ids: whoever booked until the moment of the broadcast, and not who books later and was told
 * what is. Both moments are of the database's clock; ids are of the clocks of processes, which may be hours apart.
 */
const PEOPLE: Readonly<Record<Audience, string>> = {
  attendees: `from booking b where b.event_id = $1 and b.id > coalesce($2, '${"0".repeat(32)}'::uuid)
    and b.created_at <= $3 and b.status = 'confirmed'`,
  // Their waiting ended with the event, at that very moment, and without an offer.
  waiting: `from waitlist_entry b where b.event_id = $1 and b.id > coalesce($2, '${"0".repeat(32)}'::uuid)
    and b.ended_at = $3 and b.status = 'left' and b.offered_at is null`,
};

interface ClaimedRow extends Omit<ClaimedBroadcast, "createdAt"> {
  readonly createdAt: number;
}

/** Writes a broadcast down, with how many people it is for, unless that was done before. */
async function insert(
  db: Queryable,
  broadcast: NewBroadcast & { readonly audience: Audience },
): Promise<void> {
  const { id, eventId, audience, createdBy, type, title, text, data, channels, createdAt } = broadcast;
  await db.query(
    `insert into notification_broadcast
       (event_id, id, audience, created_by, type, title, message, data, channels, recipients, created_at, due_at, finished_at)
     select $1, $4, $5, $6, $7, $8, $9, $10, $11, n, $3, case when n > 0 then now() end, case when n = 0 then now() end
       from (select count(distinct b.user_id) as n ${PEOPLE[audience]}) p
     on conflict do nothing`,
    [
      eventId,
      null,
      timestamp(createdAt),
      id,
      audience,
      createdBy,
      type,
      title,
      text,
      JSON.stringify(data),
      channels,
    ],
  );
}

/** For those who waited for an event that was cancelled. */
export async function broadcastToWaiting(db: Queryable, broadcast: NewBroadcast): Promise<void> {
  await insert(db, { ...broadcast, audience: "waiting" });
}

/** For all who have a confirmed booking by now; once for each key. */
export async function broadcastToAttendees(pool: pg.Pool, broadcast: BroadcastWish, key: KeyedRow | null) {
  return await inTransaction(pool, (tx) =>
    onceByKey(tx, { id: broadcast.id, eventId: broadcast.eventId, key }, async () => {
      // A whole millisecond, and none that is before a booking which was just decided.
      const { rows } = await tx.query(
        'select ceil(extract(epoch from clock_timestamp()) * 1000)::bigint as "createdAt"',
      );
      await insert(tx, { ...broadcast, createdAt: rows[0].createdAt, audience: "attendees" });
    }),
  );
}

export async function claimBroadcast(db: Queryable, leaseMs: number): Promise<ClaimedBroadcast | null> {
  const { rows } = await db.query<ClaimedRow>({
    name: "broadcast-claim",
    text: `update notification_broadcast b set due_at = now() + $1 * interval '1 millisecond', claims = b.claims + 1
             from (select event_id, id from notification_broadcast where due_at <= now()
                    order by due_at limit 1 for update skip locked) d
            where b.event_id = d.event_id and b.id = d.id
           returning b.id, b.event_id as "eventId", b.audience, b.type, b.title, b.message as text, b.data, b.channels,
                     ${ms("b.created_at")} as "createdAt", b.told_until as "toldUntil", b.claims as claim`,
    values: [leaseMs],
  });
  return rows[0] ?? null;
}

/** Some of those that a broadcast is for, behind `after`. */
export async function peopleOf(
  db: Queryable,
  { eventId, audience, createdAt }: ClaimedBroadcast,
  { after, max }: { readonly after: string | null; readonly max: number },
): Promise<People> {
  const { rows } = await db.query<{ id: string; userId: string }>({
    name: `broadcast-people-${audience}`,
    text: `select b.id, b.user_id as "userId" ${PEOPLE[audience]} order by b.id limit $4`,
    values: [eventId, after, timestamp(createdAt), max],
  });
  return {
    userIds: rows.map(({ userId }) => userId),
    last: rows.length < max ? null : (rows.at(-1)?.id ?? null),
  };
}

/** @param toldUntil null: all were told. @returns false where somebody else has claimed it since. */
export async function advanceBroadcast(
  db: Queryable,
  { id, eventId, claim }: ClaimedBroadcast,
  { toldUntil, leaseMs }: { readonly toldUntil: string | null; readonly leaseMs: number },
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: "broadcast-advance",
    text: `update notification_broadcast set
             told_until = coalesce($4, told_until),
             due_at = case when $4::uuid is not null then now() + $5 * interval '1 millisecond' end,
             finished_at = case when $4::uuid is null then now() end
            where event_id = $1 and id = $2 and claims = $3 and due_at is not null`,
    values: [eventId, id, claim, toldUntil, leaseMs],
  });
  return rowCount === 1;
}

/**
 * How far a broadcast has come, counted from what people were told. Somebody else's is not counted at all: it takes as long
 * as one that there is not.
 * @param organizerId whose event it has to be of; null for an admin
 */
export async function broadcastById(
  db: Queryable,
  id: string,
  organizerId: string | null,
): Promise<BroadcastView | null> {
  const { rows } = await db.query<BroadcastView>({
    name: "broadcast-by-id",
    text: `select b.id, event_id as "eventId", b.created_by as "createdBy", b.type, b.title, b.message as text, b.channels,
                  b.recipients, ${ms("b.created_at")} as "createdAt", ${ms("b.finished_at")} as "finishedAt",
                  b.told_until is not null or b.finished_at is not null as "isBegun",
                  (select count(*) from notification n where n.broadcast_id = b.id) as told,
                  coalesce((select json_agg(s) from (
                    select d.channel, d.status, count(*)::int as count from notification n
                      join notification_delivery d on d.notification_id = n.id
                     where n.broadcast_id = b.id group by 1, 2) s), '[]') as deliveries
             from notification_broadcast b join event e using (event_id)
            where b.id = $1 and ($2::uuid is null or e.created_by = $2)`,
    values: [id, organizerId],
  });
  return rows[0] ?? null;
}
