import { type RunSearch, rowsWith, runsIn, type SeatFilter } from "./free-runs.ts";
import { atLeast, exactly, INDEXED_LENGTH_MAX, type RunLengths } from "./run-index.ts";
import type { SeatMap } from "./seat-map.ts";

/** A wish for seats. `quantity` is at least 1. */
export interface SeatWish extends SeatFilter {
  readonly quantity: number;
}

/**
 * The best free seats beside each other in one row, or null where the filter has no such row.
 *
 * An orphan is a single free seat, its neighbours taken or the row's end, that was not single before. The choice:
 *
 * 1. The first row in layout order where the seats can be taken without leaving an orphan: it has a free run that is
 *    as long as the wish, or longer by at least two. Within the row a run of exactly that length is preferred, then
 *    the place nearest to the row's centre of those that leave no orphan, then the one nearer to the row's beginning.
 * 2. Only where no row is like that, the first row that has the seats at all, with the same preferences.
 */
export function bestAvailable(map: SeatMap, wish: SeatWish): number[] | null {
  return bestFrom(map, wish, 0);
}

/** `bestAvailable` among the free runs that begin at seat `from` or after it. */
export function bestFrom(map: SeatMap, wish: SeatWish, from: number): number[] | null {
  const { quantity } = wish;
  const first =
    firstPlace(map, wish, { lengths: withoutOrphan(quantity), orphans: false, from }) ??
    firstPlace(map, wish, { lengths: atLeast(quantity), orphans: true, from });
  return first === null ? null : Array.from({ length: quantity }, (_, at) => first + at);
}

/** The lengths of runs that a quantity can be taken from so that no orphan stays. */
function withoutOrphan(quantity: number): RunLengths {
  const leavesOne = quantity + 1;
  return leavesOne < INDEXED_LENGTH_MAX ? atLeast(quantity) & ~exactly(leavesOne) : atLeast(quantity);
}

interface PlaceSearch extends RunSearch {
  /** Whether an orphan may stay. */
  readonly orphans: boolean;
}

function firstPlace(map: SeatMap, wish: SeatWish, search: PlaceSearch): number | null {
  for (const row of rowsWith(map, wish, search)) {
    const first = placeIn(map, row, wish.quantity, search);
    if (first !== null) return first;
  }
  return null;
}

function placeIn(map: SeatMap, row: number, quantity: number, { orphans, from }: PlaceSearch): number | null {
  const { first: start, count } = map.seating.rows[row]!;
  let best: number | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const { first, end } of runsIn(map, row)) {
    if (first < from) continue;
    // Distances are of centres, doubled to stay whole, and at most `count`: any exact fit costs less than any other place.
    const surcharge = end - first === quantity ? 0 : count + 1;
    for (let place = first; place + quantity <= end; place += 1) {
      if (!orphans && (place - first === 1 || end - place - quantity === 1)) continue;
      const cost = surcharge + Math.abs(2 * (place - start) + quantity - count);
      if (cost >= bestCost) continue;
      best = place;
      bestCost = cost;
    }
  }
  return best;
}
