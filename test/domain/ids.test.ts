import { expect } from "chai";
import fc from "fast-check";
import {
  bookingIdOf,
  eventNumberOf,
  isReference,
  isUuid,
  referenceOf,
  timeOf,
} from "../../src/domain/ids.ts";
import { fromMinor, toMinor } from "../../src/domain/money.ts";
import { IdSource } from "../../src/ops/id-source.ts";

describe("ids", () => {
  it("are UUIDs of version 7 that tell their time and, in a booking, their event", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff_ffff }),
        fc.integer({ min: 0, max: 4_095 }),
        fc.integer({ min: 0, max: 0x7fff_ffff }),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        (nowMs, counter, eventNumber, dice) => {
          const id = bookingIdOf({ nowMs, counter, eventNumber, dice });
          expect(isUuid(id)).to.equal(true);
          expect(id[14]).to.equal("7");
          expect("89ab").to.include(id[19]);
          expect(timeOf(id)).to.equal(nowMs);
          expect(eventNumberOf(id)).to.equal(eventNumber);
        },
      ),
    );
  });

  it("rise within a process, also many in one millisecond", () => {
    const source = new IdSource();
    const ids = Array.from({ length: 50_000 }, () => source.newId());
    expect(new Set(ids).size).to.equal(ids.length);
    expect(ids.toSorted()).to.deep.equal(ids);
  });

  it("give references that a person can read out and that do not collide", () => {
    const source = new IdSource();
    const references = Array.from({ length: 50_000 }, () => referenceOf(source.bookingId(7)));
    expect(new Set(references).size).to.equal(references.length);
    for (const reference of references.slice(0, 100)) {
      expect(isReference(reference)).to.equal(true);
      expect(reference.slice(11)).to.match(/^[0-9A-HJKMNP-TV-Z]{12}$/);
    }
  });
});

describe("money", () => {
  it("goes from decimals to minor units and back without loss", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000_000 }),
        fc.constantFrom("USD", "JPY", "KWD"),
        (minor, currency) => {
          expect(toMinor(fromMinor(minor, currency), currency)).to.equal(minor);
        },
      ),
    );
  });

  it("refuses more decimals than the currency has", () => {
    expect(toMinor(19.99, "USD")).to.equal(1_999);
    expect(toMinor(19.999, "USD")).to.equal(null);
    expect(toMinor(100.5, "JPY")).to.equal(null);
    expect(toMinor(1.005, "KWD")).to.equal(1_005);
  });
});
