import type { EventDraft } from "../../src/domain/event-draft.ts";
import type { EventId, UserId } from "../../src/domain/ids.ts";
import { stepAnalytics } from "../../src/store/analytics/step.ts";
import type { Engine } from "../engine/engine.ts";
import { Storm } from "../engine/storm.ts";

export const ANA = "01980000-0000-7000-8000-00000000000a" as UserId;
export const BEN = "01980000-0000-7000-8000-00000000000b" as UserId;

/** Adds up all that was decided. @returns steps that it took */
export async function catchUp(engine: Engine, entriesMax = 2_000): Promise<number> {
  for (let steps = 1; steps <= 10_000; steps += 1) {
    const { type, behind, entries } = await stepAnalytics(engine.pool, entriesMax);
    if (type === "done" && behind <= entries) return steps;
  }
  throw new Error("analytics never caught up");
}

/** The kind of event that storms know. */
export async function stormyEvent(engine: Engine, fields: Partial<EventDraft>): Promise<EventId> {
  const row = (label: string) => ({ label, seats: 10 });
  return await engine.event({
    requiresPayment: true,
    ticketsPerBookingMax: 6,
    refundPolicy: { type: "percentage", steps: [{ hoursBefore: 1, percent: 50 }] },
    tiers: [
      { name: "Stalls", priceMinor: 5_000, capacity: 20, isSeated: true },
      { name: "Circle", priceMinor: 3_000, capacity: 20, isSeated: true },
      { name: "Standing", priceMinor: 1_000, capacity: 15 },
    ],
    seating: {
      sections: [
        { name: "Stalls", tier: 0, rows: ["A", "B"].map(row) },
        { name: "Circle", tier: 1, rows: ["A", "B"].map(row) },
      ],
    },
    ...fields,
  });
}

export interface Stormy {
  readonly eventId: EventId;
  readonly storm: Storm;
}

/** Events of two organisers in two currencies, of three categories. */
export async function stormyEvents(
  engine: Engine,
  roll: (sides: number) => number,
): Promise<readonly Stormy[]> {
  const kinds = [
    { createdBy: ANA, currency: "USD", category: "music" },
    { createdBy: ANA, currency: "EUR", category: "theatre" },
    { createdBy: BEN, currency: "USD", category: null },
  ];
  const events: Stormy[] = [];
  for (const kind of kinds) {
    const eventId = await stormyEvent(engine, kind);
    events.push({ eventId, storm: new Storm(engine, eventId, roll) });
  }
  return events;
}

/** Everything that analytics are, but for when they were caught up. */
export async function contents(engine: Engine): Promise<Record<string, string[]>> {
  const tables: Record<string, string[]> = {};
  for (const [table, key] of Object.entries(TABLES)) {
    const { rows } = await engine.pool.query(`select * from analytics_${table} order by ${key}`);
    tables[table] = rows.filter((row) => !isNothing(row)).map((row) => JSON.stringify(row));
  }
  return tables;
}

const TABLES = {
  event: "event_id",
  event_day: "event_id, day",
  day: "scope_id, currency, day",
  tier: "event_id, tier",
  tier_day: "event_id, tier, day",
  category_day: "scope_id, currency, kind, name, day",
  tally: "event_id, day, what, reason",
  tally_day: "scope_id, day, what, reason",
  minute: "minute, event_id",
  person: "scope_id, currency, user_id",
  people: "scope_id, currency, last_day, bookings, spend_step",
  booking: "event_id, booking_id",
  refund: "event_id, refund_id",
} as const;

/** A row from which everything was taken back again. */
function isNothing(row: Readonly<Record<string, unknown>>): boolean {
  if ("people" in row) return row.people === 0;
  const sums = Object.entries(row).filter(([name, value]) => typeof value === "number" && !KEYS.has(name));
  return (
    sums.length > 0 && sums.every(([, value]) => value === 0) && !("status" in row) && !("user_id" in row)
  );
}

const KEYS = new Set(["tier", "spend_step", "capacity", "price_minor"]);
