import { bestAvailable, bestFrom, type SeatWish } from "./best-available.ts";
import { type FreeRun, rowsWith, runsIn } from "./free-runs.ts";
import { atLeast, exactly, INDEXED_LENGTH_MAX } from "./run-index.ts";
import type { SeatMap } from "./seat-map.ts";

/**
 * The best seats beside each other or, where there are none, in as few pieces as possible; of several ways to do
 * that, the one that begins best in layout order. All pieces but the last are whole free runs; the last is chosen
 * like `bestAvailable`, among what follows the others. Null only where fewer seats are free in the filter.
 */
export function anySeats(map: SeatMap, wish: SeatWish): number[] | null {
  const together = bestAvailable(map, wish);
  if (together !== null || wish.quantity === 1) return together;
  const lengths = longestRuns(map, wish);
  return lengths === null ? null : inPieces(map, wish, lengths);
}

/** The lengths of the fewest runs that together have enough seats, longest first. */
function longestRuns(map: SeatMap, wish: SeatWish): number[] | null {
  const lengths: number[] = [];
  let seats = 0;
  // No run is as long as the wish. One bit of the index after the other is gone through, longest runs first.
  for (let bit = Math.min(wish.quantity, INDEXED_LENGTH_MAX); bit > 0 && seats < wish.quantity; bit -= 1) {
    for (const length of lengthsOf(map, wish, bit)) {
      if (seats >= wish.quantity) break;
      lengths.push(length);
      seats += length;
    }
  }
  return seats < wish.quantity ? null : lengths;
}

/** The lengths of all free runs that share a bit of the index, longest first. */
function* lengthsOf(map: SeatMap, wish: SeatWish, bit: number): Generator<number, void> {
  if (bit < INDEXED_LENGTH_MAX) {
    for (const _ of runsOf(map, wish, bit)) yield bit;
    return;
  }
  yield* [...runsOf(map, wish, bit)].map(({ first, end }) => end - first).sort((a, b) => b - a);
}

function* runsOf(map: SeatMap, wish: SeatWish, bit: number): Generator<FreeRun, void> {
  for (const row of rowsWith(map, wish, { lengths: exactly(bit), from: 0 })) {
    for (const run of runsIn(map, row)) {
      const length = run.end - run.first;
      if (length === bit || (bit === INDEXED_LENGTH_MAX && length > bit)) yield run;
    }
  }
}

/** Takes a run wherever the longest ones beside it would be enough for the rest, so the number of pieces stays least. */
function inPieces(map: SeatMap, wish: SeatWish, lengths: number[]): number[] {
  const seats: number[] = [];
  let from = 0;
  while (lengths.length > 1) {
    const missing = wish.quantity - seats.length;
    const others = lengths.slice(0, -1).reduce((sum, length) => sum + length, 0);
    const run = firstRun(map, wish, { length: missing - others, from });
    for (let seat = run.first; seat < run.end; seat += 1) seats.push(seat);
    from = run.end;
    // A run that is not among the longest stands in for the shortest of them.
    const used = lengths.indexOf(run.end - run.first);
    lengths.splice(used === -1 ? lengths.length - 1 : used, 1);
  }
  // What a piece must have at least never shrinks, so nothing that was passed over could be needed now.
  const last = bestFrom(map, { ...wish, quantity: wish.quantity - seats.length }, from);
  if (last === null) throw new Error(`invariant: no last piece of ${wish.quantity} seats after seat ${from}`);
  return [...seats, ...last];
}

function firstRun(
  map: SeatMap,
  wish: SeatWish,
  { length, from }: { readonly length: number; readonly from: number },
): FreeRun {
  for (const row of rowsWith(map, wish, { lengths: atLeast(length), from })) {
    for (const run of runsIn(map, row)) {
      if (run.first >= from && run.end - run.first >= length) return run;
    }
  }
  throw new Error(`invariant: no piece of ${length} seats after seat ${from}`);
}
