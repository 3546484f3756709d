import { expect } from "chai";
import fc from "fast-check";
import {
  newSeatMap,
  SEAT,
  type SeatStatus,
  seatCounts,
  seatsFree,
  setSeats,
  takeStored,
} from "../../src/domain/seat-map.ts";
import { seatingOf, seatsPerTier } from "../../src/domain/seating.ts";
import { draft, mapOf, stadium } from "./seating-maps.ts";

const BUILD_MS_MAX = 50;
const STADIUM_BYTES_MAX = 100_000;

const stepsOf = fc.array(
  fc.record({
    seats: fc.uniqueArray(fc.nat(400), { minLength: 1, maxLength: 8 }),
    status: fc.constantFrom<SeatStatus>(SEAT.free, SEAT.free, SEAT.held, SEAT.sold, SEAT.blocked),
  }),
  { maxLength: 40 },
);

describe("a seat map", () => {
  it("is the same after any takes and releases as one built from what is stored", () => {
    fc.assert(
      fc.property(draft, stepsOf, (layout, steps) => {
        const seating = seatingOf(layout);
        const map = newSeatMap(seating);
        for (const { seats, status } of steps) {
          const possible = seats.filter(
            (seat) => seat < seating.count && (map.status[seat] === SEAT.free) !== (status === SEAT.free),
          );
          setSeats(map, possible, status);
        }
        const stored = Array.from(map.status, (status, seat) => ({ seat, status: status as SeatStatus }));
        const again = newSeatMap(seating);
        takeStored(
          again,
          stored.filter(({ status }) => status !== SEAT.free),
        );
        expect(again).to.deep.equal(map);
        expect(structuredClone(map)).to.deep.equal(map);
      }),
      { numRuns: 300 },
    );
  });

  it("counts by tier and status", () => {
    fc.assert(
      fc.property(draft, stepsOf, (layout, steps) => {
        const map = newSeatMap(seatingOf(layout));
        const expected = seatsPerTier(map.seating).map((free) => ({ free, held: 0, sold: 0, blocked: 0 }));
        const words = ["free", "held", "sold", "blocked"] as const;
        const tierOf = map.seating.rows.flatMap(({ tier, count }) =>
          Array.from({ length: count }, () => tier),
        );
        for (const { seats, status } of steps) {
          const free = seats.filter((seat) => map.status[seat] === SEAT.free);
          if (status === SEAT.free) continue;
          setSeats(map, free, status);
          for (const seat of free) {
            expected[tierOf[seat]!]!.free -= 1;
            expected[tierOf[seat]!]![words[status]] += 1;
          }
        }
        expect(seatCounts(map)).to.deep.equal(expected);
      }),
    );
  });

  it("tells whether all of some seats are free", () => {
    const map = mapOf("..x", "...");
    expect(seatsFree(map, [0, 1, 5])).to.equal(true);
    expect(seatsFree(map, [0, 2])).to.equal(false);
    expect(seatsFree(map, [0, 6])).to.equal(false);
    expect(seatsFree(map, [-1])).to.equal(false);
  });

  it("lets a seat go only where it can go", () => {
    const allowed = { 0: [1, 2, 3], 1: [0, 2], 2: [0], 3: [0] };
    for (const before of [0, 1, 2, 3] as const) {
      for (const after of [0, 1, 2, 3] as const) {
        const map = mapOf("..");
        takeStored(map, [{ seat: 1, status: before }]);
        const step = () => setSeats(map, [1], after);
        if (allowed[before].includes(after)) step();
        else expect(step).to.throw(`invariant: seat 1 cannot go from status ${before} to ${after}`);
      }
    }
  });

  it("refuses a seat that is named twice, and seats it does not have", () => {
    expect(() => setSeats(mapOf(".."), [1, 1], SEAT.held)).to.throw("invariant: seat 1 cannot go");
    expect(() => setSeats(mapOf(".."), [2], SEAT.held)).to.throw("invariant: no seat 2 among 2");
    expect(() => takeStored(mapOf(".."), [{ seat: 2, status: SEAT.sold }])).to.throw("invariant: no seat 2");
  });

  it("of 60,000 seats is built at once and stays small", () => {
    const times = [1, 2, 3].map(() => {
      const started = performance.now();
      newSeatMap(seatingOf(stadium));
      return performance.now() - started;
    });
    expect(Math.min(...times)).to.be.below(BUILD_MS_MAX);
    const { seating, status, runs } = newSeatMap(seatingOf(stadium));
    expect(seating.count).to.equal(60_000);
    expect(status.byteLength + runs.byteLength).to.be.below(STADIUM_BYTES_MAX);
  });
});
