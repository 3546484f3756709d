import type { FoldedEvent, PersonChange } from "../../analytics/folded-event.ts";
import { addTo } from "../../analytics/measures.ts";
import { cellOf, type Person } from "../../analytics/people.ts";
import { columnsOf, ms, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { addUp, byKey } from "./add-up.ts";
import { scopesOf } from "./scope.ts";

interface Key {
  readonly scope: string;
  readonly currency: string;
  readonly userId: string;
}

interface Change extends Key {
  readonly change: PersonChange;
}

/** What people have, of each organiser and of all, and how many people there are of each kind. */
export async function writePeople(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  const changes = changesIn(folded);
  if (changes.length === 0) return;
  const known = await readPeople(tx, changes);
  const people = changes.map(({ change, ...key }) => {
    const before = known.get(nameOf(key)) ?? null;
    return { ...key, before, after: afterChange(before, change) };
  });
  await Promise.all([keepPeople(tx, people), countPeople(tx, people)]);
}

function changesIn(folded: readonly FoldedEvent[]): Change[] {
  const given = folded.flatMap(({ standing: { ownerId, currency }, people }) =>
    scopesOf(ownerId).flatMap((scope) =>
      [...people].map(([userId, more]) => ({ scope, currency, userId, more })),
    ),
  );
  return byKey(
    given,
    nameOf,
    ({ scope, currency, userId }): Change => ({
      scope,
      currency,
      userId,
      change: { bookings: 0, tickets: 0, spendMinor: 0, lastAt: null },
    }),
    ({ change }, { more }) => {
      change.bookings += more.bookings;
      change.tickets += more.tickets;
      change.spendMinor += more.spendMinor;
      if (more.lastAt !== null) change.lastAt = Math.max(change.lastAt ?? 0, more.lastAt);
    },
  );
}

function nameOf({ scope, currency, userId }: Key): string {
  return `${scope} ${currency} ${userId}`;
}

function afterChange(before: Person | null, { bookings, tickets, spendMinor, lastAt }: PersonChange): Person {
  return {
    bookings: (before?.bookings ?? 0) + bookings,
    tickets: (before?.tickets ?? 0) + tickets,
    spendMinor: (before?.spendMinor ?? 0) + spendMinor,
    lastAt: Math.max(before?.lastAt ?? 0, lastAt ?? 0),
  };
}

async function readPeople(tx: Queryable, keys: readonly Key[]): Promise<Map<string, Person>> {
  const { rows } = await tx.query<Key & Person>({
    name: "analytics-people",
    text: `select p.scope_id as scope, p.currency, p.user_id as "userId", p.bookings, p.tickets, p.spend_minor as "spendMinor",
                  ${ms("p.last_at")} as "lastAt"
             from unnest($1::uuid[], $2::text[], $3::uuid[]) as u (scope_id, currency, user_id)
             join analytics_person p using (scope_id, currency, user_id)`,
    values: keyColumns(keys),
  });
  return new Map(rows.map((row) => [nameOf(row), row]));
}

function keyColumns(keys: readonly Key[]): string[] {
  return columnsOf(
    keys,
    ({ scope }) => scope,
    ({ currency }) => currency,
    ({ userId }) => userId,
  );
}

async function keepPeople(
  tx: Queryable,
  people: readonly (Key & { readonly after: Person })[],
): Promise<void> {
  await tx.query({
    name: "analytics-keep-people",
    text: `insert into analytics_person (scope_id, currency, user_id, bookings, tickets, spend_minor, last_at)
           select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::integer[], $5::integer[], $6::bigint[],
                                $7::timestamptz[])
               on conflict (scope_id, currency, user_id) do update
              set bookings = excluded.bookings, tickets = excluded.tickets, spend_minor = excluded.spend_minor,
                  last_at = excluded.last_at`,
    values: [
      ...keyColumns(people),
      ...columnsOf(
        people,
        ({ after }) => after.bookings,
        ({ after }) => after.tickets,
        ({ after }) => after.spendMinor,
        ({ after }) => timestamp(after.lastAt),
      ),
    ],
  });
}

/** Takes people out of the cell in which they were, and puts them into that in which they are. */
export function countPeople(
  tx: Queryable,
  people: readonly (Key & { readonly before: Person | null; readonly after: Person | null })[],
): Promise<void> {
  const moves = people.flatMap(({ scope, currency, before, after }) =>
    (
      [
        [before, -1],
        [after, 1],
      ] as const
    ).flatMap(([person, sign]) => {
      const cell = person === null ? null : cellOf(person);
      if (cell === null || person === null) return [];
      const { lastDay, bookings, spendStep } = cell;
      const more = {
        people: sign,
        bookings_sum: sign * person.bookings,
        spend_minor: sign * person.spendMinor,
      };
      return [{ scope, currency, lastDay, bookings, spendStep, more }];
    }),
  );
  return addUp(tx, {
    table: "analytics_people",
    key: [
      { name: "scope_id", type: "uuid", of: ({ scope }) => scope },
      { name: "currency", type: "text", of: ({ currency }) => currency },
      { name: "last_day", type: "date", of: ({ lastDay }) => lastDay },
      { name: "bookings", type: "smallint", of: ({ bookings }) => bookings },
      { name: "spend_step", type: "smallint", of: ({ spendStep }) => spendStep },
    ],
    names: ["people", "bookings_sum", "spend_minor"],
    sums: ({ sum }) => sum,
    rows: byKey(
      moves,
      ({ scope, currency, lastDay, bookings, spendStep }) =>
        `${scope} ${currency} ${lastDay} ${bookings} ${spendStep}`,
      (move) => ({ ...move, sum: { people: 0, bookings_sum: 0, spend_minor: 0 } }),
      ({ sum }, { more }) => addTo(sum, more),
    ),
  });
}
