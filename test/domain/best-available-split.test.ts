import { expect } from "chai";
import fc from "fast-check";
import { anySeats } from "../../src/domain/any-seats.ts";
import { bestAvailable } from "../../src/domain/best-available.ts";
import { newSeatMap, SEAT, type SeatMap, seatCounts, setSeats } from "../../src/domain/seat-map.ts";
import { seatingOf } from "../../src/domain/seating.ts";
import { draft, isFree, map, mapOf, rowsWithin, runsOfRow, stadium, wish } from "./seating-maps.ts";

const CALL_US_MAX = 100;
const PIECES_TRIED_MAX = 4;

const runs = { numRuns: 1_000 };

/** All free runs within a filter, in layout order. */
function runsOf(seats: SeatMap, asked: Parameters<typeof rowsWithin>[1]) {
  return rowsWithin(seats, asked).flatMap((row) => runsOfRow(seats, row));
}

/** The ways to choose `pieces` of the runs with enough seats, the best in layout order first. */
function bestChoice(lengths: readonly number[], pieces: number, seats: number, from = 0): number[] | null {
  if (pieces === 0) return seats <= 0 ? [] : null;
  for (let at = from; at < lengths.length; at += 1) {
    const rest = bestChoice(lengths, pieces - 1, seats - lengths[at]!, at + 1);
    if (rest !== null) return [at, ...rest];
  }
  return null;
}

describe("any seats", () => {
  it("are the best seats side by side where there are such seats", () => {
    fc.assert(
      fc.property(map, wish, (seats, asked) => {
        const together = bestAvailable(seats, asked);
        if (together !== null) expect(anySeats(seats, asked)).to.deep.equal(together);
      }),
      runs,
    );
  });

  it("are split once where two pieces do, and begin as far in front as that allows", () => {
    expect(anySeats(mapOf("..x.x..x..", "...x"), { quantity: 4 })).to.deep.equal([0, 1, 5, 6]);
    expect(anySeats(mapOf(".x..x.", "...xx"), { quantity: 5 })).to.deep.equal([2, 3, 6, 7, 8]);
    expect(anySeats(mapOf(".x.x.", "x.x.x"), { quantity: 4 })).to.deep.equal([0, 2, 4, 6]);
  });

  it("are split no more often where all pieces are long", () => {
    const rows = [31, 33, 60, 45].map((length) => ".".repeat(length));
    const chosen = anySeats(mapOf(...rows), { quantity: 70 });
    expect([chosen?.[0], chosen?.[30], chosen?.[31]]).to.deep.equal([0, 30, 74]);
  });

  it("leave no orphan with the last piece where one of the pieces behind allows it", () => {
    expect(anySeats(mapOf("..x..x.", "xxxxxxx"), { quantity: 3 })).to.deep.equal([0, 1, 6]);
  });

  it("are as many distinct free seats of the filter as asked for, or null exactly where fewer are free", () => {
    fc.assert(
      fc.property(map, wish, (seats, asked) => {
        const free = rowsWithin(seats, asked)
          .flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at))
          .filter((seat) => isFree(seats, seat));
        const chosen = anySeats(seats, asked);
        expect(chosen === null).to.equal(free.length < asked.quantity);
        if (chosen === null) return;
        expect(new Set(chosen).size).to.equal(asked.quantity);
        expect(chosen).to.have.length(asked.quantity);
        expect(free).to.include.members(chosen);
      }),
      runs,
    );
  });

  it("come in the fewest pieces, of all ways to do that the one that begins best", () => {
    fc.assert(
      fc.property(map, wish, (seats, asked) => {
        const all = runsOf(seats, asked);
        const lengths = all.map(({ length }) => length);
        const longestFirst = lengths.toSorted((a, b) => b - a);
        let pieces = 0;
        for (let left = asked.quantity; left > 0 && pieces < all.length; pieces += 1)
          left -= longestFirst[pieces]!;
        const chosen = anySeats(seats, asked);
        if (chosen === null) return;
        const used = all.flatMap((run, at) =>
          chosen.some((seat) => seat >= run.first && seat < run.first + run.length) ? [at] : [],
        );
        expect(used).to.have.length(pieces);
        // All ways are tried, which takes too long for many pieces.
        if (pieces < 2 || pieces > PIECES_TRIED_MAX) return;
        const best = bestChoice(lengths, pieces, asked.quantity);
        expect(used.slice(0, -1)).to.deep.equal(best?.slice(0, -1));
      }),
      runs,
    );
  });

  it("sell a house out: groups while there are seats side by side, then one by one to the last seat", () => {
    fc.assert(
      fc.property(draft, fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 400 }), (layout, groups) => {
        const seats = newSeatMap(seatingOf(layout));
        const sold = new Set<number>();
        const sell = (chosen: number[] | null) => {
          for (const seat of chosen ?? []) {
            expect(sold.has(seat)).to.equal(false);
            sold.add(seat);
          }
          setSeats(seats, chosen ?? [], SEAT.sold);
          return chosen !== null;
        };
        for (const group of groups) sell(bestAvailable(seats, { quantity: group }));
        while (sell(bestAvailable(seats, { quantity: 1 })));
        expect(sold.size).to.equal(seats.seating.count);
      }),
    );
  });
});

describe("selling 60,000 seats", () => {
  for (const [title, filterOf] of [
    ["anywhere", () => ({})],
    ["by section", (n: number) => ({ section: `Block ${(n % 20) + 1}` })],
    ["by tier", (n: number) => ({ tier: n % 4 })],
  ] as const) {
    it(`${title} takes microseconds a booking, to the last seat`, () => {
      const seats = newSeatMap(seatingOf(stadium));
      let calls = 0;
      const started = performance.now();
      for (let left = seats.seating.count; left > 0; calls += 1) {
        const within = filterOf(Math.floor(calls / 4));
        const chosen =
          anySeats(seats, { ...within, quantity: (calls % 4) + 1 }) ??
          anySeats(seats, { ...within, quantity: 1 });
        setSeats(seats, chosen ?? [], SEAT.sold);
        left -= chosen?.length ?? 0;
      }
      const callUs = ((performance.now() - started) / calls) * 1_000;
      console.log(`      ${callUs.toFixed(1)} µs a booking`);
      expect(seatCounts(seats).every(({ sold }) => sold === 15_000)).to.equal(true);
      expect(callUs).to.be.below(CALL_US_MAX);
    });
  }
});
