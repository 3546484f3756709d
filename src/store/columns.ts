/** One parameter per column, for `unnest`: a set of rows is written by one statement, whatever its size. */
export function columnsOf<Row>(
  rows: readonly Row[],
  ...pick: readonly ((row: Row) => unknown)[]
): unknown[][] {
  return pick.map((value) => rows.map(value));
}

/** A time of the domain (Unix milliseconds) as a parameter for timestamptz. */
export function timestamp(ms: number): Date {
  return new Date(ms);
}

/** SQL that reads a timestamptz column as Unix milliseconds. */
export function ms(column: string): string {
  return `floor(extract(epoch from ${column}) * 1000)::bigint`;
}
