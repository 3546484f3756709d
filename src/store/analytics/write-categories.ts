import type { FoldedEvent } from "../../analytics/folded-event.ts";
import { SALES_NAMES, type Sales } from "../../analytics/measures.ts";
import { columnsOf } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { addSales, type NamedSales } from "./write-scopes.ts";

/**
 * Moves what was sold so far of events whose category changed to the new one, so that a category always has all that its
 * present events sold. Before the entries that changed it are written: these count under the new one already.
 */
export async function writeCategories(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  const moved = folded.filter(
    ({ standing, categoryBefore, isNew }) => !isNew && standing.category !== categoryBefore,
  );
  if (moved.length === 0) return;
  const rows = await soldOf(
    tx,
    moved.map(({ standing }) => standing.eventId),
  );
  const given = moved.flatMap(({ standing, categoryBefore }) =>
    rows
      .filter(({ eventId }) => eventId === standing.eventId)
      .flatMap(({ day, ...sales }): NamedSales[] => {
        const of = { ownerId: standing.ownerId, currency: standing.currency, kind: "event" as const, day };
        return [
          { ...of, name: categoryBefore, sales: scaled(sales, -1) },
          { ...of, name: standing.category, sales: scaled(sales, 1) },
        ];
      }),
  );
  await addSales(tx, given);
}

function scaled(sales: Sales, factor: number): Sales {
  return Object.fromEntries(SALES_NAMES.map((name) => [name, sales[name] * factor])) as Sales;
}

/** What events sold by day. */
export async function soldOf(tx: Queryable, eventIds: readonly string[]) {
  const { rows } = await tx.query<Sales & { readonly eventId: string; readonly day: string }>({
    name: "analytics-sold-of",
    text: `select event_id as "eventId", day::text, ${SALES_NAMES.map((name) => `sum(${name})::bigint as ${name}`).join(", ")}
             from analytics_tier_day where event_id = any($1::uuid[]) group by event_id, day`,
    values: columnsOf(eventIds, (id) => id),
  });
  return rows;
}
