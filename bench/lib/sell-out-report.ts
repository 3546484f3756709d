import { whole } from "./format.ts";
import type { RedisCrash } from "./redis-crash.ts";
import { REDIS_PERSISTENCE } from "./redis-server.ts";
import type { LeftOut, Report } from "./results.ts";
import type { SellOut } from "./sell-out.ts";
import { type Column, renderTable } from "./table.ts";

const COLUMNS: readonly Column[] = [
  { heading: "sell-out", align: "left" },
  { heading: "confirmed", align: "right" },
  { heading: "accepted", align: "right" },
  { heading: "refused", align: "right" },
  { heading: "errors", align: "right" },
  { heading: "booked", align: "right" },
  { heading: "ms", align: "right" },
  { heading: "", align: "left" },
];

/** How the variants sold an event out, what the crash of Redis took, and who could not take part. */
export function renderSellOut({
  sell_out,
  redis_crashes,
  left_out,
}: Pick<Report, "sell_out" | "redis_crashes" | "left_out">): string {
  return [table(sell_out), ...redis_crashes.map(describeCrash), ...left_out.map(absence)]
    .filter((part) => part !== "")
    .join("\n");
}

function table(sellOuts: readonly SellOut[]): string {
  const first = sellOuts[0];
  if (first === undefined) return "";
  const title = `one event of ${whole(first.capacity)} tickets sells out to ${whole(first.requests)} requests`;
  const findings = sellOuts.flatMap(({ variant, violations }) =>
    violations.map((violation) => `VIOLATED by ${variant}, sell-out: ${violation}`),
  );
  return [title, renderTable(COLUMNS, sellOuts.map(cells)), ...findings].join("\n");
}

function cells(result: SellOut): string[] {
  return [
    result.variant,
    ...[
      result.confirmed,
      result.accepted,
      result.refused,
      errorsOf(result),
      result.booked,
      result.took_ms,
    ].map(whole),
    result.violations.length === 0 ? "right" : "VIOLATED",
  ];
}

function errorsOf({ errors_by_kind }: SellOut): number {
  return Object.values(errors_by_kind).reduce((sum, count) => sum + count, 0);
}

/** A line of progress. */
export function describeSellOut(result: SellOut): string {
  const { variant, confirmed, accepted, refused, booked, took_ms, violations } = result;
  const figures = `${whole(confirmed)} confirmed, ${whole(accepted)} accepted, ${whole(refused)} refused, ${whole(booked)} booked in ${whole(took_ms)} ms`;
  return `${variant.padEnd(16)}  ${figures}${violations.map((violation) => `  VIOLATED: ${violation}`).join("")}`;
}

function describeCrash(crash: RedisCrash): string {
  const { confirmed, in_database, lost, lost_after_restart, unpersisted_before: before } = crash;
  return [
    `redis-lua, ${crash.setting}, Redis and its worker killed with -9 during a sale: ${whole(confirmed)} confirmed to buyers, ${whole(in_database)} in PostgreSQL, ${whole(lost)} MISSING`,
    `  (just before, ${whole(before.count)} stood in the stream, the oldest for ${whole(before.ms)} ms); once Redis is back with its file (${REDIS_PERSISTENCE}), ${whole(lost_after_restart)} missing.`,
  ].join("\n");
}

function absence({ variant, reason }: LeftOut): string {
  return `${variant} did not take part: ${reason}.`;
}
