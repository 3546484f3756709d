import { SEAT } from "../../domain/seat-map.ts";
import type { Seating, SeatRow } from "../../domain/seating.ts";
import { availableIn } from "../../domain/state.ts";
import type { EventView } from "../../domain/views.ts";
import type { SeatsQuery } from "../schemas/seating.ts";

/** The seats of an event at one moment; none where it sells tickets only. */
export interface SeatsSeen {
  readonly event: EventView;
  /** The ledger number that all of this is at least as new as. */
  readonly seq: number;
  readonly seating: Seating;
  /** By seat. */
  readonly status: Uint8Array;
  /** The JSON of each row of the seating, see `SeatRows`. */
  readonly rows: readonly Buffer[];
}

const COMMA = Buffer.from(",");

type Filter = Pick<SeatsQuery, "section" | "price_tier">;

/**
 * The `data` of a reply with the seats that a filter lets through, by section and row, as pieces of JSON: rows are
 * copied as they are, because an object of 60,000 parts would take longer to be made than all the rest. The summary
 * counts what is available in the sections and tiers of the filter, whatever status is shown; tiers without seats are
 * in it where no section is asked for.
 */
export function renderSeats(seen: SeatsSeen, filter: Filter): readonly Uint8Array[] {
  const { event, seq, seating, rows } = seen;
  const sections = new Map<string, Buffer[]>();
  for (const [at, row] of seating.rows.entries()) {
    const rendered = rows[at]!;
    if (rendered.length === 0 || !isMeant(row, event, filter)) continue;
    // A name that comes twice is one section to a reader.
    const known = sections.get(row.section);
    if (known === undefined) sections.set(row.section, [rendered]);
    else known.push(rendered);
  }
  const pieces: Uint8Array[] = [Buffer.from(`{"event_id":"${event.eventId}","seq":${seq},"sections":[`)];
  for (const [name, ofSection] of sections) {
    pieces.push(Buffer.from(`${pieces.length > 1 ? "," : ""}{"name":${JSON.stringify(name)},"rows":[`));
    for (const [at, row] of ofSection.entries()) pieces.push(...(at === 0 ? [row] : [COMMA, row]));
    pieces.push(Buffer.from("]}"));
  }
  pieces.push(Buffer.from(`],"summary":${JSON.stringify(summaryOf(seen, filter))}}`));
  return pieces;
}

function isMeant({ section, tier }: SeatRow, { tiers }: EventView, filter: Filter): boolean {
  if (filter.section !== undefined && filter.section !== section) return false;
  return filter.price_tier === undefined || filter.price_tier === tiers[tier]?.name;
}

function summaryOf({ event, seating, status }: SeatsSeen, filter: Filter) {
  const free = new Map<number, number>();
  for (const row of seating.rows) {
    if (isMeant(row, event, filter)) free.set(row.tier, (free.get(row.tier) ?? 0) + freeIn(row, status));
  }
  if (filter.section === undefined) {
    for (const [at, tier] of event.tiers.entries()) {
      const isAsked = filter.price_tier === undefined || filter.price_tier === tier.name;
      if (!tier.isSeated && isAsked) free.set(at, availableIn(tier));
    }
  }
  const byTier = [...free].sort(([a], [b]) => a - b).map(([at, count]) => [event.tiers[at]!.name, count]);
  const total = [...free.values()].reduce((sum, count) => sum + count, 0);
  // `fromEntries` defines own properties, also for a tier called __proto__.
  return { total_available: total, by_tier: Object.fromEntries(byTier) };
}

function freeIn({ first, count }: SeatRow, status: Uint8Array): number {
  let free = 0;
  for (let seat = first; seat < first + count; seat += 1) if (status[seat] === SEAT.free) free += 1;
  return free;
}
