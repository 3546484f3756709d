import type { Check } from "./books.ts";
import { counted, digits, duration, whole } from "./format.ts";
import type { OnsaleOptions } from "./onsale-options.ts";
import type { Patience } from "./sale.ts";
import type { LatencySummary } from "./statistics.ts";
import type { Tally } from "./verdict.ts";

/** Everything a sale came to. */
export interface OnsaleResult {
  readonly options: OnsaleOptions;
  readonly origin: string;
  readonly eventId: string;
  readonly wanted: number;
  readonly available: number;
  readonly registeredMs: number;
  readonly saleMs: number;
  readonly tally: Tally;
  readonly patience: Readonly<Patience>;
  readonly latency: LatencySummary | null;
  readonly checks: readonly Check[];
  readonly databaseChecked: boolean;
}

interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const wrap = (open: number, close: number) => (text: string) => `\x1b[${open}m${text}\x1b[${close}m`;
const COLOURS: Paint = { strong: wrap(1, 22), faint: wrap(2, 22), good: wrap(32, 39), bad: wrap(31, 39) };
const NO_COLOURS: Paint = { strong: String, faint: String, good: String, bad: String };

const LABEL_COLUMNS = 12;

/** The report as text, coloured for a terminal or plain. */
export function renderOnsale(result: OnsaleResult, coloured: boolean): string {
  const paint = coloured ? COLOURS : NO_COLOURS;
  const line = (label: string, text: string) => `  ${paint.strong(label.padEnd(LABEL_COLUMNS))}${text}`;
  const { tally, options } = result;
  const refused = Object.entries(tally.refusedByCode).map(([code, count]) => `${whole(count)} ${code}`);
  return [
    "",
    line(
      "Sold",
      `${whole(tally.soldTickets)} of ${counted(options.tickets, "ticket")} in ${counted(tally.bookings, "booking")}`,
    ),
    line(
      "Refused",
      refused.length === 0 ? "nobody" : `${counted(tally.refused, "buyer")}: ${refused.join(", ")}`,
    ),
    ...patienceLine(result, line),
    line("Duration", durationOf(result)),
    line("Answer in", latencyOf(result.latency)),
    "",
    `  ${paint.strong("The books")}${result.databaseChecked ? "" : paint.faint("  (as clients see them; with --database-url also in the database)")}`,
    ...result.checks.map((check) => renderCheck(check, paint)),
    "",
    verdict(result.checks, paint),
  ].join("\n");
}

function patienceLine({ patience }: OnsaleResult, line: (label: string, text: string) => string): string[] {
  const { busy, broken, polled } = patience;
  if (busy + broken + polled === 0) return [];
  const told = [
    busy > 0 ? `told to come back ${whole(busy)} times (503)` : "",
    broken > 0 ? `connection lost ${whole(broken)} times` : "",
    polled > 0 ? `asked ${whole(polled)} times how a queued booking stands` : "",
  ];
  return [line("Patience", told.filter((text) => text !== "").join(", "))];
}

function durationOf({ saleMs, tally, options }: OnsaleResult): string {
  const lastSold =
    tally.lastSoldAtMs === null ? "" : `, last ticket sold after ${duration(tally.lastSoldAtMs)}`;
  const perS = (options.buyers - tally.unanswered.length) / (saleMs / 1_000);
  return `${duration(saleMs)} from the first click to the last answer${lastSold}; ${whole(perS)} decided/s`;
}

function latencyOf(latency: LatencySummary | null): string {
  if (latency === null) return "–";
  const { p50_ms, p90_ms, p99_ms, max_ms } = latency;
  return `p50 ${duration(p50_ms)} · p90 ${duration(p90_ms)} · p99 ${duration(p99_ms)} · max ${duration(max_ms)}`;
}

function renderCheck({ holds, name, facts }: Check, paint: Paint): string {
  return `  ${holds ? paint.good("✓") : paint.bad("✗")} ${name}  ${paint.faint(facts)}`;
}

function verdict(checks: readonly Check[], paint: Paint): string {
  const broken = checks.filter(({ holds }) => !holds).length;
  if (broken === 0) return `  ${paint.good("The books are right.")}`;
  return `  ${paint.bad(`THE BOOKS ARE WRONG: ${counted(broken, "check")} failed.`)}`;
}

/** The report as one JSON document. Times are milliseconds. */
export function onsaleJson(result: OnsaleResult): Readonly<Record<string, unknown>> {
  const { options, tally, patience, latency, checks, saleMs } = result;
  const answered = options.buyers - tally.unanswered.length;
  return {
    server: result.origin,
    event_id: result.eventId,
    tickets: options.tickets,
    buyers: options.buyers,
    quantity: options.quantity,
    connections: options.connections,
    seed: options.seed,
    tickets_wanted: result.wanted,
    tickets_sold: tally.soldTickets,
    tickets_left: result.available,
    bookings: tally.bookings,
    refused: tally.refused,
    refused_by_code: tally.refusedByCode,
    unanswered: tally.unanswered.length,
    retries: patience,
    registration_ms: Math.round(result.registeredMs),
    duration_ms: Number(digitsOf(saleMs)),
    last_ticket_sold_after_ms: tally.lastSoldAtMs === null ? null : Number(digitsOf(tally.lastSoldAtMs)),
    decided_per_s: Math.round(answered / (saleMs / 1_000)),
    latency,
    checks,
    database_checked: result.databaseChecked,
    books_are_right: checks.every(({ holds }) => holds),
  };
}

function digitsOf(valueMs: number): string {
  return valueMs.toFixed(1);
}

/** The first lines: what is about to happen. */
export function renderIntroduction(options: OnsaleOptions, wanted: number): string {
  const { tickets, buyers, connections, quantity, seed } = options;
  const each = quantity.min === quantity.max ? `${quantity.min}` : `${quantity.min} to ${quantity.max}`;
  const oversubscribed = wanted > tickets ? `, ${digits(wanted / tickets)} times what there is` : "";
  return [
    "",
    `  ${counted(tickets, "ticket")}. ${counted(buyers, "buyer")} over ${counted(connections, "connection")}, each asking for ${each}:`,
    `  ${whole(wanted)} tickets are wanted${oversubscribed}. (seed ${seed})`,
    "",
  ].join("\n");
}
