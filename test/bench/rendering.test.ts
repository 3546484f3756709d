import { expect } from "chai";
import { renderChart } from "../../bench/lib/chart.ts";
import { counted, digits, duration, percent, whole } from "../../bench/lib/format.ts";
import { bar, Progress } from "../../bench/lib/progress.ts";
import { renderTable } from "../../bench/lib/table.ts";
import { ticksFor } from "../../src/charts/ticks.ts";

describe("rendering of the benchmarks", () => {
  it("writes numbers as people read them", () => {
    expect([0, 999, 1_000, 1_234_567.8].map(whole)).to.deep.equal(["0", "999", "1,000", "1,234,568"]);
    expect([0, 0.456, 12.34, 123.4, 4_321].map(digits)).to.deep.equal(["0", "0.46", "12.3", "123", "4,321"]);
    expect([0.84, 431.2, 1_420, 130_000].map(duration)).to.deep.equal([
      "0.84 ms",
      "431 ms",
      "1.42 s",
      "130 s",
    ]);
    expect([percent(0.384), percent(null)]).to.deep.equal(["38 %", "–"]);
    expect([counted(1, "ticket"), counted(1_200, "ticket")]).to.deep.equal(["1 ticket", "1,200 tickets"]);
  });

  it("aligns a table: words left, numbers right", () => {
    const columns = [
      { heading: "variant", align: "left" },
      { heading: "n", align: "right" },
    ] as const;
    const rows = [
      ["a", "1,000"],
      ["row-lock", "7"],
    ];
    expect(renderTable(columns, rows).split("\n")).to.deep.equal([
      "variant       n",
      "────────  ─────",
      "a         1,000",
      "row-lock      7",
    ]);
  });

  it("fills a bar by eighths of a character, and never beyond its ends", () => {
    expect(bar(0, 4)).to.equal("░░░░");
    expect(bar(0.5, 4)).to.equal("██░░");
    expect(bar(1, 4)).to.equal("████");
    expect(bar(0.55, 10)).to.equal("█████▌░░░░");
    expect(bar(7, 4)).to.equal("████");
    expect(bar(-1, 4)).to.equal("░░░░");
  });

  it("draws progress as a line that replaces itself on a terminal, as plain lines elsewhere", () => {
    const drawn = (isTTY: boolean) => {
      const written: string[] = [];
      const screen = { isTTY, columns: 60, write: (text: string) => void written.push(text) };
      const progress = new Progress(screen, "buyers");
      progress.update(0.5, () => "half");
      progress.finish("done");
      return written;
    };
    expect(drawn(true)).to.deep.equal([
      "\r\x1b[2K  buyers     ████████████░░░░░░░░░░░░  half",
      "\r\x1b[2K  buyers     done\n",
    ]);
    expect(drawn(false)).to.deep.equal(["  buyers     done\n"]);
  });

  it("puts ticks at round numbers from zero to just above the highest value", () => {
    expect(ticksFor(9_700)).to.deep.equal([0, 2_000, 4_000, 6_000, 8_000, 10_000]);
    expect(ticksFor(1)).to.have.lengthOf.at.least(2);
    for (const highest of [3, 47, 480, 1_501, 10_000, 123_456]) {
      const ticks = ticksFor(highest);
      expect(ticks[0]).to.equal(0);
      expect(ticks.at(-1)).to.be.at.least(highest);
      expect(ticks.length).to.be.within(2, 8);
    }
  });

  it("draws a chart whose bars are as long as their values, every figure written beside its bar", () => {
    const svg = renderChart({
      title: "A <title> & more",
      subtitle: "where",
      axis: "bookings per second",
      panels: [
        {
          heading: "one event",
          bars: [
            { label: "evently", value: 8_000, tone: "main" },
            { label: "row-lock", value: 2_000, tone: "plain" },
          ],
        },
      ],
    });
    const widths = [...svg.matchAll(/<rect x="\d+" y="\d+" width="([\d.]+)"/g)].map(([, width]) =>
      Number(width),
    );
    expect(widths).to.have.lengthOf(2);
    expect(widths[0]! / widths[1]!).to.be.closeTo(4, 0.01);
    for (const text of [
      "A &lt;title&gt; &amp; more",
      ">8,000<",
      ">2,000<",
      ">row-lock<",
      "bookings per second",
    ]) {
      expect(svg).to.include(text);
    }
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).to.equal(true);
    expect(svg.endsWith("</svg>\n")).to.equal(true);
  });
});
