import { renderLineChart } from "../../src/charts/line-chart.ts";
import { linearScale } from "../../src/charts/scales.ts";
import { digits, percent, whole } from "../lib/format.ts";
import { type Column, renderTable } from "../lib/table.ts";
import { QUEUE_STATES, type QueueResult, type QueueRow } from "./queue-result.ts";

const right = (heading: string): Column => ({ heading, align: "right" });
const COLUMNS: readonly Column[] = [
  { heading: "queue", align: "left" },
  ...[
    "others",
    "decided/s",
    "held against",
    "of that",
    "take ms",
    "load",
    "API",
    "worker",
    "PostgreSQL",
    "other",
  ].map(right),
];
const PARTS = ["load", "api", "worker", "postgresql", "other"];

/** The table, and the rate under the reader over time. */
export function renderQueue(result: QueueResult): string {
  const { rows, pinned, dead_rows, connections } = result;
  const clean = cleanRate(rows);
  const over = pinned
    .map(({ at_s, decided_per_s }) => {
      const against = clean === null ? "" : ` (${percent(decided_per_s / clean)})`;
      return `${at_s} s ${whole(decided_per_s)}${against}`;
    })
    .join(", ");
  return [
    `One event, ${whole(connections)} connections in a closed loop`,
    renderTable(COLUMNS, rows.map(lineOf)),
    NOTES,
    `Decided a second under the reader, of ${clean === null ? "–" : whole(clean)} without: ${over}; ${whole(dead_rows)} dead rows were kept by then`,
  ].join("\n\n");
}

const NOTES = [
  "held against: the mean of the baselines nearest before it and of those nearest after it, with no dead rows, other events or old statistics.",
  "The others are on a second server, their baselines on the first; its line without others is what the two differ by.",
].join("\n");

/** What is decided without the reader, right before and after it. */
function cleanRate(rows: readonly QueueRow[]): number | null {
  return rows.find(({ state }) => state === "pinned-xmin")?.baseline_per_s ?? null;
}

function lineOf(row: QueueRow): string[] {
  return [
    QUEUE_STATES[row.state],
    row.others === null ? "" : whole(row.others),
    whole(row.decided_per_s),
    row.baseline_per_s === null ? "" : whole(row.baseline_per_s),
    row.against_baseline === null ? "" : percent(row.against_baseline),
    row.take_ms === null ? "–" : digits(row.take_ms),
    ...PARTS.map((part) => percent(row.cpu?.[part] ?? null)),
  ];
}

/** The rate under the reader beside the baselines. */
export function queueChart({ pinned, rows, dead_rows }: QueueResult): string {
  const seconds = Math.max(1, ...pinned.map(({ at_s }) => at_s));
  const baseline = cleanRate(rows) ?? 0;
  const highest = Math.max(baseline, ...pinned.map(({ decided_per_s }) => decided_per_s));
  return renderLineChart({
    title: "Bookings decided per second while somebody reads for long",
    subtitle: `one hot event, closed loop; ${whole(dead_rows)} dead rows of the queue had to stay`,
    panels: [
      {
        heading: "decided bookings per second",
        axis: "seconds since the reader began",
        x: linearScale(seconds),
        y: linearScale(highest),
        lines: [
          {
            label: "with the reader",
            tone: "main",
            points: pinned.map(({ at_s, decided_per_s }) => ({ x: at_s, y: decided_per_s })),
          },
          {
            label: "without",
            tone: "faint",
            points: [0, seconds].map((x) => ({ x, y: baseline })),
          },
        ],
      },
    ],
  });
}
