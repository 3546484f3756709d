import type { EventStanding, FoldedEvent } from "../../analytics/folded-event.ts";
import {
  addTo,
  MEASURE_NAMES,
  type Measures,
  MINUTE_NAMES,
  noMeasures,
  noSales,
  SALES_NAMES,
  type Sales,
} from "../../analytics/measures.ts";
import { timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { integers } from "../sql/seats.ts";
import { addUp } from "./add-up.ts";

/** How far back there are minutes. */
export const MINUTES_KEPT_MS = 86_400_000;

/** What belongs to single events: how they stand, their days, tiers, refusals and minutes. */
export async function writeEvents(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  await Promise.all([
    writeStandings(tx, folded),
    writeDays(tx, folded),
    writeTiers(tx, folded),
    writeTierDays(tx, folded),
    writeRefusals(tx, folded),
    writeMinutes(tx, folded),
  ]);
}

const timeOf = (ms: number | null) => (ms === null ? null : timestamp(ms));

function writeStandings(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  const rows = folded.map(({ standing, days }) => ({ standing, total: totalOf(days.values()) }));
  const column = (name: string, type: string, of: (standing: EventStanding) => unknown) => ({
    name,
    type,
    of: (row: (typeof rows)[number]) => of(row.standing),
  });
  return addUp(tx, {
    table: "analytics_event",
    key: [column("event_id", "uuid", ({ eventId }) => eventId)],
    set: [
      column("seq", "bigint", ({ seq }) => seq),
      column("decided_at", "timestamptz", ({ decidedAt }) => timestamp(decidedAt)),
      column("owner_id", "uuid", ({ ownerId }) => ownerId),
      column("currency", "text", ({ currency }) => currency),
      column("category", "text", ({ category }) => category),
      column("status", "text", ({ status }) => status),
      column("capacity", "integer", ({ tiers }) => tiers.reduce((sum, { capacity }) => sum + capacity, 0)),
      column("waiting", "integer", ({ waiting }) => waiting),
      column("hour_at", "timestamptz", ({ hourAt }) => timeOf(hourAt)),
      column("hours", "integer[]", ({ hours }) => integers(hours)),
      column("peak_at", "timestamptz", ({ peakAt }) => timeOf(peakAt)),
      column("peak_bookings", "integer", ({ peakBookings }) => peakBookings),
    ],
    names: MEASURE_NAMES,
    sums: ({ total }) => total,
    rows,
  });
}

export function totalOf(days: Iterable<Measures>): Measures {
  const total = noMeasures();
  for (const measures of days) addTo(total, measures);
  return total;
}

/** Their weeks follow by a trigger. */
function writeDays(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  return addUp(tx, {
    table: "analytics_event_day",
    key: [
      { name: "event_id", type: "uuid", of: ({ eventId }) => eventId },
      { name: "day", type: "date", of: ({ day }) => day },
    ],
    names: MEASURE_NAMES,
    sums: ({ measures }) => measures,
    rows: folded.flatMap(({ standing: { eventId }, days }) =>
      [...days].map(([day, measures]) => ({ eventId, day, measures })),
    ),
  });
}

function writeTiers(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  const rows = folded.flatMap(({ standing: { eventId, tiers }, tierDays }) => {
    const totals = tiers.map((): Sales => noSales());
    for (const { tier, sales } of tierDays.values()) addTo(totals[tier] as Sales, sales);
    return tiers.map((tier, at) => ({ eventId, at, tier, sales: totals[at] as Sales }));
  });
  return addUp(tx, {
    table: "analytics_tier",
    key: [
      { name: "event_id", type: "uuid", of: ({ eventId }) => eventId },
      { name: "tier", type: "smallint", of: ({ at }) => at },
    ],
    set: [
      { name: "name", type: "text", of: ({ tier }) => tier.name },
      { name: "capacity", type: "integer", of: ({ tier }) => tier.capacity },
      { name: "price_minor", type: "bigint", of: ({ tier }) => tier.priceMinor },
    ],
    names: SALES_NAMES,
    sums: ({ sales }) => sales,
    rows,
  });
}

function writeTierDays(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  return addUp(tx, {
    table: "analytics_tier_day",
    key: [
      { name: "event_id", type: "uuid", of: ({ eventId }) => eventId },
      { name: "tier", type: "smallint", of: ({ tier }) => tier },
      { name: "day", type: "date", of: ({ day }) => day },
    ],
    names: SALES_NAMES,
    sums: ({ sales }) => sales,
    rows: folded.flatMap(({ standing: { eventId }, tierDays }) =>
      [...tierDays.values()].map((one) => ({ eventId, ...one })),
    ),
  });
}

function writeRefusals(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  return addUp(tx, {
    table: "analytics_tally",
    key: [
      { name: "event_id", type: "uuid", of: ({ eventId }) => eventId },
      { name: "day", type: "date", of: ({ day }) => day },
      { name: "what", type: "text", of: () => "refused" },
      { name: "reason", type: "text", of: ({ reason }) => reason },
    ],
    names: ["requests", "tickets"],
    sums: ({ refused }) => ({ ...refused }),
    rows: folded.flatMap(({ standing: { eventId }, refusals }) =>
      [...refusals.values()].map((one) => ({ eventId, ...one })),
    ),
  });
}

/** Those that are long past, as in a rebuild, are not asked for any more. */
function writeMinutes(tx: Queryable, folded: readonly FoldedEvent[]): Promise<void> {
  const from = Date.now() - MINUTES_KEPT_MS;
  return addUp(tx, {
    table: "analytics_minute",
    key: [
      { name: "minute", type: "timestamptz", of: ({ minute }) => timestamp(minute) },
      { name: "event_id", type: "uuid", of: ({ eventId }) => eventId },
    ],
    names: MINUTE_NAMES,
    sums: ({ counts }) => counts,
    rows: folded.flatMap(({ standing: { eventId }, minutes }) =>
      [...minutes]
        .filter(([minute]) => minute >= from)
        .map(([minute, counts]) => ({ eventId, minute, counts })),
    ),
  });
}
