import type { TierCheckIns } from "../../domain/views.ts";
import type { Queryable } from "../database.ts";

/**
 * By tier of an event, how many of its confirmed tickets there are and with how many of them somebody was let in. Only
 * bookings that were used are looked at, by an index of their own.
 */
export async function checkInsOf(db: Queryable, eventId: string): Promise<TierCheckIns[]> {
  const { rows } = await db.query<TierCheckIns>({
    name: "check-ins-of-event",
    text: `select t.name as tier, t.sold as expected, coalesce(u.used, 0)::integer as "checkedIn"
             from tier t
             left join (select tier, sum(jsonb_array_length(check_ins)) as used from booking
                         where event_id = $1 and status = 'confirmed' and check_ins is not null group by tier) u
               on u.tier = t.position
            where t.event_id = $1 order by t.position`,
    values: [eventId],
  });
  return rows;
}
