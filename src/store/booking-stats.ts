import type { BookingStats } from "../identity/ports.ts";
import type { Queryable } from "./database.ts";

interface StatsRow {
  readonly currency: string;
  readonly bookings: number;
  readonly upcoming: number;
  readonly spent_minor: number;
}

const BOOKING_STATS = {
  name: "user-booking-stats",
  text: `select e.currency,
      count(*) as bookings,
      count(distinct e.event_id) filter
        (where b.status = 'confirmed' and e.status = 'active' and e.starts_at > now()) as upcoming,
      sum(b.total_minor - b.refund_minor)::bigint as spent_minor
    from booking b join event e on e.event_id = b.event_id
    where b.user_id = $1 group by e.currency order by e.currency`,
};

/** A person's bookings (cancelled ones count as bookings), coming events, and what they paid by currency. */
export async function bookingStatsOf(db: Queryable, userId: string): Promise<BookingStats> {
  const { rows } = await db.query<StatsRow>({ ...BOOKING_STATS, values: [userId] });
  return {
    bookings: rows.reduce((sum, row) => sum + row.bookings, 0),
    upcomingEvents: rows.reduce((sum, row) => sum + row.upcoming, 0),
    spent: rows.map((row) => ({ currency: row.currency, minor: row.spent_minor })),
  };
}
