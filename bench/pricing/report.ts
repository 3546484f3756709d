import { renderLineChart } from "../../src/charts/line-chart.ts";
import { linearScale } from "../../src/charts/scales.ts";
import { type Column, renderTable } from "../lib/table.ts";
import type { Comparison, Mean } from "./compare.ts";
import type { Verdict } from "./goals.ts";
import { BASE_PRICE_MINOR, CAPACITY, SALE_DAYS } from "./worlds.ts";

const COLUMNS: readonly Column[] = [
  { heading: "world", align: "left" },
  { heading: "fixed / optimum", align: "right" },
  { heading: "advised / optimum", align: "right" },
  { heading: "advised / fixed", align: "right" },
  { heading: "changes", align: "right" },
  { heading: "sold fixed / advised", align: "right" },
];

/** The comparison as a table with 95 % intervals, and what of the goals was missed. */
export function renderComparison(comparisons: readonly Comparison[], verdicts: readonly Verdict[]): string {
  const rows = comparisons.map((one) => [
    one.world,
    shareOf(one.fixedOfOptimum),
    shareOf(one.advisedOfOptimum),
    shareOf(one.advisedOfFixed),
    one.changesPerSale.toFixed(1),
    `${percent(one.soldShare.fixed)} / ${percent(one.soldShare.advised)}`,
  ]);
  const missed = verdicts.filter(({ holds }) => !holds);
  const said = missed.map(
    ({ world, goal, reached, asked }) =>
      `MISSED in "${world}": ${percent(reached)} ${goal}, ${percent(asked)} asked for`,
  );
  return [renderTable(COLUMNS, rows), "", ...(missed.length === 0 ? ["All goals are reached."] : said)].join(
    "\n",
  );
}

function shareOf({ mean, halfWidth }: Mean): string {
  return `${percent(mean)} ± ${(halfWidth * 100).toFixed(1)}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** What is kept of a simulation. */
export function simulationJson(asked: {
  readonly seed: number;
  readonly runs: number;
  readonly ruleVersion: string;
  readonly comparisons: readonly Comparison[];
  readonly verdicts: readonly Verdict[];
}): Record<string, unknown> {
  const { comparisons, verdicts, ...rest } = asked;
  const sale = { capacity: CAPACITY, base_price_minor: BASE_PRICE_MINOR, days: SALE_DAYS };
  return { ...rest, sale, goals: verdicts, worlds: comparisons };
}

/** The guard rail of an event that set none. */
const PRICE_MAX = 2;
const SHOWN = ["as believed", "half as elastic", "weak demand", "strong demand", "early rush", "late rush"];

/** The mean price of each day of the advised sales, world by world. */
export function simulationChart(comparisons: readonly Comparison[], runs: number): string {
  const lines = comparisons
    .filter(({ world }) => SHOWN.includes(world))
    .map(({ world, advisedPrices }) => ({
      label: world,
      tone: toneOf(world),
      points: advisedPrices.map((y, x) => ({ x, y: Math.min(PRICE_MAX, y) })),
    }));
  return renderLineChart({
    title: "Recommended prices over a sale",
    subtitle: `Means of ${runs} simulated sales of ${CAPACITY} tickets in each world; 1 is the organiser's best guess`,
    panels: [
      {
        heading: "Price, as a multiple of the first",
        axis: "day of the sale",
        x: linearScale(SALE_DAYS),
        y: linearScale(PRICE_MAX),
        lines,
      },
    ],
  });
}

function toneOf(world: string): "main" | "second" | "plain" | "faint" {
  if (world === "as believed") return "main";
  return world.endsWith("rush") ? "plain" : "faint";
}
