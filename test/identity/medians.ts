const ROUNDS_MIN = 15;
const ROUNDS_MAX = 60;
const LOOK_EVERY = 5;

/**
 * How long two things take in the middle, milliseconds. They are done by turns, so that whatever else this machine does falls upon
 * both, and for longer while the medians do not agree: a few samples differ by chance, many only where there is a difference.
 */
export async function mediansOf(
  one: (round: number) => Promise<unknown>,
  other: (round: number) => Promise<unknown>,
  agree: (a: number, b: number) => boolean,
): Promise<readonly [number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 1; ; round += 1) {
    for (const [at, work] of [one, other].entries()) {
      const startedMs = performance.now();
      await work(round);
      times[at]?.push(performance.now() - startedMs);
    }
    if (round < ROUNDS_MIN || round % LOOK_EVERY !== 0) continue;
    const [a, b] = [median(times[0]), median(times[1])];
    if (agree(a, b) || round >= ROUNDS_MAX) return [a, b];
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
