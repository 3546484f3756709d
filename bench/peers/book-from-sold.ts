import { referenceOf } from "../../src/domain/ids.ts";
import { ledgerJson, type PeerRequest } from "./peer.ts";

/**
 * The end of a statement that has taken the tickets: booking and ledger row, made of `sold (price_minor, ledger_seq)`, which has
 * one row or, where nothing was taken, none. Its parameters are those of `bookingValues`.
 */
export function bookFromSold(schema: string): string {
  return `booked as (
             insert into ${schema}.booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor,
                                            total_minor, status, created_at, updated_at)
             select $1, $2, $3, $4, 0, $5, price_minor, price_minor * $5::integer, 'confirmed', now(), now() from sold
           )
           insert into ${schema}.ledger (event_id, seq, command_id, type, command, outcomes, decided_at)
           select $1, ledger_seq, $2, 'BookingConfirmed', $6, $7, now() from sold`;
}

/** $1 to $7: event, id, user, reference, quantity, and the ledger's two JSON texts. */
export function bookingValues(request: PeerRequest): unknown[] {
  const { id, userId, quantity } = request.command;
  const { command, outcomes } = ledgerJson(request);
  return [request.eventId, id, userId, referenceOf(id), quantity, command, outcomes];
}
