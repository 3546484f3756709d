import { expect } from "chai";
import fc from "fast-check";
import { LeastTree } from "../fault-runs/checker/ledger/least.ts";
import { sumOf } from "../fault-runs/checker/metrics-text.ts";
import { RangeLeast } from "../fault-runs/checker/range-least.ts";
import { Timeline } from "../fault-runs/checker/timeline.ts";

const sightings = fc.array(fc.record({ at: fc.nat(50), seq: fc.nat(50), name: fc.constant("one") }));

describe("the checker's own tools", () => {
  it("finds the first element up to a bound, whatever was taken out", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), fc.array(fc.nat(30)), fc.nat(10), (values, gone, bound) => {
        const tree = new LeastTree();
        const left: (number | null)[] = [...values];
        for (const value of values) tree.add(value);
        for (const at of gone) {
          if (at >= values.length) continue;
          tree.remove(at);
          left[at] = null;
        }
        expect(tree.firstUpTo(bound)).to.equal(left.findIndex((value) => value !== null && value <= bound));
      }),
    );
  });

  it("finds the least of a stretch", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.nat(20), fc.nat(20), (values, from, to) => {
        const stretch = values.slice(from, to + 1);
        expect(new RangeLeast(values).least(from, to)).to.equal(Math.min(...stretch));
      }),
    );
  });

  it("knows what was known before a moment, and what was asked for only behind it", () => {
    fc.assert(
      fc.property(sightings, sightings, fc.nat(50), (seen, sent, at) => {
        const timeline = new Timeline(seen, sent);
        const known = seen.filter((one) => one.at < at).map(({ seq }) => seq);
        expect(timeline.before(at)?.seq ?? null).to.equal(known.length === 0 ? null : Math.max(...known));
        const asked = sent.filter((one) => one.at > at).map(({ seq }) => seq);
        expect(timeline.behind(at)?.seq ?? null).to.equal(asked.length === 0 ? null : Math.min(...asked));
      }),
    );
  });

  it("adds samples up over processes, by a label", () => {
    const one = {
      role: "api",
      pid: 1,
      text: '# TYPE a counter\na{x="1",y="p"} 2\na{x="2",y="q"} 3\nab 9\nb 4',
    } as const;
    expect([...sumOf([one, one], "a", "x")]).to.deep.equal([
      ["1", 4],
      ["2", 6],
    ]);
    expect([...sumOf([one], "b", null)]).to.deep.equal([["", 4]]);
    expect([...sumOf([one], "c", null)]).to.deep.equal([]);
  });
});
