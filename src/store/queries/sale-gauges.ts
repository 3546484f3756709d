import type { Queryable } from "../database.ts";

export interface StockFigures {
  /** Events that can be booked now, and those of them that have nothing left. */
  readonly onSale: number;
  readonly soldOut: number;
  /** Tickets of all events on sale. */
  readonly left: number;
  readonly held: number;
  readonly sold: number;
  /** What is left of the event on sale that has least, of those that have any; null where there is none. */
  readonly leastLeft: number | null;
}

const ON_SALE = `
  with stock as (
    select sum(t.capacity - t.sold - t.held - t.blocked) as left_over, sum(t.held) as held, sum(t.sold) as sold
      from event e join actor a using (event_id) join tier t using (event_id)
     where e.status = 'active' and e.sale_status = 'open' and not a.is_paused
       and not exists (select from load_test_event l where l.event_id = e.event_id)
     group by e.event_id
  )
  select count(*)::integer as "onSale", (count(*) filter (where left_over <= 0))::integer as "soldOut",
         coalesce(sum(left_over), 0)::float8 as left, coalesce(sum(held), 0)::float8 as held,
         coalesce(sum(sold), 0)::float8 as sold, (min(left_over) filter (where left_over > 0))::float8 as "leastLeft"
    from stock`;

/** What is on sale, without what load tests sell themselves. Costs by events on sale, however many there were before. */
export async function stockFigures(db: Queryable): Promise<StockFigures> {
  const { rows } = await db.query<StockFigures>({ name: "stock-figures", text: ON_SALE });
  return rows[0] as StockFigures;
}

export interface OutboxFigures {
  readonly sink: string;
  /** Ranges of the ledger that it has not taken. */
  readonly ranges: number;
  /** Those of them that it failed to take. */
  readonly failing: number;
  /** How long the oldest that is due is overdue. */
  readonly oldestMs: number;
}

/** How far what carries effects is behind, by sink; those with nothing owed are left out. */
export async function outboxFigures(db: Queryable): Promise<OutboxFigures[]> {
  const { rows } = await db.query<OutboxFigures>({
    name: "outbox-figures",
    text: `select sink, count(*)::integer as ranges, (count(*) filter (where attempts > 0))::integer as failing,
                  (greatest(0, extract(epoch from now() - min(due_at))) * 1000)::float8 as "oldestMs"
             from outbox group by sink`,
  });
  return rows;
}

/** Commands that were set aside because they could not be decided. */
export async function deadLetterCount(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    "select count(*)::integer as count from dead_letter where settled_at is null",
  );
  return rows[0]?.count ?? 0;
}
