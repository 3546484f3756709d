import { uuidFrom } from "../../domain/ids.ts";
import type { Popularity } from "../../domain/popularity.ts";
import type { Queryable } from "../database.ts";

/**
 * Of every event that is active and to come: confirmed bookings, tickets sold, capacity and bookings of late. The first three
 * stand in a row or two. Bookings of late are counted in the key of the table, whose ids begin with the time, and only
 * of events that decided anything of late; more than `recentMax` count as that many, so that nothing is counted for long.
 * What became of each stands elsewhere (to look there takes ten times as long), so they are no more than are confirmed:
 * whoever books and cancels makes nothing popular.
 */
const POPULARITIES = `select e.event_id as "eventId", a.bookings_live as bookings, t.sold, t.capacity,
    case when a.turned_at < $2 then 0 else least(a.bookings_live, (
      select count(*) from (
        select from booking b where b.event_id = e.event_id and b.id >= $1 limit $3) as late)) end as recent
  from event e join actor a using (event_id)
    cross join lateral (
      select sum(sold)::integer as sold, sum(capacity)::integer as capacity from tier where event_id = e.event_id) t
  where e.status = 'active' and e.starts_at > now()
    and not exists (select from load_test_event l where l.event_id = e.event_id)`;

export async function popularities(
  db: Queryable,
  since: number,
  recentMax: number,
): Promise<readonly Popularity[]> {
  const firstId = uuidFrom({ nowMs: since, counter: 0, word: 0, dice: 0 });
  const { rows } = await db.query<Popularity>({
    name: "event-popularities",
    text: POPULARITIES,
    values: [firstId, new Date(since), recentMax],
  });
  return rows;
}
