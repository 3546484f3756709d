import type { EventId } from "../domain/ids.ts";
import type { Queryable } from "./database.ts";

export interface NamedEvent {
  readonly eventId: EventId;
  readonly number: number;
  readonly name: string;
}

/** An event by its id or its number, or null. */
export async function namedEvent(
  db: Queryable,
  asked: { readonly id?: string; readonly number?: number },
): Promise<NamedEvent | null> {
  const { rows } = await db.query<NamedEvent>(
    `select event_id as "eventId", number, name from event where event_id = $1 or number = $2`,
    [asked.id ?? null, asked.number ?? null],
  );
  return rows[0] ?? null;
}

export interface Pace extends NamedEvent {
  /** Envelopes decided so far. */
  readonly decided: number;
  /** Decisions a second under the last backlog; null where there was none yet. */
  readonly decidedPerSecond: number | null;
  readonly isPaused: boolean;
}

/** How far the actors of some events have come, and at which time of the database (Unix ms). */
export async function pacesOf(
  db: Queryable,
  eventIds: readonly EventId[],
): Promise<{ readonly atMs: number; readonly paces: ReadonlyMap<EventId, Pace> }> {
  const { rows } = await db.query<Pace & { atMs: number }>(
    `select event_id as "eventId", e.number, e.name, a.bookings_decided + a.urgent_decided as decided,
            a.decided_per_s as "decidedPerSecond", a.is_paused as "isPaused",
            extract(epoch from clock_timestamp())::float8 * 1000 as "atMs"
       from event e join actor a using (event_id) where event_id = any($1::uuid[])`,
    [eventIds],
  );
  return { atMs: rows[0]?.atMs ?? 0, paces: new Map(rows.map((row) => [row.eventId, row])) };
}
