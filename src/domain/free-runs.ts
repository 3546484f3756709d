import { nextRow, type RunLengths } from "./run-index.ts";
import { SEAT, type SeatMap } from "./seat-map.ts";
import { rowOf } from "./seating.ts";

/** Where to look for seats: without a tier, a section (by name) or both, everywhere. */
export interface SeatFilter {
  /** The tier's position. */
  readonly tier?: number | undefined;
  readonly section?: string | undefined;
}

/** Free seats beside each other in one row, `first` … `end - 1`, as many as there are. */
export interface FreeRun {
  readonly first: number;
  readonly end: number;
}

/** Which runs to look for: of lengths that the set names, beginning at seat `from` or after it. */
export interface RunSearch {
  readonly lengths: RunLengths;
  readonly from: number;
}

/**
 * The positions of the rows within the filter, from the row of seat `from` on, that have a run of one of the lengths
 * by the index, best first. Whether that run begins before `from` and how long those beyond the index are, the row tells.
 */
export function* rowsWith(
  { seating, runs }: SeatMap,
  { tier, section }: SeatFilter,
  { lengths, from }: RunSearch,
): Generator<number, void> {
  if (from >= seating.count) return;
  let row = nextRow(runs, lengths, rowOf(seating, from));
  for (const { name, tier: tierOfSection, firstRow, endRow } of seating.sections) {
    if (endRow <= row) continue;
    if (tier !== undefined && tier !== tierOfSection) continue;
    if (section !== undefined && section !== name) continue;
    if (row < firstRow) row = nextRow(runs, lengths, firstRow);
    for (; row < endRow; row = nextRow(runs, lengths, row + 1)) yield row;
  }
}

/** The free runs of a row, in order. */
export function* runsIn({ seating, status }: SeatMap, row: number): Generator<FreeRun, void> {
  const { first: start, count } = seating.rows[row]!;
  let first = start;
  for (let seat = start; seat < start + count; seat += 1) {
    if (status[seat] === SEAT.free) continue;
    if (first < seat) yield { first, end: seat };
    first = seat + 1;
  }
  if (first < start + count) yield { first, end: start + count };
}
