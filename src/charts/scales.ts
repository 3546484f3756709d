import { digits, whole } from "./numbers.ts";
import { ticksFor } from "./ticks.ts";

/** Where a value stands on an axis (0: its beginning, 1: its end), and what is written beside it. */
export interface Scale {
  place(value: number): number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

/** From zero to just above the highest value. */
export function linearScale(highest: number): Scale {
  const ticks = ticksFor(Math.max(highest, Number.EPSILON));
  const end = ticks.at(-1)!;
  const label = end >= 10 ? whole : digits;
  return {
    place: (value) => Math.min(1, value / end),
    ticks: ticks.map((value) => ({ value, label: label(value) })),
  };
}

/** Powers of ten around the values. */
export function logScale({ lowest, highest }: { readonly lowest: number; readonly highest: number }): Scale {
  const first = Math.floor(Math.log10(lowest));
  const last = Math.max(first + 1, Math.ceil(Math.log10(highest)));
  const ticks = Array.from({ length: last - first + 1 }, (_, step) => 10 ** (first + step));
  return {
    place: (value) => clamp((Math.log10(value) - first) / (last - first)),
    ticks: ticks.map((value) => ({ value, label: value >= 1 ? whole(value) : `${value}` })),
  };
}

const PERCENTILE_TICKS = [0, 50, 90, 99, 99.9, 99.99, 99.999];

/** Percentiles by how few are above them: 90, 99 and 99.9 % stand equally far apart. */
export function percentileScale(highest: number): Scale {
  const nines = (percentile: number) => -Math.log10(1 - percentile / 100);
  const ticks = PERCENTILE_TICKS.filter((tick) => tick <= Math.max(highest, 90));
  const end = Math.max(nines(highest), nines(ticks.at(-1)!));
  return {
    place: (value) => clamp(nines(value) / end),
    ticks: ticks.map((value) => ({ value, label: `${value} %` })),
  };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
