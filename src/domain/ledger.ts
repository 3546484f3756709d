import type { Command, CreateEvent } from "./command.ts";
import type { EventId } from "./ids.ts";
import type { Decision } from "./outcome.ts";

/** A decision as an event's ledger keeps it: append-only, numbered from 1 without gaps. */
export interface LedgerEntry {
  readonly eventId: EventId;
  readonly seq: number;
  readonly command: Command | CreateEvent;
  readonly decision: Decision;
  /** Unix milliseconds of the database's clock. */
  readonly decidedAt: number;
}
