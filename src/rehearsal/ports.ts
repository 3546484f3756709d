import type { LedgerEntry } from "../domain/ledger.ts";
import type { MeasuredRates } from "./subject.ts";

/** What a rehearsal is given of the world: reads only. */
export interface RehearsalSource {
  /** An event's ledger behind a number, in order, at most `countMax`. */
  ledger(eventId: string, after: number, countMax: number): Promise<readonly LedgerEntry[]>;
  /** How fast decisions are made; null where there is no such event. */
  rates(eventId: string): Promise<MeasuredRates | null>;
  /** Requests that were turned away before they stood in line; null where nobody counts them. */
  turnedAway(eventId: string): Promise<number | null>;
  /** The database's clock, Unix milliseconds. */
  now(): Promise<number>;
}
