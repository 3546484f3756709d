import { csvLines } from "./csv.ts";
import {
  DEMAND_COLUMNS,
  type DemandColumn,
  type DemandRow,
  QUANTITY_MAX,
  SECONDS_MAX,
} from "./demand-row.ts";
import { RehearsalRefused } from "./refusal.ts";

const TEXT_LENGTH_MAX = 200;
const SEATS_MAX = 100;

/**
 * Reads a file of demand: comma-separated, its first line naming columns of `DEMAND_COLUMNS`, `at` or `seconds` among
 * them; an empty cell states nothing.
 * @throws RehearsalRefused naming line and column of the first cell that cannot be read.
 */
export function readDemandFile(text: string, rowsMax: number): DemandRow[] {
  const lines = csvLines(text);
  const header = lines.next();
  if (header.done)
    throw new RehearsalRefused(`the file of demand is empty; its first line names columns: ${known()}`);
  const columns = columnsOf(header.value.cells);
  const rows: DemandRow[] = [];
  for (const { line, cells } of lines) {
    if (rows.length === rowsMax)
      throw new RehearsalRefused(`line ${line}: a file of demand has at most ${rowsMax} rows`);
    if (cells.length > columns.length) {
      throw new RehearsalRefused(
        `line ${line}: there are ${cells.length} cells and ${columns.length} columns`,
      );
    }
    rows.push(new Cells(columns, line, cells).row());
  }
  if (rows.length === 0) throw new RehearsalRefused("the file of demand has columns but no rows");
  return rows;
}

const known = () => Object.keys(DEMAND_COLUMNS).join(", ");

function columnsOf(names: readonly string[]): DemandColumn[] {
  const columns = names.map((name) => name.toLowerCase());
  for (const [at, name] of columns.entries()) {
    if (!Object.hasOwn(DEMAND_COLUMNS, name)) {
      throw new RehearsalRefused(
        `line 1, column ${at + 1}: there is no column ${JSON.stringify(name)}; there are ${known()}`,
      );
    }
    if (columns.indexOf(name) < at)
      throw new RehearsalRefused(`line 1, column ${at + 1}: ${name} stands there twice`);
  }
  if (columns.includes("at") === columns.includes("seconds")) {
    throw new RehearsalRefused("line 1: either a column at or a column seconds is needed, and not both");
  }
  return columns as DemandColumn[];
}

/** One line of the file. */
class Cells {
  readonly #line: number;
  readonly #cells: ReadonlyMap<string, string>;

  constructor(columns: readonly DemandColumn[], line: number, cells: readonly string[]) {
    this.#line = line;
    this.#cells = new Map(columns.map((name, at) => [name, cells[at] ?? ""]));
  }

  row(): DemandRow {
    const at = this.#read("at", timeOf);
    const seconds = this.#read("seconds", secondsOf);
    if (at === undefined && seconds === undefined) this.#complain(this.#cells.has("at") ? "at" : "seconds");
    const row = {
      where: (field: string) => `line ${this.#line}, column ${field}`,
      at,
      seconds,
      user: this.#read("user", textOf),
      quantity: this.#read("quantity", wholeOf) ?? 1,
      tier: this.#read("tier", textOf),
      seats: this.#read("seats", seatsOf),
      section: this.#read("section", textOf),
      adjacent: this.#read("adjacent", yesOrNo),
      promoCode: this.#read("promo_code", textOf),
      willingToPay: this.#read("willing_to_pay", amountOf),
      waitlist: this.#read("waitlist", priorityOf) ?? undefined,
      paysAfterS: this.#read("pays_after_s", secondsOrNever),
      cancelsAfterS: this.#read("cancels_after_s", secondsOrNever),
    };
    return Object.fromEntries(
      Object.entries(row).filter(([, value]) => value !== undefined),
    ) as unknown as DemandRow;
  }

  #read<T>(column: DemandColumn, read: (cell: string) => T | undefined): T | undefined {
    const cell = this.#cells.get(column) ?? "";
    if (cell === "") return undefined;
    const value = read(cell);
    return value === undefined ? this.#complain(column) : value;
  }

  #complain(column: DemandColumn): never {
    const cell = (this.#cells.get(column) ?? "").slice(0, 60);
    throw new RehearsalRefused(
      `line ${this.#line}, column ${column}: expected ${DEMAND_COLUMNS[column]}, not ${JSON.stringify(cell)}`,
    );
  }
}

/** Only with a zone: a time without one is another moment on another machine. */
function timeOf(cell: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(cell)) return undefined;
  const at = Date.parse(cell);
  return Number.isNaN(at) ? undefined : at;
}

function numberOf(cell: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : undefined;
}

function secondsOf(cell: string): number | undefined {
  const seconds = numberOf(cell);
  return seconds !== undefined && seconds >= -SECONDS_MAX && seconds <= SECONDS_MAX ? seconds : undefined;
}

function secondsOrNever(cell: string): number | null | undefined {
  if (cell.toLowerCase() === "never") return null;
  const seconds = secondsOf(cell);
  return seconds !== undefined && seconds >= 0 ? seconds : undefined;
}

function wholeOf(cell: string): number | undefined {
  const value = numberOf(cell);
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= QUANTITY_MAX
    ? value
    : undefined;
}

function amountOf(cell: string): number | undefined {
  const value = numberOf(cell);
  return value !== undefined && value >= 0 && value <= Number.MAX_SAFE_INTEGER / 1_000 ? value : undefined;
}

function textOf(cell: string): string | undefined {
  return cell.length <= TEXT_LENGTH_MAX ? cell : undefined;
}

function seatsOf(cell: string): string[] | undefined {
  const seats = cell.split(";").map((seat) => seat.trim());
  return seats.length <= SEATS_MAX && seats.every((seat) => seat.split("/").length === 3) ? seats : undefined;
}

function yesOrNo(cell: string): boolean | undefined {
  const word = cell.toLowerCase();
  return word === "yes" ? true : word === "no" ? false : undefined;
}

function priorityOf(cell: string): "basic" | "premium" | "vip" | null | undefined {
  const word = cell.toLowerCase();
  if (word === "no") return null;
  return word === "basic" || word === "premium" || word === "vip" ? word : undefined;
}
