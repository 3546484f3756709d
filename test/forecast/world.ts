import type pg from "pg";
import { dayAfter } from "../../src/forecast/measure.ts";

export const ANA = "01980000-0000-7000-8000-00000000000a";
export const BEN = "01980000-0000-7000-8000-00000000000b";
export const EVERYBODY = "00000000-0000-0000-0000-000000000000";

/** The days of these tests do not depend on any clock. */
export const TODAY = "2026-06-01";

/** What a shop takes in: a week's rhythm around a level. */
export function bookingsOn(day: string): number {
  const weekday = new Date(day).getUTCDay();
  return [4, 12, 10, 14, 16, 20, 8][weekday]! + (Number(day.slice(8)) % 3);
}

/** Writes what analytics know: bookings of somebody by day, in two currencies. @param from, until the latter not included */
export async function bookings(
  pool: pg.Pool,
  options: {
    readonly scopeId: string;
    readonly from: string;
    readonly until: string;
    readonly of?: (day: string) => number;
  },
): Promise<void> {
  const { scopeId, from, until, of = bookingsOn } = options;
  for (let day = from; day < until; day = dayAfter(day, 1)) {
    await pool.query(
      `insert into analytics_day (scope_id, currency, day, bookings) values ($1, 'USD', $2, $3), ($1, 'EUR', $2, 1)`,
      [scopeId, day, of(day) - 1],
    );
  }
}

/** Writes an event as the ledger and analytics leave it. @param sold tickets by days before it */
export async function event(
  pool: pg.Pool,
  options: {
    readonly eventId: string;
    readonly ownerId?: string;
    readonly on: string;
    readonly capacity?: number;
    readonly status?: string;
    readonly sold: Readonly<Record<number, number>>;
  },
): Promise<void> {
  const { eventId, ownerId = ANA, on, capacity = 100, status = "active", sold } = options;
  await pool.query(
    `insert into event (event_id, name, venue, starts_at, currency, tickets_per_booking_max, status, sale_status, created_by,
       created_at, updated_at) values ($1, 'Jazz', 'Hall', $2::date + time '19:00', 'USD', 6, $3, 'open', $4, now(), now())`,
    [eventId, on, status, ownerId],
  );
  const tickets = Object.values(sold).reduce((sum, count) => sum + count, 0);
  await pool.query(
    `insert into analytics_event (event_id, seq, decided_at, owner_id, currency, category, status, capacity, waiting, hours,
       peak_bookings, tickets) values ($1, 1, now(), $2, 'USD', 'music', $3, $4, 0, '{}', 0, $5)`,
    [eventId, ownerId, status, capacity, tickets],
  );
  for (const [daysBefore, count] of Object.entries(sold)) {
    await pool.query("insert into analytics_event_day (event_id, day, tickets) values ($1, $2, $3)", [
      eventId,
      dayAfter(on, -Number(daysBefore)),
      count,
    ]);
  }
}

export function eventIdOf(number: number): string {
  return `01980000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
}
