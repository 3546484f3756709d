import { expect } from "chai";
import fc from "fast-check";
import { eventNumberOf, isUuid } from "../../src/domain/ids.ts";
import { seatIdOf, seatOf } from "../../src/domain/seat-ids.ts";
import { rowOf, seatingOf, seatPlace, seatsPerTier, sectionsNamed } from "../../src/domain/seating.ts";
import { draft, stadium } from "./seating-maps.ts";

const hall = seatingOf({
  sections: [
    { name: "Stalls", tier: 1, rows: [{ label: "A", seats: 2 }] },
    {
      name: "Stalls",
      tier: 0,
      rows: [
        { label: "B", seats: 3 },
        { label: "C", seats: 1 },
      ],
    },
    { name: "Circle", tier: 3, rows: [] },
    { name: "Balcony", tier: 1, rows: [{ label: "A", seats: 4 }] },
  ],
});

describe("a seating", () => {
  it("numbers seats in layout order and knows where each one is", () => {
    const places = Array.from({ length: hall.count }, (_, seat) => seatPlace(hall, seat));
    expect(places.map(({ section, row, number }) => `${section} ${row}${number}`)).to.deep.equal([
      "Stalls A1",
      "Stalls A2",
      "Stalls B1",
      "Stalls B2",
      "Stalls B3",
      "Stalls C1",
      "Balcony A1",
      "Balcony A2",
      "Balcony A3",
      "Balcony A4",
    ]);
    expect(places.map(({ tier }) => tier)).to.deep.equal([1, 1, 0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it("finds sections by name, also where several tiers share it", () => {
    expect(sectionsNamed(hall, "Stalls")).to.deep.equal([
      { name: "Stalls", tier: 1, firstRow: 0, endRow: 1 },
      { name: "Stalls", tier: 0, firstRow: 1, endRow: 3 },
    ]);
    expect(sectionsNamed(hall, "Roof")).to.deep.equal([]);
  });

  it("counts the seats of each tier", () => {
    expect(seatsPerTier(hall)).to.deep.equal([4, 6]);
    expect(seatsPerTier(seatingOf(stadium))).to.deep.equal([15_000, 15_000, 15_000, 15_000]);
  });

  it("has no seat outside, and no row without seats", () => {
    for (const seat of [-1, hall.count, 0.5, Number.NaN]) {
      expect(() => rowOf(hall, seat)).to.throw("invariant: no seat");
    }
    const empty = { sections: [{ name: "Stalls", tier: 0, rows: [{ label: "A", seats: 0 }] }] };
    expect(() => seatingOf(empty)).to.throw("invariant: section Stalls, row A has 0 seats");
  });

  it("finds the row of every seat of any layout", () => {
    fc.assert(
      fc.property(draft, (layout) => {
        const seating = seatingOf(layout);
        const rows = seating.rows.flatMap(({ count }, at) => Array.from({ length: count }, () => at));
        expect(rows.map((_, seat) => rowOf(seating, seat))).to.deep.equal(rows);
      }),
    );
  });
});

describe("seat ids", () => {
  const eventNumber = fc.integer({ min: 1, max: 0x7fff_ffff });
  const seat = fc.integer({ min: 0, max: 0xff_ffff });

  it("are UUIDs of version 8 that tell their event and go back to their seat", () => {
    fc.assert(
      fc.property(eventNumber, seat, (event, one) => {
        const id = seatIdOf(event, one);
        expect(isUuid(id)).to.equal(true);
        expect(id[14]).to.equal("8");
        expect("89ab").to.include(id[19]);
        expect(eventNumberOf(id)).to.equal(event);
        expect(seatIdOf(event, one)).to.equal(id);
        expect(seatOf(event, id)).to.equal(one);
      }),
    );
  });

  it("differ from seat to seat and sort as the seats do", () => {
    const ids = Array.from({ length: 60_000 }, (_, one) => seatIdOf(42, one));
    expect(new Set(ids).size).to.equal(ids.length);
    expect(ids.toSorted()).to.deep.equal(ids);
  });

  it("name no seat of another event", () => {
    fc.assert(
      fc.property(eventNumber, eventNumber, seat, (event, other, one) => {
        fc.pre(event !== other);
        expect(seatOf(other, seatIdOf(event, one))).to.equal(null);
      }),
    );
  });

  it("are told from other UUIDs, from ids with a digit changed and from any other text", () => {
    fc.assert(
      fc.property(eventNumber, fc.oneof(fc.uuid(), fc.string()), (event, text) => {
        expect(seatOf(event, text)).to.equal(null);
      }),
    );
    fc.assert(
      fc.property(eventNumber, seat, fc.nat(35), fc.integer({ min: 1, max: 15 }), (event, one, at, by) => {
        const id = seatIdOf(event, one);
        fc.pre(id[at] !== "-");
        const digit = (Number.parseInt(id[at]!, 16) ^ by).toString(16);
        expect(seatOf(event, id.slice(0, at) + digit + id.slice(at + 1))).to.equal(null);
      }),
    );
  });
});
