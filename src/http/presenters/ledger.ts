import type { ChainedLedgerEntry, LedgerPage } from "../../domain/views.ts";
import { iso } from "./time.ts";

/**
 * A page of an event's ledger; whoever goes on behind `next_after` leaves nothing out.
 * @throws Error where entries at the end are gone: an empty page with more behind it would be asked for without end.
 */
export function presentLedgerPage(eventId: string, after: number, page: LedgerPage): Record<string, unknown> {
  const { entries, headSeq, headDigest } = page;
  if (entries.length === 0 && after < headSeq)
    throw new Error(
      `invariant: the ledger of ${eventId} has nothing behind ${after}, and its actor is at ${headSeq}`,
    );
  const next = entries.at(-1)?.seq ?? Math.min(after, headSeq);
  return {
    event_id: eventId,
    entries: entries.map(presentEntry),
    next_after: next,
    head_seq: headSeq,
    head_digest: headDigest,
    has_more: next < headSeq,
  };
}

/** Command and outcomes as they are stored, to the letter: their digest is of that. */
function presentEntry(entry: ChainedLedgerEntry): Record<string, unknown> {
  const { seq, commandId, type, command, outcomes, decidedAt, digest, previousDigest } = entry;
  return {
    seq,
    command_id: commandId,
    type,
    decided_at: iso(decidedAt),
    command,
    outcomes,
    digest,
    previous_digest: previousDigest,
  };
}
