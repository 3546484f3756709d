import type { BookTickets } from "../../src/domain/command.ts";
import type { EventId } from "../../src/domain/ids.ts";
import type { BookingConfirmed } from "../../src/domain/outcome.ts";

/** A booking as the HTTP side hands it over: authenticated and validated. It can travel through a queue. */
export interface PeerRequest {
  readonly eventId: EventId;
  readonly command: BookTickets;
  /** What the event's page shows; every event of the benchmark has one tier. */
  readonly unitPriceMinor: number;
}

export type PeerAnswer = "confirmed" | "sold-out" | "accepted";

/** Another way to book, behind the same HTTP middleware as the product. */
export interface Peer {
  book(request: PeerRequest): Promise<PeerAnswer>;
  close(): Promise<void>;
}

/** What a booking means where it is confirmed. */
export function confirmationOf({ command, unitPriceMinor }: PeerRequest): BookingConfirmed {
  const { id: bookingId, userId, quantity } = command;
  return { type: "BookingConfirmed", bookingId, userId, tier: 0, quantity, unitPriceMinor };
}

/** The ledger row that each peer writes with a booking has the same contents as the product's. */
export function ledgerJson(request: PeerRequest): { readonly command: string; readonly outcomes: string } {
  return { command: JSON.stringify(request.command), outcomes: JSON.stringify([confirmationOf(request)]) };
}
