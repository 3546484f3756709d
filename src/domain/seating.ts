/**
 * An organiser's seat configuration, as the ledger and the table keep it: sections and rows from best to worst,
 * `tier` the position of the section's tier. Two sections may share a name where it has rows of several tiers.
 */
export interface SeatingDraft {
  readonly sections: readonly {
    readonly name: string;
    readonly tier: number;
    readonly rows: readonly { readonly label: string; readonly seats: number }[];
  }[];
}

/** A row: the seats `first` … `first + count - 1`. */
export interface SeatRow {
  readonly section: string;
  readonly tier: number;
  readonly label: string;
  readonly first: number;
  readonly count: number;
}

/** A section: the rows `firstRow` … `endRow - 1`. */
export interface SeatSection {
  readonly name: string;
  readonly tier: number;
  readonly firstRow: number;
  readonly endRow: number;
}

/**
 * The seats of an event, numbered 0 … `count - 1` in layout order: best section, best row, first seat first. It never
 * changes after the event was created.
 */
export interface Seating {
  readonly count: number;
  readonly rows: readonly SeatRow[];
  readonly sections: readonly SeatSection[];
}

/** Where a seat is, in the words on its ticket. */
export interface SeatPlace {
  readonly section: string;
  readonly row: string;
  readonly number: string;
  readonly tier: number;
}

/**
 * Lays a seat configuration out.
 * @throws Error where a row has no seats: look-ups rely on it.
 */
export function seatingOf(draft: SeatingDraft): Seating {
  const rows: SeatRow[] = [];
  const sections: SeatSection[] = [];
  let count = 0;
  for (const { name, tier, rows: rowDrafts } of draft.sections) {
    sections.push({ name, tier, firstRow: rows.length, endRow: rows.length + rowDrafts.length });
    for (const { label, seats } of rowDrafts) {
      if (!Number.isInteger(seats) || seats < 1) {
        throw new Error(`invariant: section ${name}, row ${label} has ${seats} seats`);
      }
      rows.push({ section: name, tier, label, first: count, count: seats });
      count += seats;
    }
  }
  return { count, rows, sections };
}

/**
 * The position in `seating.rows` of the row that a seat is in.
 * @throws Error where there is no such seat.
 */
export function rowOf(seating: Seating, seat: number): number {
  if (!Number.isInteger(seat) || seat < 0 || seat >= seating.count) {
    throw new Error(`invariant: no seat ${seat} among ${seating.count}`);
  }
  let low = 0;
  let high = seating.rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (seating.rows[middle]!.first <= seat) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Where a seat is. Seats of a row are numbered from "1".
 * @throws Error where there is no such seat.
 */
export function seatPlace(seating: Seating, seat: number): SeatPlace {
  const { section, label, tier, first } = seating.rows[rowOf(seating, seat)]!;
  return { section, row: label, number: String(seat - first + 1), tier };
}

/** The sections of that name, best first; none where the event has no such section. */
export function sectionsNamed(seating: Seating, name: string): SeatSection[] {
  return seating.sections.filter((section) => section.name === name);
}

/** How many seats each tier has, by tier position up to the last tier that has any. */
export function seatsPerTier(seating: Seating): number[] {
  const seats: number[] = [];
  for (const { tier, count } of seating.rows) {
    while (seats.length <= tier) seats.push(0);
    seats[tier]! += count;
  }
  return seats;
}
