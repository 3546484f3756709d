import type { BookingStats } from "../identity/ports.ts";
import type { Queryable } from "./database.ts";

interface StatsRow {
  readonly user_id: string;
  readonly currency: string;
  readonly bookings: number;
  readonly upcoming: number;
  readonly spent_minor: number;
}

const BOOKING_STATS = {
  name: "user-booking-stats",
  text: `select b.user_id, e.currency,
      count(*) filter (where b.status <> 'expired') as bookings,
      count(distinct e.event_id) filter
        (where b.status = 'confirmed' and e.status = 'active' and e.starts_at > now()) as upcoming,
      sum(case
        when p.user_id = b.user_id then p.captured_minor - p.refund_minor
        when p.id is not null then 0
        when b.status = 'confirmed' then b.total_minor
        when b.status = 'cancelled' and b.held_until is null then greatest(b.total_minor - b.refund_minor, 0)
        else 0 end)::bigint as spent_minor
    from booking b join event e on e.event_id = b.event_id
    left join payment p on p.event_id = b.event_id and p.id = b.payment_id and p.state = 'captured'
                       and b.status in ('confirmed', 'cancelled')
    where b.user_id = any($1::uuid[]) group by b.user_id, e.currency order by e.currency`,
};

/**
 * A person's bookings (cancelled ones count, holds that lapsed do not), coming events, and what they paid by currency: through a
 * provider, what it captured and did not give back; elsewhere the price of what stands or was kept. A hold that was
 * never paid cost nothing.
 */
export async function bookingStatsOf(db: Queryable, userId: string): Promise<BookingStats> {
  return (await bookingStatsOfAll(db, [userId]))(userId);
}

/** The same of several people in one query. */
export async function bookingStatsOfAll(
  db: Queryable,
  userIds: readonly string[],
): Promise<(userId: string) => BookingStats> {
  const { rows } = await db.query<StatsRow>({ ...BOOKING_STATS, values: [userIds] });
  const byUser = Map.groupBy(rows, (row) => row.user_id);
  return (userId) => statsOf(byUser.get(userId) ?? []);
}

function statsOf(rows: readonly StatsRow[]): BookingStats {
  return {
    bookings: rows.reduce((sum, row) => sum + row.bookings, 0),
    upcomingEvents: rows.reduce((sum, row) => sum + row.upcoming, 0),
    spent: rows.map((row) => ({ currency: row.currency, minor: row.spent_minor })),
  };
}
