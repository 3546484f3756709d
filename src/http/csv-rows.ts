import { Readable } from "node:stream";
import { stringify } from "csv-stringify";
import { fromMinor } from "../domain/money.ts";
import type { ExportName } from "./analytics-desk.ts";
import { iso } from "./presenters/time.ts";

type Row = Readonly<Record<string, unknown>>;
type Column = readonly [name: string, of: (row: Row) => unknown];

const as = (name: string, from = name): Column => [name, (row) => row[from]];
const money = (name: string, from: string): Column => [
  name,
  (row) => fromMinor(Number(row[from]), String(row.currency)),
];
const time = (name: string, from: string): Column => [name, (row) => iso(Number(row[from]))];

const BOOKING: readonly Column[] = [
  as("event_id"),
  as("event"),
  as("booking_id", "id"),
  as("booking_reference", "reference"),
  as("user_id"),
];

/** The columns of each export, in their order. */
const COLUMNS: Readonly<Record<ExportName, readonly Column[]>> = {
  bookings: [
    ...BOOKING,
    as("tier"),
    as("quantity"),
    money("unit_price", "unit_price_minor"),
    money("total_amount", "total_minor"),
    money("refunded_amount", "refund_minor"),
    as("currency"),
    as("status"),
    as("refund_status"),
    time("created_at", "created_ms"),
    time("updated_at", "updated_ms"),
  ],
  attendees: [...BOOKING, as("name", "person"), as("email"), as("tier"), as("quantity"), as("checked_in")],
  revenue: [
    as("date", "day"),
    as("event_id"),
    as("event"),
    as("currency"),
    as("bookings"),
    as("tickets"),
    money("gross_revenue", "booked_minor"),
    as("cancelled_bookings", "cancelled"),
    as("cancelled_tickets"),
    money("cancelled_revenue", "cancelled_minor"),
    [
      "exchanged_revenue",
      ({ exchanged_minor, currency }) => fromMinor(0 - Number(exchanged_minor), String(currency)),
    ],
    money("captured", "captured_minor"),
    money("refunded", "refunded_minor"),
  ],
};

/**
 * Rows as CSV (RFC 4180, UTF-8), page by page as fast as they are read. Text that a spreadsheet would take for a formula
 * begins with an apostrophe (OWASP, CSV injection): names of events and people are whatever somebody typed.
 */
export function csvOf(name: ExportName, pages: AsyncIterable<readonly Row[]>): Readable {
  const columns = COLUMNS[name];
  const lines = stringify({
    header: true,
    columns: columns.map(([column]) => column),
    escape_formulas: true,
    record_delimiter: "windows",
  });
  const rows = Readable.from(
    (async function* () {
      for await (const page of pages) for (const row of page) yield columns.map(([, of]) => of(row));
    })(),
  );
  // What fails on the way ends the answer early: a client sees that it is not complete.
  rows.on("error", (error) => lines.destroy(error));
  lines.on("close", () => rows.destroy());
  return rows.pipe(lines);
}
