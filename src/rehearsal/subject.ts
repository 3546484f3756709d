import type { World } from "../domain/state.ts";
import type { RecordedSale } from "./recorded-sale.ts";

/** What is known of how fast decisions are made. */
export interface MeasuredRates {
  /** Of this event, while there was a backlog; null before the first. */
  readonly here: number | null;
  /** The median of all events. */
  readonly installation: number | null;
}

/** What is known of an event before it is rehearsed. */
export interface Subject {
  readonly id: string;
  /** Its ledger, read to its end. */
  readonly sale: RecordedSale;
  /** What the ledger comes to; only where the rehearsal begins now. */
  readonly present: World | null;
  /** Unix milliseconds. */
  readonly now: number;
  readonly rates: MeasuredRates;
  /** Requests that were refused before they were put in line, and therefore stand in no ledger; null: nobody counted. */
  readonly turnedAway: number | null;
}
