import { LRUCache } from "lru-cache";
import type pg from "pg";
import { columnsOf } from "./columns.ts";
import { orFault } from "./faults.ts";

const REMEMBERED_MAX = 100_000;

/** By kind, what its numbers are drawn from. */
const SEQUENCES = {
  user: "alias_user",
  booking: "alias_booking",
  waitlist_entry: "alias_waitlist_entry",
  notification: "alias_notification",
} as const;
type Kind = keyof typeof SEQUENCES;

interface AliasRow {
  readonly id: string;
  readonly number: number;
}

/** The table of aliases. @throws Fault "StoreUnavailable" where the database cannot be asked. */
export function createAliases(pool: pg.Pool) {
  // What a row says never changes, so it may be remembered for as long as there is room.
  const numbers = new LRUCache<string, number>({ max: REMEMBERED_MAX });
  const ids = new LRUCache<string, string>({ max: REMEMBERED_MAX });
  const remember = (kind: Kind, { id, number }: AliasRow) => {
    numbers.set(`${kind} ${id}`, number);
    ids.set(`${kind} ${number}`, id);
  };
  return {
    async numbersOf(kind: Kind, wanted: readonly string[]): Promise<readonly number[]> {
      const unknown = [...new Set(wanted)].filter((id) => numbers.get(`${kind} ${id}`) === undefined);
      const rows = unknown.length === 0 ? [] : await orFault(() => numbered(pool, kind, unknown));
      for (const row of rows) remember(kind, row);
      const found = new Map(rows.map(({ id, number }) => [id, number]));
      return wanted.map((id) => {
        const number = found.get(id) ?? numbers.get(`${kind} ${id}`);
        if (number === undefined) throw new Error(`invariant: ${kind} ${id} has no alias`);
        return number;
      });
    },
    async idOf(kind: Kind, number: number): Promise<string | null> {
      const known = ids.get(`${kind} ${number}`);
      if (known !== undefined) return known;
      const row = await orFault(() => byNumber(pool, kind, number));
      if (row !== null) remember(kind, row);
      return row?.id ?? null;
    },
  };
}

/** The rows of these ids; those that are missing are made. Two who make the same one get the same. */
async function numbered(pool: pg.Pool, kind: Kind, ids: readonly string[]): Promise<AliasRow[]> {
  const known = await byIds(pool, kind, ids);
  if (known.length === ids.length) return known;
  await pool.query({
    name: `alias-make-${kind}`,
    // In one order everywhere: two statements with the same ids must not wait for each other crosswise.
    text: `insert into alias (kind, id, number)
           select '${kind}', u.id, nextval('${SEQUENCES[kind]}')
             from (select id from unnest($1::uuid[]) as w (id)
                    where not exists (select from alias a where a.kind = '${kind}' and a.id = w.id)
                    order by id) u
           on conflict (kind, id) do nothing`,
    values: columnsOf(ids, (id) => id),
  });
  // A statement of its own: it sees what others made meanwhile.
  return await byIds(pool, kind, ids);
}

async function byIds(pool: pg.Pool, kind: Kind, ids: readonly string[]): Promise<AliasRow[]> {
  const { rows } = await pool.query<AliasRow>({
    name: "alias-by-ids",
    text: "select id, number from alias where kind = $1 and id = any($2::uuid[])",
    values: [kind, ids],
  });
  return rows;
}

async function byNumber(pool: pg.Pool, kind: Kind, number: number): Promise<AliasRow | null> {
  const { rows } = await pool.query<AliasRow>({
    name: "alias-by-number",
    text: "select id, number from alias where kind = $1 and number = $2",
    values: [kind, number],
  });
  return rows[0] ?? null;
}
