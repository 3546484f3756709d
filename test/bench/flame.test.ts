import { expect } from "chai";
import { type CpuProfile, framesOf } from "../../bench/flame/cpu-profile.ts";
import { renderFlames } from "../../bench/flame/flame-chart.ts";

const frame = (id: number, functionName: string, url: string, children: number[] = []) => ({
  id,
  callFrame: { functionName, url },
  children,
});

/** main → decide (twice, from two lines) and query of pg; 1 s of start, then 3 + 2 + 4 s of work and 90 s of rest. */
const PROFILE: CpuProfile = {
  nodes: [
    frame(1, "(root)", "", [2, 6]),
    frame(2, "main", "file:///srv/evently/src/server.ts", [3, 4, 5]),
    frame(3, "decide", "file:///srv/evently/src/domain/decide.ts"),
    frame(4, "decide", "file:///srv/evently/src/domain/decide.ts"),
    frame(5, "query", "file:///srv/evently/node_modules/pg/lib/client.js"),
    frame(6, "(idle)", ""),
  ],
  samples: [2, 3, 4, 5, 6],
  timeDeltas: [1e6, 3e6, 2e6, 4e6, 90e6],
};

describe("a flame graph", () => {
  it("adds up what a function and all that it calls take, without the start and without rest", () => {
    const root = framesOf(PROFILE, 2e6);
    expect(root.us).to.equal(9e6);
    const main = root.children.get("main · src/server.ts");
    expect(main?.us).to.equal(9e6);
    expect([...(main?.children.values() ?? [])].map(({ name, kind, us }) => [name, kind, us])).to.deep.equal([
      ["decide · domain/decide.ts", "own", 5e6],
      ["query · pg", "library", 4e6],
    ]);
  });

  it("is as wide as the time is long", () => {
    const svg = renderFlames(framesOf(PROFILE, 2e6), { title: "A & B", subtitle: "" });
    const widths = [...svg.matchAll(/<rect x="[\d.]+" width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(widths).to.have.length(4);
    expect((widths[2] ?? 0) / (widths[3] ?? 1)).to.be.closeTo(5 / 4, 0.01);
    expect(svg).to.contain("A &amp; B").and.contain("decide · domain/decide.ts, 55.6 %");
  });
});
