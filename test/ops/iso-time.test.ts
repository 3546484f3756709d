import { expect } from "chai";
import fc from "fast-check";
import { isoTime } from "../../src/ops/iso-time.ts";

describe("a time as text", () => {
  it("is what Date makes of it, whatever was written before", () => {
    const time = fc.oneof(
      fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }),
      fc.integer({ min: -3_000, max: 3_000 }),
      fc.double({ min: -4_000, max: 4_000, noNaN: true }),
    );
    fc.assert(fc.property(time, (ms) => isoTime(ms) === new Date(ms).toISOString()));
  });

  it("is refused where no Date can be that time", () => {
    expect(() => isoTime(Number.NaN)).to.throw(RangeError);
  });
});
