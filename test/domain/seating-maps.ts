import fc from "fast-check";
import type { SeatFilter } from "../../src/domain/free-runs.ts";
import { newSeatMap, SEAT, type SeatMap, type SeatStatus, takeStored } from "../../src/domain/seat-map.ts";
import { type SeatingDraft, type SeatRow, seatingOf } from "../../src/domain/seating.ts";

/** A section of rows as they look: "." is a free seat, "x" a sold one. */
export function mapOf(...rows: readonly string[]): SeatMap {
  const map = newSeatMap(seatingOf({ sections: [section("Stalls", 0, rows)] }));
  const seats = rows.join("");
  const stored = [...seats].map((sign, seat) => ({ seat, status: sign === "x" ? SEAT.sold : SEAT.free }));
  takeStored(map, stored);
  return map;
}

function section(name: string, tier: number, rows: readonly { length: number }[]) {
  return { name, tier, rows: rows.map(({ length }, at) => ({ label: String(at + 1), seats: length })) };
}

/** 20 sections of 100 rows of 30 seats, in four tiers. */
export const stadium: SeatingDraft = {
  sections: Array.from({ length: 20 }, (_, at) =>
    section(
      `Block ${at + 1}`,
      at % 4,
      Array.from({ length: 100 }, () => ({ length: 30 })),
    ),
  ),
};

// Short rows, and rows about as long as the index tells lengths apart. Names and tiers come twice.
const rowLength = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 1, arbitrary: fc.integer({ min: 28, max: 36 }) },
  { weight: 1, arbitrary: fc.integer({ min: 60, max: 75 }) },
);
export const draft: fc.Arbitrary<SeatingDraft> = fc
  .array(
    fc.record({
      name: fc.constantFrom("A", "B", "C"),
      tier: fc.integer({ min: 0, max: 2 }),
      rows: fc.array(rowLength, { maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((sections) => ({
    sections: sections.map(({ name, tier, rows }) =>
      section(
        name,
        tier,
        rows.map((length) => ({ length })),
      ),
    ),
  }));

/** Any status of every seat, from all free to nearly sold out. */
export const map: fc.Arbitrary<SeatMap> = fc
  .record({ draft, weight: fc.constantFrom(1, 3, 12, 60, 600) })
  .chain(({ draft: layout, weight }) => {
    const seating = seatingOf(layout);
    const status = fc.oneof(
      { weight, arbitrary: fc.constant<SeatStatus>(SEAT.free) },
      { weight: 3, arbitrary: fc.constantFrom<SeatStatus>(SEAT.held, SEAT.sold, SEAT.blocked) },
    );
    return fc.array(status, { minLength: seating.count, maxLength: seating.count }).map((statuses) => {
      const filled = newSeatMap(seating);
      takeStored(
        filled,
        statuses.map((one, seat) => ({ seat, status: one })),
      );
      return filled;
    });
  });

const filter: fc.Arbitrary<SeatFilter> = fc.record({
  tier: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  section: fc.option(fc.constantFrom("A", "B", "C", "D"), { nil: undefined }),
});

const quantity = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 1, arbitrary: fc.integer({ min: 28, max: 35 }) },
  { weight: 1, arbitrary: fc.integer({ min: 7, max: 100 }) },
);

export const wish = fc
  .record({ filter, quantity })
  .map((parts) => ({ ...parts.filter, quantity: parts.quantity }));

export function rowsWithin({ seating }: SeatMap, { tier, section: name }: SeatFilter): SeatRow[] {
  return seating.rows.filter(
    (row) => (tier === undefined || row.tier === tier) && (name === undefined || row.section === name),
  );
}

export function isFree({ status }: SeatMap, seat: number): boolean {
  return status[seat] === SEAT.free;
}

/** A row's free runs, in order. */
export function runsOfRow(seats: SeatMap, { first, count }: SeatRow): { first: number; length: number }[] {
  const signs = Array.from({ length: count }, (_, at) => (isFree(seats, first + at) ? "." : "x")).join("");
  return [...signs.matchAll(/\.+/g)].map((run) => ({ first: first + run.index, length: run[0].length }));
}

/** A place for seats side by side, and what it would do. */
export interface Place {
  readonly row: SeatRow;
  readonly first: number;
  readonly isExact: boolean;
  readonly orphans: number;
}

/** Every place for that many seats, found by trying them all. */
export function placesOf(seats: SeatMap, wish: SeatFilter & { quantity: number }): Place[] {
  return rowsWithin(seats, wish).flatMap((row) => {
    const free = Array.from({ length: row.count }, (_, at) => isFree(seats, row.first + at));
    const single = (seat: boolean[], at: number) => seat[at] === true && !seat[at - 1] && !seat[at + 1];
    return free.flatMap((_, at) => {
      const wanted = free.slice(at, at + wish.quantity);
      if (wanted.length < wish.quantity || wanted.includes(false)) return [];
      const after = free.map((isOpen, seat) => isOpen && (seat < at || seat >= at + wish.quantity));
      const orphans = after.filter((_, seat) => single(after, seat) && !single(free, seat)).length;
      const isExact = !free[at - 1] && !free[at + wish.quantity];
      return [{ row, first: row.first + at, isExact, orphans }];
    });
  });
}
