/** When of a sale its demand comes: how much of it has come when a share of the sale's time has passed, both 0 … 1. */
export type DemandTiming = (timeShare: number) => number;

/** Demand whose density grows (or, below zero, falls) exponentially by `steepness` over the sale. */
function tilted(steepness: number): DemandTiming {
  if (steepness === 0) return (share) => share;
  return (share) => Math.expm1(steepness * share) / Math.expm1(steepness);
}

/** Two rushes, when the sale opens and before it closes, as announcements and dates make them. */
function twoRushes(share: number): number {
  return (tilted(-6)(share) + tilted(6)(share) + share) / 3;
}

/** How steep demand may rise (or, below zero, fall) over a sale, and how much each counts. */
const TILTS = [
  { steepness: -4, weight: 2 },
  { steepness: -2, weight: 1 },
  { steepness: 0, weight: 1 },
  { steepness: 2, weight: 1 },
  { steepness: 4, weight: 2 },
] as const;

interface PossibleTiming {
  readonly timing: DemandTiming;
  /** How probable it is before anything was sold. */
  readonly weight: number;
}

/**
 * What is thought possible where nobody says when demand comes: an opening rush, a last-minute rush, both, or neither. The
 * strong ones count twice: to take one of them for another level of demand costs most.
 */
function usualTimings(): PossibleTiming[] {
  const usual = [
    ...TILTS.map(({ steepness, weight }) => ({ timing: tilted(steepness), weight })),
    { timing: twoRushes, weight: 1 },
  ];
  const total = usual.reduce((sum, { weight }) => sum + weight, 0);
  return usual.map(({ timing, weight }) => ({ timing, weight: weight / total }));
}

/** Weights of equal parts of a sale as a timing. */
function stepwise(shape: readonly number[]): DemandTiming {
  const total = shape.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) throw new Error("invariant: a shape of demand has some weight");
  return (share) => {
    let passed = 0;
    for (let part = 0; part < share * shape.length; part++) {
      passed += (shape[part] as number) * Math.min(1, share * shape.length - part);
    }
    return passed / total;
  };
}

/** How much of the belief a stated shape gets: it comes from other events and need not hold for this one. */
const STATED_WEIGHT = 0.7;

/** The timings that are considered. @param shape weights of equal parts of the sale, where somebody states them */
export function possibleTimings(shape: readonly number[] | undefined): readonly PossibleTiming[] {
  const usual = usualTimings();
  if (shape === undefined) return usual;
  return [
    { timing: stepwise(shape), weight: STATED_WEIGHT },
    ...usual.map(({ timing, weight }) => ({ timing, weight: weight * (1 - STATED_WEIGHT) })),
  ];
}

/** How much of a sale's time has passed, 0 … 1. */
export function timeShare(sale: { readonly from: number; readonly until: number }, now: number): number {
  return Math.min(1, Math.max(0, (now - sale.from) / Math.max(1, sale.until - sale.from)));
}
