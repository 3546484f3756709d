import type { FoldedEvent } from "../../analytics/folded-event.ts";
import {
  addTo,
  MEASURE_NAMES,
  noMeasures,
  noSales,
  SALES_NAMES,
  type Sales,
} from "../../analytics/measures.ts";
import type { Queryable } from "../database.ts";
import { addUp, byKey } from "./add-up.ts";
import { EVERYBODY, scopesOf } from "./scope.ts";

/** What is added up over events: of each organiser, and of all. */
export async function writeScopes(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  await Promise.all([writeDays(tx, folded), addSales(tx, salesIn(folded)), writeRefusals(tx, folded)]);
}

function writeDays(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  const given = folded.flatMap(({ standing: { ownerId, currency }, days }) =>
    scopesOf(ownerId).flatMap((scope) => [...days].map(([day, more]) => ({ scope, currency, day, more }))),
  );
  return addUp(tx, {
    table: "analytics_day",
    key: [
      { name: "scope_id", type: "uuid", of: ({ scope }) => scope },
      { name: "currency", type: "text", of: ({ currency }) => currency },
      { name: "day", type: "date", of: ({ day }) => day },
    ],
    names: MEASURE_NAMES,
    sums: ({ sum }) => sum,
    rows: byKey(
      given,
      ({ scope, currency, day }) => `${scope} ${currency} ${day}`,
      ({ scope, currency, day }) => ({ scope, currency, day, sum: noMeasures() }),
      ({ sum }, { more }) => addTo(sum, more),
    ),
  });
}

/** What was sold under a name on a day. */
export interface NamedSales {
  readonly ownerId: string;
  readonly currency: string;
  readonly kind: "tier" | "event";
  readonly name: string;
  readonly day: string;
  readonly sales: Sales;
}

/** By tiers' names and events' categories. */
function salesIn(folded: readonly FoldedEvent[]): NamedSales[] {
  return folded.flatMap(({ standing, tierDays }) =>
    [...tierDays.values()].flatMap(({ tier, day, sales }): NamedSales[] => {
      const { ownerId, currency, category, tiers } = standing;
      const of = { ownerId, currency, day, sales };
      return [
        { ...of, kind: "tier", name: tiers[tier]?.name ?? "" },
        { ...of, kind: "event", name: category },
      ];
    }),
  );
}

export function addSales(tx: Queryable, given: readonly NamedSales[]): Promise<void> {
  const scoped = given.flatMap((one) => scopesOf(one.ownerId).map((scope) => ({ ...one, scope })));
  return addUp(tx, {
    table: "analytics_category_day",
    key: [
      { name: "scope_id", type: "uuid", of: ({ scope }) => scope },
      { name: "currency", type: "text", of: ({ currency }) => currency },
      { name: "kind", type: "text", of: ({ kind }) => kind },
      { name: "name", type: "text", of: ({ name }) => name },
      { name: "day", type: "date", of: ({ day }) => day },
    ],
    names: SALES_NAMES,
    sums: ({ sum }) => sum,
    rows: byKey(
      scoped,
      ({ scope, currency, kind, name, day }) => JSON.stringify([scope, currency, kind, name, day]),
      ({ scope, currency, kind, name, day }) => ({ scope, currency, kind, name, day, sum: noSales() }),
      ({ sum }, { sales }) => addTo(sum, sales),
    ),
  });
}

function writeRefusals(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  const given = folded.flatMap(({ standing: { ownerId }, refusals }) =>
    [...refusals.values()].map(({ day, reason, refused }) => ({
      ownerId,
      day,
      what: "refused",
      reason,
      ...refused,
    })),
  );
  return addTallies(tx, given);
}

/** What was counted by reason of an organiser's events; null: of none in particular. */
export interface OwnedTally {
  readonly ownerId: string | null;
  readonly day: string;
  readonly what: string;
  readonly reason: string;
  readonly requests: number;
  readonly tickets: number;
}

export function addTallies(tx: Queryable, given: readonly OwnedTally[]): Promise<void> {
  const scoped = given.flatMap((one) =>
    (one.ownerId === null ? [EVERYBODY] : scopesOf(one.ownerId)).map((scope) => ({ ...one, scope })),
  );
  return addUp(tx, {
    table: "analytics_tally_day",
    key: [
      { name: "scope_id", type: "uuid", of: ({ scope }) => scope },
      { name: "day", type: "date", of: ({ day }) => day },
      { name: "what", type: "text", of: ({ what }) => what },
      { name: "reason", type: "text", of: ({ reason }) => reason },
    ],
    names: ["requests", "tickets"],
    sums: ({ sum }) => ({ ...sum }),
    rows: byKey(
      scoped,
      ({ scope, day, what, reason }) => `${scope} ${day} ${what} ${reason}`,
      ({ scope, day, what, reason }) => ({ scope, day, what, reason, sum: { requests: 0, tickets: 0 } }),
      ({ sum }, { requests, tickets }) => addTo(sum, { requests, tickets }),
    ),
  });
}
