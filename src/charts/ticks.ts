const TICKS_MAX = 6;

/** Round numbers from zero to just above `highest`: steps of 1, 2 or 5 times a power of ten. */
export function ticksFor(highest: number): number[] {
  const rough = highest / (TICKS_MAX - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const count = Math.ceil(highest / step);
  return Array.from({ length: count + 1 }, (_, at) => at * step);
}
