/** 12345.6 → "12,346". */
export function whole(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A number of at most three digits where it is below a thousand; grouped digits above. */
export function digits(value: number): string {
  if (value === 0) return "0";
  if (value >= 100) return whole(value);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
