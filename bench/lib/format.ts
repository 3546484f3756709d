import { digits, whole } from "../../src/charts/numbers.ts";

export { digits, whole };

/** "1 ticket", "2 tickets". */
export function counted(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Milliseconds with three digits: "0.84 ms", "12.3 ms", "431 ms", "1.42 s". */
export function duration(valueMs: number): string {
  if (valueMs >= 100_000) return `${whole(valueMs / 1_000)} s`;
  if (valueMs >= 1_000) return `${digits(valueMs / 1_000)} s`;
  return `${digits(valueMs)} ms`;
}

/** 0.384 → "38 %"; null → "–". */
export function percent(share: number | null): string {
  return share === null ? "–" : `${Math.round(share * 100)} %`;
}
