import { type Cell, type CellCounts, spendOfStep } from "./people.ts";

const DAY_MS = 86_400_000;

/** The score of recency by days since the last booking: 5 within a week, … 1 beyond half a year. */
export const RECENCY_DAYS = [7, 30, 90, 180] as const;
/** The score of frequency by bookings: 5 from 10, … 1 for one. */
export const FREQUENCY_BOOKINGS = [10, 5, 3, 2] as const;
const SCORE_MAX = 5;

/** Each score is 1 to 5; 5 is most recent, most frequent, or of the fifth of people who spent most. */
interface Scores {
  readonly recency: number;
  readonly frequency: number;
  readonly spend: number;
}

/** In this order: a person is of the first segment that takes them, so that each is of exactly one. */
export const SEGMENTS: readonly {
  readonly name: string;
  /** In words, for whoever reads the reply. */
  readonly rule: string;
  readonly takes: (scores: Scores) => boolean;
}[] = [
  {
    name: "champions",
    rule: "booked within 30 days, 3 bookings or more, of the two fifths who spent most",
    takes: ({ recency, frequency, spend }) => recency >= 4 && frequency >= 3 && spend >= 4,
  },
  {
    name: "loyal",
    rule: "booked within 90 days, 3 bookings or more",
    takes: ({ recency, frequency }) => recency >= 3 && frequency >= 3,
  },
  {
    name: "big_spenders",
    rule: "booked within 90 days, of the fifth who spent most",
    takes: ({ recency, spend }) => recency >= 3 && spend === SCORE_MAX,
  },
  {
    name: "new",
    rule: "booked once, within 30 days",
    takes: ({ recency, frequency }) => recency >= 4 && frequency === 1,
  },
  { name: "promising", rule: "booked within 90 days", takes: ({ recency }) => recency >= 3 },
  {
    name: "at_risk",
    rule: "no booking for 90 days, but 3 bookings or more, or of the two fifths who spent most",
    takes: ({ frequency, spend }) => frequency >= 3 || spend >= 4,
  },
  { name: "dormant", rule: "no booking for 90 to 180 days", takes: ({ recency }) => recency === 2 },
  { name: "lost", rule: "no booking for more than 180 days", takes: () => true },
];

export interface Segment extends CellCounts {
  readonly name: string;
  readonly rule: string;
}

export interface Segmentation {
  readonly people: number;
  readonly segments: readonly Segment[];
  /** The least spend of each fifth of the people from the second up, in minor units; steps are 19 % apart. */
  readonly spendFrom: readonly number[];
}

/**
 * Sorts people into segments by recency, frequency and spend (RFM; Hughes, Strategic Database Marketing, 1994). Recency and
 * frequency have stated thresholds; spend, which has none that fit every currency, is scored by fifths of the people.
 * @param now Unix milliseconds
 */
export function segmentsOf(cells: readonly (Cell & CellCounts)[], now: number): Segmentation {
  const steps = fifthsOf(cells);
  const segments = SEGMENTS.map(({ name, rule }) => ({ name, rule, people: 0, bookings: 0, spendMinor: 0 }));
  for (const cell of cells) {
    const scores = scoresOf(cell, steps, now);
    const segment = segments[SEGMENTS.findIndex(({ takes }) => takes(scores))];
    if (segment === undefined) throw new Error("invariant: the last segment takes everybody");
    segment.people += cell.people;
    segment.bookings += cell.bookings;
    segment.spendMinor += cell.spendMinor;
  }
  const people = cells.reduce((sum, cell) => sum + cell.people, 0);
  return { people, segments, spendFrom: steps.map(spendOfStep) };
}

/** From which step of spend on one is of the second, third, fourth and last fifth of the people. */
function fifthsOf(cells: readonly (Cell & CellCounts)[]): number[] {
  const bySteps = new Map<number, number>();
  for (const { spendStep, people } of cells) bySteps.set(spendStep, (bySteps.get(spendStep) ?? 0) + people);
  const all = cells.reduce((sum, { people }) => sum + people, 0);
  const from: number[] = [];
  let below = 0;
  for (const [step, people] of [...bySteps].sort(([one], [other]) => one - other)) {
    // A step is of the fifth in which its middle person is.
    const fifth = Math.floor((SCORE_MAX * (below + people / 2)) / all);
    while (from.length < fifth) from.push(step);
    below += people;
  }
  return from;
}

function scoresOf({ lastDay, bookings, spendStep }: Cell, steps: readonly number[], now: number): Scores {
  const days = Math.floor((now - Date.parse(lastDay)) / DAY_MS);
  const recency = RECENCY_DAYS.findIndex((most) => days <= most);
  const frequency = FREQUENCY_BOOKINGS.findIndex((least) => bookings >= least);
  return {
    recency: recency < 0 ? 1 : SCORE_MAX - recency,
    frequency: frequency < 0 ? 1 : SCORE_MAX - frequency,
    spend: 1 + steps.filter((step) => spendStep >= step).length,
  };
}
