import type pg from "pg";
import type { Pages } from "../../audit/ports.ts";
import type { Queryable } from "../database.ts";

/** Rows that are read at once. */
const PAGE_ROWS_MAX = 2_000;

interface Walk<Row> {
  readonly eventId: string | null;
  /** The key before the first. */
  readonly first: unknown;
  keyOf(row: Row): unknown;
}

/**
 * Rows behind a key, page by page along an index, so that no table is held as a whole. The statement takes the event,
 * the key to go on behind and the number of rows. The first page is asked for at once: those of several tables share a
 * round trip, and most events have no second one.
 */
export function pagesOf<Row extends pg.QueryResultRow>(
  db: Queryable,
  statement: { readonly name: string; readonly text: string },
  walk: Walk<Row>,
): Pages<Row> {
  const page = async (after: unknown) =>
    (await db.query<Row>({ ...statement, values: [walk.eventId, after, PAGE_ROWS_MAX] })).rows;
  const first = page(walk.first);
  // Whoever walks hears of it; where something else failed before, nobody does.
  first.catch(() => undefined);
  return walkOn(first, page, walk);
}

async function* walkOn<Row>(
  first: Promise<Row[]>,
  page: (after: unknown) => Promise<Row[]>,
  { keyOf }: Walk<Row>,
): AsyncGenerator<Row[]> {
  let rows = await first;
  for (;;) {
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < PAGE_ROWS_MAX) return;
    rows = await page(keyOf(last));
  }
}

/** Before every UUID there is. */
export const FIRST_ID = "00000000-0000-0000-0000-000000000000";
