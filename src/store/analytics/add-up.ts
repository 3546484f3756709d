import { columnsOf } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** A column of a key, and how it is read from a row. */
export interface KeyColumn<Row> {
  readonly name: string;
  readonly type: string;
  readonly of: (row: Row) => unknown;
}

interface Sums<Row> {
  readonly table: string;
  readonly key: readonly KeyColumn<Row>[];
  /** Columns to which a row adds what it has under their names. */
  readonly names: readonly string[];
  readonly sums: (row: Row) => Readonly<Record<string, number>>;
  readonly rows: readonly Row[];
  /** Columns that are as the row says. */
  readonly set?: readonly KeyColumn<Row>[];
}

/**
 * Adds figures to the rows of a table, made where there are none yet. Rows are taken in the order of their keys, so that
 * two who add to the same ones at a time never wait for each other in a circle. Each key is there at most once.
 */
export async function addUp<Row>(
  tx: Queryable,
  { table, key, names, sums, rows, set = [] }: Sums<Row>,
): Promise<void> {
  if (rows.length === 0) return;
  const given = [...key, ...set];
  const columns = [...given.map(({ name }) => name), ...names];
  const types = [...given.map(({ type }) => type), ...names.map(() => "bigint")];
  const from = types.map((type, at) => `$${at + 1}::${type === "integer[]" ? "text" : type}[]`);
  const read = given.map(({ name, type }) => (type === "integer[]" ? `${name}::integer[]` : name));
  const keys = key.map(({ name }) => name).join(", ");
  const changes = [
    ...set.map(({ name }) => `${name} = excluded.${name}`),
    ...names.map((name) => `${name} = t.${name} + excluded.${name}`),
  ];
  await tx.query({
    name: `analytics-add-${table}`,
    text: `insert into ${table} as t (${columns.join(", ")})
           select ${[...read, ...names].join(", ")} from unnest(${from.join(", ")}) as u (${columns.join(", ")})
            order by ${keys}
               on conflict (${keys}) do update set ${changes.join(", ")}`,
    values: columnsOf(
      rows,
      ...given.map(({ of }) => of),
      ...names.map((name) => (row: Row) => sums(row)[name]),
    ),
  });
}

/** Adds up rows that have the same key. */
export function byKey<Row, Sum>(
  rows: Iterable<Row>,
  keyOf: (row: Row) => string,
  start: (row: Row) => Sum,
  add: (sum: Sum, row: Row) => void,
): Sum[] {
  const sums = new Map<string, Sum>();
  for (const row of rows) {
    const key = keyOf(row);
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = start(row);
      sums.set(key, sum);
    }
    add(sum, row);
  }
  return [...sums.values()];
}
