import type { WaitlistEntryView, WaitlistStatsView } from "../../domain/views.ts";
import { PRIORITIES } from "../../domain/waitlist.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

const RANK = `array_position(array['${PRIORITIES.join("', '")}'], `;

/** How long people waited for an offer, and how many of those whose waiting has ended got one. */
const HISTORY = `select count(*) filter (where status <> 'waiting') as ended, count(offered_at) as offered,
    avg(extract(epoch from offered_at - joined_at) / 3600)::float8 as hours from waitlist_entry h`;

const ENTRY = `select w.id, w.event_id as "eventId", w.user_id as "userId", w.status, w.quantity, w.priority,
    (select json_agg(t.name order by t.position) from tier t
      where t.event_id = w.event_id and t.position = any(w.tiers)) as tiers,
    ${ms("w.joined_at")} as "joinedAt",
    case when w.status = 'waiting' then (select count(*) from waitlist_entry o
      where o.event_id = w.event_id and o.status = 'waiting'
        and (${RANK}o.priority), o.joined_seq) <= (${RANK}w.priority), w.joined_seq))::integer end as position,
    case when w.status = 'offered' then json_build_object('bookingId', w.offer_id, 'expiresAt',
      (select ${ms("b.expires_at")} from booking b where b.event_id = w.event_id and b.id = w.offer_id)) end as offer,
    h.hours as "estimatedWaitHours",
    case when h.ended > 0 then 100.0 * h.offered / h.ended end::float8 as "promotionPercent"
  from waitlist_entry w, lateral (${HISTORY} where h.event_id = w.event_id) h`;

export async function waitlistEntry(
  db: Queryable,
  eventId: string,
  userId: string,
): Promise<WaitlistEntryView | null> {
  const { rows } = await db.query<WaitlistEntryView>({
    name: "waitlist-entry",
    text: `${ENTRY} where w.event_id = $1 and w.user_id = $2 order by w.joined_seq desc limit 1`,
    values: [eventId, userId],
  });
  return rows[0] ?? null;
}

/** A page of a person's entries that wait or have an offer, oldest first, and how many there are. */
export async function waitlistEntriesOf(
  db: Queryable,
  page: {
    readonly userId: string;
    readonly id?: string;
    readonly limit: number;
    readonly offset: number;
  },
): Promise<{ readonly entries: WaitlistEntryView[]; readonly total: number }> {
  const filter =
    "w.user_id = $1 and w.status in ('waiting', 'offered') and ($2::uuid is null or w.id = $2::uuid)";
  const values = [page.userId, page.id ?? null];
  const [rows, count] = await Promise.all([
    db.query<WaitlistEntryView>({
      name: "waitlist-entries-of",
      text: `${ENTRY} where ${filter} order by w.joined_at, w.id limit $3 offset $4`,
      values: [...values, page.limit, page.offset],
    }),
    db.query<{ total: number }>({
      name: "waitlist-entry-count",
      text: `select count(*) as total from waitlist_entry w where ${filter}`,
      values,
    }),
  ]);
  return { entries: rows.rows, total: count.rows[0]?.total ?? 0 };
}

export async function waitlistStats(db: Queryable, eventId: string): Promise<WaitlistStatsView> {
  const { rows } = await db.query<{
    vip: number;
    premium: number;
    basic: number;
    ended: number;
    offered: number;
    hours: number | null;
  }>({
    name: "waitlist-stats",
    text: `select count(*) filter (where status = 'waiting' and priority = 'vip') as vip,
                  count(*) filter (where status = 'waiting' and priority = 'premium') as premium,
                  count(*) filter (where status = 'waiting' and priority = 'basic') as basic,
                  h.*
             from (${HISTORY} where h.event_id = $1) h left join waitlist_entry w on w.event_id = $1
            group by h.ended, h.offered, h.hours`,
    values: [eventId],
  });
  const { vip = 0, premium = 0, basic = 0, ended = 0, offered = 0, hours = null } = rows[0] ?? {};
  return {
    waiting: { vip, premium, basic },
    averageWaitHours: hours,
    promotionRate: ended === 0 ? null : offered / ended,
  };
}
