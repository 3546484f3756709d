import type { EventId, UserId } from "../domain/ids.ts";
import type { PricedEvent, PricingSettings } from "../pricing/advice.ts";

/** What the API reads and keeps about prices. Implemented by the store; prices themselves are set by commands. */
export interface PricingDesk {
  /** In the order asked for; those there are not are left out. */
  priced(eventIds: readonly string[]): Promise<readonly PricedEvent[]>;
  /** Events that are on sale, of one organiser or of all (null). */
  onSale(page: {
    readonly ownerId: string | null;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly eventIds: readonly string[]; readonly total: number }>;
  writeSettings(asked: {
    readonly eventId: EventId;
    readonly by: UserId;
    readonly settings: PricingSettings;
  }): Promise<void>;
  /** Null: the autopilot is off. Times are Unix milliseconds. */
  lastRun(eventId: string): Promise<{
    readonly ranAt: number | null;
    readonly dueAt: number;
    readonly result: string | null;
  } | null>;
}
