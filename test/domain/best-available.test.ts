import { expect } from "chai";
import fc from "fast-check";
import { bestAvailable } from "../../src/domain/best-available.ts";
import { SEAT, setSeats } from "../../src/domain/seat-map.ts";
import { isFree, map, mapOf, type Place, placesOf, rowsWithin, wish } from "./seating-maps.ts";

const runs = { numRuns: 1_000 };

/** The place that the rule names, from all places there are. */
function chosenOf(places: readonly Place[], seats: number): number | null {
  const clean = places.filter(({ orphans }) => orphans === 0);
  const candidates = clean.length > 0 ? clean : places;
  const inRow = candidates.filter(({ row }) => row === candidates[0]?.row);
  const offCentre = ({ row, first }: Place) => Math.abs(first + seats / 2 - (row.first + row.count / 2));
  const [best] = inRow.toSorted(
    (a, b) => Number(b.isExact) - Number(a.isExact) || offCentre(a) - offCentre(b) || a.first - b.first,
  );
  return best?.first ?? null;
}

describe("best available", () => {
  it("takes the middle of the best row", () => {
    expect(bestAvailable(mapOf("........", "........"), { quantity: 2 })).to.deep.equal([3, 4]);
  });

  it("fills a gap of just that size before it opens another", () => {
    expect(bestAvailable(mapOf("..x....x...."), { quantity: 2 })).to.deep.equal([0, 1]);
  });

  it("moves aside rather than leave one seat alone", () => {
    expect(bestAvailable(mapOf("....."), { quantity: 2 })).to.deep.equal([0, 1]);
    expect(bestAvailable(mapOf("xx....xx"), { quantity: 2 })).to.deep.equal([2, 3]);
  });

  it("goes to a row behind rather than leave one seat alone, and leaves one where nothing else is left", () => {
    expect(bestAvailable(mapOf("...", "xx.."), { quantity: 2 })).to.deep.equal([5, 6]);
    expect(bestAvailable(mapOf("...", "xx.x"), { quantity: 2 })).to.deep.equal([0, 1]);
  });

  it("does not count a seat as orphaned that was alone before", () => {
    expect(bestAvailable(mapOf(".x.."), { quantity: 2 })).to.deep.equal([2, 3]);
    expect(bestAvailable(mapOf(".x.."), { quantity: 1 })).to.deep.equal([0]);
  });

  it("keeps to this in rows longer than the index tells apart", () => {
    const row = (length: number) => ".".repeat(length);
    for (const seats of [28, 29, 30, 31, 32, 60]) {
      expect(bestAvailable(mapOf(row(seats + 3)), { quantity: seats })?.[0]).to.equal(0);
      expect(bestAvailable(mapOf(row(seats + 1), row(seats)), { quantity: seats })?.[0]).to.equal(seats + 1);
      expect(bestAvailable(mapOf(row(seats - 1), row(seats - 1)), { quantity: seats })).to.equal(null);
    }
  });

  it("has nothing where no row has enough seats side by side", () => {
    expect(bestAvailable(mapOf("..x..", "..x.."), { quantity: 3 })).to.equal(null);
    expect(bestAvailable(mapOf(".."), { quantity: 1, section: "Roof" })).to.equal(null);
    expect(bestAvailable(mapOf(".."), { quantity: 1, tier: 1 })).to.equal(null);
  });

  it("finds seats that came back", () => {
    const sold = mapOf("xxxx", "xxxx");
    expect(bestAvailable(sold, { quantity: 2 })).to.equal(null);
    setSeats(sold, [6, 5], SEAT.free);
    expect(bestAvailable(sold, { quantity: 2 })).to.deep.equal([5, 6]);
  });

  it("gives free seats side by side in one row of the filter, or null exactly where there are none", () => {
    fc.assert(
      fc.property(map, wish, (seats, asked) => {
        const chosen = bestAvailable(seats, asked);
        expect(chosen === null).to.equal(placesOf(seats, asked).length === 0);
        if (chosen === null) return;
        expect(chosen).to.have.length(asked.quantity);
        expect(chosen.every((seat, at) => isFree(seats, seat) && seat === chosen[0]! + at)).to.equal(true);
        const row = rowsWithin(seats, asked).find(({ first, count }) =>
          chosen.every((seat) => seat >= first && seat < first + count),
        );
        expect(row).not.to.equal(undefined);
      }),
      runs,
    );
  });

  it("leaves no orphan wherever any place leaves none, and is in the best row that qualifies", () => {
    fc.assert(
      fc.property(map, wish, (seats, asked) => {
        const places = placesOf(seats, asked);
        const first = bestAvailable(seats, asked)?.[0];
        const chosen = places.find((place) => place.first === first);
        const clean = places.filter(({ orphans }) => orphans === 0);
        if (clean.length > 0) expect(chosen?.orphans).to.equal(0);
        expect(chosen?.row).to.equal((clean[0] ?? places[0])?.row);
      }),
      runs,
    );
  });

  it("chooses within the row by fit, then by the centre, then from the front", () => {
    fc.assert(
      fc.property(map, wish, (seats, asked) => {
        const first = bestAvailable(seats, asked)?.[0] ?? null;
        expect(first).to.equal(chosenOf(placesOf(seats, asked), asked.quantity));
      }),
      runs,
    );
  });

  it("changes nothing", () => {
    fc.assert(
      fc.property(map, wish, (seats, asked) => {
        const before = structuredClone(seats);
        bestAvailable(seats, asked);
        expect(seats).to.deep.equal(before);
      }),
    );
  });
});
