/** What somebody has of one organiser, or of all together, in one currency. Times are Unix milliseconds. */
export interface Person {
  readonly bookings: number;
  readonly tickets: number;
  readonly spendMinor: number;
  /** When they were given tickets last, whether they still have them or not. */
  readonly lastAt: number;
}

/** People who are alike: the cell of a histogram, kept as they change. */
export interface Cell {
  /** UTC, such as 2026-11-21. */
  readonly lastDay: string;
  /** Confirmed bookings that stand: 1 to BOOKINGS_MAX, which stands for more as well. */
  readonly bookings: number;
  readonly spendStep: number;
}

export interface CellCounts {
  people: number;
  bookings: number;
  spendMinor: number;
}

const DAY_LENGTH = "2026-11-21".length;
/** Whoever has booked so often has booked often. */
export const BOOKINGS_MAX = 10;
const STEPS_PER_DOUBLING = 4;

/** Where a person is counted; null: they have nothing at present. */
export function cellOf({ bookings, spendMinor, lastAt }: Person): Cell | null {
  if (bookings <= 0) return null;
  return {
    lastDay: new Date(lastAt).toISOString().slice(0, DAY_LENGTH),
    bookings: Math.min(bookings, BOOKINGS_MAX),
    spendStep: spendStepOf(spendMinor),
  };
}

/** A step of spend: 0 for nothing, and from 1 minor unit on one more with every fourth part of a doubling (19 %). */
export function spendStepOf(minor: number): number {
  return minor <= 0 ? 0 : 1 + Math.floor(STEPS_PER_DOUBLING * Math.log2(minor));
}

/** The least spend that is on a step, in minor units. */
export function spendOfStep(step: number): number {
  return step === 0 ? 0 : Math.ceil(2 ** ((step - 1) / STEPS_PER_DOUBLING));
}
