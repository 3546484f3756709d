import type pg from "pg";
import { columnsOf } from "../columns.ts";
import { inTransaction } from "../database.ts";
import { addUp, byKey } from "./add-up.ts";
import { EVERYBODY } from "./scope.ts";
import { addTallies, type OwnedTally } from "./write-scopes.ts";

/** What a process counted of an event: named by its id, or by the number that surface B shows; null: of none in particular. */
export interface CountedTally {
  readonly event: string | number | null;
  readonly day: string;
  readonly what: "viewed" | "turned_away";
  readonly reason: string;
  readonly requests: number;
  readonly tickets: number;
}

interface EventRow {
  readonly eventId: string;
  readonly number: number;
  readonly ownerId: string;
}

/** Adds what a process counted to what others did. What names no event that there is, is left out. */
export async function addCounted(pool: pg.Pool, counted: readonly CountedTally[]): Promise<void> {
  if (counted.length === 0) return;
  const named = counted.map(({ event }) => event);
  const { rows } = await pool.query<EventRow>({
    name: "analytics-tallied-events",
    text: `select event_id as "eventId", number, created_by as "ownerId" from event
            where (event_id = any($1::uuid[]) or number = any($2::integer[]))
              and not exists (select from load_test_event l where l.event_id = event.event_id)`,
    values: [
      ...columnsOf(
        named.filter((one) => typeof one === "string"),
        (id) => id,
      ),
      ...columnsOf(
        named.filter((one) => typeof one === "number"),
        (number) => number,
      ),
    ],
  });
  const events = new Map<string | number, EventRow>(
    rows.flatMap((row) => [
      [row.eventId, row],
      [row.number, row],
    ]),
  );
  const owned = counted.flatMap(({ event, ...tally }): (OwnedTally & { readonly eventId: string })[] => {
    if (event === null) return [{ ...tally, eventId: EVERYBODY, ownerId: null }];
    const found = events.get(event);
    return found === undefined ? [] : [{ ...tally, eventId: found.eventId, ownerId: found.ownerId }];
  });
  await inTransaction(pool, async (tx) => {
    await addUp(tx, {
      table: "analytics_tally",
      key: [
        { name: "event_id", type: "uuid", of: ({ eventId }) => eventId },
        { name: "day", type: "date", of: ({ day }) => day },
        { name: "what", type: "text", of: ({ what }) => what },
        { name: "reason", type: "text", of: ({ reason }) => reason },
      ],
      names: ["requests", "tickets"],
      sums: ({ sum }) => ({ ...sum }),
      rows: byKey(
        owned,
        ({ eventId, day, what, reason }) => `${eventId} ${day} ${what} ${reason}`,
        (one) => ({ ...one, sum: { requests: 0, tickets: 0 } }),
        ({ sum }, { requests, tickets }) => {
          sum.requests += requests;
          sum.tickets += tickets;
        },
      ),
    });
    await addTallies(tx, owned);
  });
}
